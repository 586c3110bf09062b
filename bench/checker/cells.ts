/** What is measured: families of histories, and in each the cells. They are fixed; change them only together with the table they gave. */
import { type Draw, seededDraw } from '../../checker/fuzz/draw.ts';
import { simulate, type SimulationOptions } from '../../checker/fuzz/simulated-history.ts';
import type { RegisterOperation } from '../../checker/fuzz/small-history.ts';

/** A read of an overwritten value, of the initial value again, of a value that nobody wrote. */
export type Fault = 'stale read' | 'lost writes' | 'phantom';

export interface Cell {
  readonly family: string;
  readonly options: SimulationOptions;
  /** One late fault, after this share of the history. */
  readonly fault?: { readonly kind: Fault; readonly afterPercent: number };
  /** Operations are spread over this many keys, by Zipf's law. */
  readonly keys?: number;
}

/** Each family's name says what varies in it. */
export const families: Readonly<Record<string, string>> = {
  A: 'growth, 5 clients',
  B: 'clients',
  C: 'unknown outcomes',
  D: 'one late fault',
  E: 'reads and writes only',
  F: 'few values',
  G: 'few values and unknown outcomes',
  H: 'mostly compare-and-set, with and without the seen value',
  I: 'adversarial: many writes open at once, each read once',
  J: 'many keys',
};

const across = <Value>(values: readonly Value[], cell: (value: Value) => Omit<Cell, 'family'>) =>
  values.map(cell);
const named = (family: string, cells: readonly Omit<Cell, 'family'>[]): Cell[] =>
  cells.map((cell) => ({ family, ...cell }));

export const cells: readonly Cell[] = [
  ...named(
    'A',
    across([1_000, 4_000, 16_000, 64_000, 256_000, 1_000_000], (operations) => ({
      options: { operations, clients: 5 },
    })),
  ),
  ...named(
    'B',
    across([5, 10, 20, 30, 50, 100], (clients) => ({ options: { operations: 4_000, clients } })),
  ),
  ...named(
    'C',
    across([1, 2, 5, 10], (infoPercent) => ({ options: { operations: 1_000, clients: 5, infoPercent } })),
  ),
  ...named(
    'D',
    (['stale read', 'lost writes', 'phantom'] as const).flatMap((kind) =>
      [10, 50, 90].map((afterPercent) => ({
        options: { operations: 16_000, clients: 5 },
        fault: { kind, afterPercent },
      })),
    ),
  ),
  ...named(
    'E',
    across([1_000, 4_000, 16_000, 64_000], (operations) => ({
      options: { operations, clients: 10, casPercent: 0 },
    })),
  ),
  ...named(
    'F',
    across([1_000, 4_000, 16_000], (operations) => ({ options: { operations, clients: 5, values: 5 } })),
  ),
  ...named(
    'G',
    across([10, 20], (infoPercent) => ({ options: { operations: 500, clients: 5, values: 5, infoPercent } })),
  ),
  ...named(
    'H',
    across([false, true], (hidesSeen) => ({
      options: { operations: 4_000, clients: 5, readPercent: 10, casPercent: 90, hidesSeen },
    })),
  ),
  ...named(
    'I',
    across([8, 12, 16], (clients) => ({
      options: { operations: clients * 20, clients, readPercent: 50, casPercent: 0 },
    })),
  ),
  ...named('J', [{ options: { operations: 1_000_000, clients: 10 }, keys: 10_000 }]),
];

/** The same cell and seed give the same history. `scale` shrinks it, to try things out. */
export function generate(cell: Cell, seed: number, scale = 1): RegisterOperation[] {
  const draw = seededDraw(seed);
  const operations = Math.max(50, Math.round(cell.options.operations * scale));
  const options = { ...cell.options, operations };
  if (cell.keys !== undefined) return spread(draw, options, Math.max(2, Math.round(cell.keys * scale)));
  const history = simulate(draw, options);
  return cell.fault === undefined ? history : plant(history, cell.fault);
}

/** Every key has a history of its own; they are laid one over the other, as far as they reach. */
function spread(draw: Draw, options: SimulationOptions, keys: number): RegisterOperation[] {
  const weights = Array.from({ length: keys }, (_, rank) => 1 / (rank + 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const parts = weights.map((weight, rank) =>
    simulate(draw, {
      ...options,
      operations: Math.max(1, Math.round((options.operations * weight) / sum)),
      key: `k${rank}`,
    }),
  );
  return parts.flat().map((operation, id) => ({ ...operation, id }));
}

function plant(
  history: readonly RegisterOperation[],
  fault: NonNullable<Cell['fault']>,
): RegisterOperation[] {
  const from = Math.floor((history.length * fault.afterPercent) / 100);
  const reads = history.filter(({ input, outcome }) => input.f === 'read' && outcome === 'ok');
  const victim = reads.find(({ id }) => id >= from) ?? reads.at(-1);
  const [oldest] = reads;
  // Far enough back that its value is certainly gone.
  const distance = Math.min(200, from / 2);
  const earlier = reads.findLast(({ id }) => id < (victim?.id ?? 0) - distance) ?? oldest;
  return history.map((each) => {
    if (each !== victim) return each;
    switch (fault.kind) {
      case 'stale read':
        return { ...each, output: earlier?.output };
      case 'phantom':
        return { ...each, output: { value: history.length * 2 } };
      case 'lost writes':
        return { ...each, output: { value: 0 } };
    }
  });
}
