/** One of the core's rules, replaced. */
import type { Configuration } from '@raft-lab/node/core/configuration.ts';
import { members } from '@raft-lab/node/core/configuration.ts';
import type { LogIndex, NodeId } from '@raft-lab/node/core/entry.ts';
import type { Mutant } from './mutant.ts';

type MatchOf = (voter: NodeId) => LogIndex;

/** The highest index that so many of `nodes` hold. */
function heldBy(count: number, nodes: readonly NodeId[], matchOf: MatchOf): LogIndex {
  return nodes.map(matchOf).sort((a, b) => b - a)[count - 1] ?? 0;
}

function majority(nodes: readonly NodeId[]): number {
  return Math.floor(nodes.length / 2) + 1;
}

function everyVoter({ voters, outgoing }: Configuration): readonly NodeId[] {
  return [...new Set([...voters, ...outgoing])];
}

export const ruleMutants: readonly Mutant[] = [
  {
    name: 'no-up-to-date-check',
    breaks: 'a vote goes to whoever asks, whatever its log lacks (Raft §5.4.1)',
    rules: { isUpToDate: () => true },
  },
  {
    name: 'up-to-date-by-length',
    breaks: 'the longer log counts as the newer one, whatever its last term (Raft §5.4.1)',
    rules: { isUpToDate: (candidate, voter) => candidate.index >= voter.index },
  },
  {
    name: 'many-votes-a-term',
    breaks: 'a voter votes for several candidates in one term (Raft §5.2)',
    rules: { mayVote: () => true },
  },
  {
    name: 'commit-by-any-voter',
    breaks: 'an entry counts as committed once one voter holds it',
    rules: {
      replicatedIndex: (configuration, matchOf) => heldBy(1, everyVoter(configuration), matchOf),
    },
  },
  {
    name: 'commit-one-short',
    breaks: 'half of the voters count as a majority',
    rules: {
      replicatedIndex: (configuration, matchOf) => {
        const voters = everyVoter(configuration);
        return heldBy(Math.max(1, majority(voters) - 1), voters, matchOf);
      },
    },
  },
  {
    name: 'joint-majority-of-all',
    breaks:
      'in a joint configuration a majority of all voters together decides, not one of each half (Raft §6)',
    rules: {
      replicatedIndex: (configuration, matchOf) => {
        const voters = everyVoter(configuration);
        return heldBy(majority(voters), voters, matchOf);
      },
    },
  },
  {
    name: 'joint-new-majority-alone',
    breaks: 'in a joint configuration the new majority commits without the old one (Raft §6)',
    rules: {
      replicatedIndex: ({ voters }, matchOf) => heldBy(majority(voters), voters, matchOf),
    },
  },
  {
    name: 'learners-count',
    breaks: 'learners count towards a majority as voters do',
    rules: {
      replicatedIndex: (configuration, matchOf) =>
        heldBy(majority(everyVoter(configuration)), members(configuration), matchOf),
    },
  },
  {
    name: 'commits-old-terms',
    breaks:
      'entries of earlier terms are committed by counting replicas (Raft §5.4.2, figure 8), and appends carry one entry each',
    rules: { mayCommit: () => true },
    says: ({ to, message }) =>
      message.kind === 'append' && message.entries.length > 1
        ? { to, message: { ...message, entries: message.entries.slice(0, 1) } }
        : { to, message },
  },
  {
    name: 'reads-without-round',
    breaks: 'a leader answers reads without asking whether it still leads (thesis §6.4)',
    rules: { readsNeedRound: () => false },
  },
];
