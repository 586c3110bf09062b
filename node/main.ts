/** The reference node. */
import { referenceComposition, runNode } from './index.ts';

await runNode(referenceComposition);
