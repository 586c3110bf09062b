/** Everything a run creates in the engine carries this label, by which it is found again and removed. */
export const runLabel = 'raft-lab.run';
