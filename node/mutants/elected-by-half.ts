/** A wrong node: it leads when half of the voters are for it, rounded down, where a majority is needed (Raft §5.2). */
import { raftRules } from '../core/rules.ts';
import { referenceComposition, runNode } from '../index.ts';

const countVotes: typeof raftRules.countVotes = (configuration, voteOf) => {
  const { voters } = configuration;
  const granted = voters.filter((voter) => voteOf(voter) === true).length;
  return granted >= Math.floor(voters.length / 2) ? 'won' : raftRules.countVotes(configuration, voteOf);
};

await runNode({ ...referenceComposition, rules: { ...raftRules, countVotes } });
