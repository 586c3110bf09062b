/** A wrong node: it leads on although it was removed, and that is committed (Raft §6). */
import { raftRules } from '../core/rules.ts';
import { referenceComposition, runNode } from '../index.ts';

await runNode({ ...referenceComposition, rules: { ...raftRules, retires: () => false } });
