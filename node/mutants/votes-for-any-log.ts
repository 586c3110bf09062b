/** A wrong node: it votes for whoever asks first, whatever the candidate's log lacks (Raft §5.4.1). */
import { raftRules } from '../core/rules.ts';
import { referenceComposition, runNode } from '../index.ts';

await runNode({ ...referenceComposition, rules: { ...raftRules, isUpToDate: () => true } });
