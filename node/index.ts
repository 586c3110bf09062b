/** The reference node of Raft Lab, as a program puts it together. */
export type { Composition } from './runtime/node.ts';
export { referenceComposition } from './runtime/node.ts';
export { runNode } from './runtime/run.ts';
