import type { Fault } from '../plan/plan.ts';
import { lostAnswers, lostRequests } from './client-links.ts';
import { fallBehind } from './fall-behind.ts';
import { kill } from './kill.ts';
import { membership } from './membership.ts';
import type { Nemesis, NemesisTable } from './nemesis.ts';
import { snapshot, transfer } from './operations.ts';
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
  'fall-behind': fallBehind,
  membership,
  snapshot,
  transfer,
};

export function nemesisFor(fault: Fault): Nemesis {
  // The table pairs each kind with the package for it, which is more than the compiler can follow.
  return nemeses[fault.kind];
}
