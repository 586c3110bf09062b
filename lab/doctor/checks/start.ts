import type { Check } from '../check.ts';
import { Mismatch } from '../mismatch.ts';

export const startChecks: readonly Check[] = [
  {
    name: 'starts',
    says: 'A node is up when GET /status answers 200, within 10 s of its start, with or without peers.',
    section: 'readiness',
    hint: 'Serve HTTP on RAFT_LISTEN_CLIENT before you look for peers, and listen on all of 0.0.0.0 if it says so. What the node printed is below.',
    triesAnyway: true,
    run: (patient) => {
      for (const [node, start] of patient.starts) {
        if (start === 'up') continue;
        throw new Mismatch(`${node} to answer GET /status with 200`, start.message, [], start.output);
      }
    },
  },
];
