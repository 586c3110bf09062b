/** A wrong node: where its log conflicts with the leader's, it keeps its own entries (Raft §5.3). */
import { raftRules } from '../core/rules.ts';
import { referenceComposition, runNode } from '../index.ts';

await runNode({ ...referenceComposition, rules: { ...raftRules, conflicts: () => false } });
