import { seededRandom } from '@raft-lab/workloads';

/** The one draw that does not come from a seed, since it is the seed. */
export function drawnSeed(): number {
  return seededRandom(Date.now() >>> 0).int(0, 2 ** 32 - 1);
}
