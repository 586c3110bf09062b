/** A worker thread of a campaign: takes one task at a time and answers with what came of it. */
import { parentPort } from 'node:worker_threads';
import { runSeed, type SeedTask } from './seed-summary.ts';

const port = parentPort;
if (port === null) throw new Error('This file is a worker thread of `raft-lab sim`; start that instead.');
port.on('message', (task: SeedTask) => {
  // What a run throws is a fault of the lab: it ends the thread, and the campaign reports it.
  void runSeed(task).then((summary) => port.postMessage(summary));
});
