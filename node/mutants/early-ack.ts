/** A wrong node: the leader acknowledges a write when it has appended it to its own log, before a quorum has it (Raft §5.3). */
import { referenceComposition, runNode } from '../index.ts';

await runNode({ ...referenceComposition, acknowledgeAt: 'appended' });
