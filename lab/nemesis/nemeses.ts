import type { Fault } from '../plan/plan.ts';
import { lostAnswers, lostRequests } from './client-links.ts';
import { kill } from './kill.ts';
import type { Nemesis, NemesisTable } from './nemesis.ts';
import { partition } from './partition.ts';
import { pause } from './pause.ts';
import { bandwidth, latency, reset, slicer } from './slow-links.ts';

/** Every fault package there is, by the kind of fault it brings about. */
const nemeses: NemesisTable = {
  partition,
  latency,
  bandwidth,
  slicer,
  reset,
  'lost-requests': lostRequests,
  'lost-answers': lostAnswers,
  kill,
  pause,
};

export function nemesisFor(fault: Fault): Nemesis {
  // The table pairs each kind with the package for it, which is more than the compiler can follow.
  return nemeses[fault.kind];
}
