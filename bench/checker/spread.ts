/** Many registers, some in much use and most in little. */
import type { Draw } from '../../checker/fuzz/draw.ts';
import { simulate, type SimulationOptions } from '../../checker/fuzz/simulated-history.ts';
import type { RegisterOperation } from '../../checker/fuzz/small-history.ts';

/** Every key has a history of its own, of a length by Zipf's law; they are laid one over the other, and recorded by call. */
export function spread(draw: Draw, options: SimulationOptions, keys: number): RegisterOperation[] {
  const weights = Array.from({ length: Math.max(2, keys) }, (_, rank) => 1 / (rank + 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const parts = weights.map((weight, rank) =>
    simulate(draw, {
      ...options,
      operations: Math.max(1, Math.round((options.operations * weight) / sum)),
      key: `k${rank}`,
    }),
  );
  return parts
    .flat()
    .sort((a, b) => a.call - b.call)
    .map((operation, id) => ({ ...operation, id }));
}
