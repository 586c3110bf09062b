/** A wrong node: whoever believes to lead answers reads from what it has applied, and asks nobody whether it still leads (thesis §6.4). */
import { raftRules } from '../core/rules.ts';
import { referenceComposition, runNode } from '../index.ts';

await runNode({ ...referenceComposition, rules: { ...raftRules, readsNeedRound: () => false } });
