/**
 * What the tests start. Put your own node here: `{ command: './my-node' }` or `{ image: 'my-node:latest' }`. As it stands this is the lab's reference node;
 * `RAFT_LAB_MUTANT=early-ack npm test` breaks one of its rules, so that you see the tests fail.
 */
import type { NodeSettings } from 'raft-lab/jest';

const { NODE_COMMAND: command, RAFT_LAB_MUTANT: mutant } = process.env;

export const nodeUnderTest: NodeSettings = {
  cluster: 'process',
  ...(command === undefined ? {} : { command }),
  ...(mutant === undefined ? {} : { mutant }),
};
