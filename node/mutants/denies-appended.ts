/** A wrong node: it says "no" to a write that is in a log already, when it takes too long to be committed (docs/contract.md, "What the lab believes"). */
import { referenceComposition, runNode } from '../index.ts';

await runNode({ ...referenceComposition, atDeadline: 'refused' });
