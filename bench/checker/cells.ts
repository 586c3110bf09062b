/** What is measured: families of histories, and in each the cells. They are fixed; change them only together with the table they gave. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededDraw } from '../../checker/fuzz/draw.ts';
import { simulate, type SimulationOptions } from '../../checker/fuzz/simulated-history.ts';
import { listHistory, mutexHistory, queueHistory, setHistory } from './object-histories.ts';
import { collected, listed, locked, type ObjectName, queued, register } from './objects.ts';
import { type Fault, plant } from './planted-fault.ts';
import { spread } from './spread.ts';

export interface Cell {
  readonly family: string;
  readonly object: ObjectName;
  readonly clients: number;
  /** Percent of operations whose outcome stays unknown. */
  readonly infoPercent: number;
  /** What tells this cell from others of the same size. */
  readonly detail?: string;
  /** How long the peer may take for one check of it. */
  readonly peerSeconds: number;
  /** Whether ours is measured on columns too, beside operations. */
  readonly alsoColumns?: boolean;
  /** Recorded histories exist once; others are drawn anew from each seed. */
  readonly isRecorded?: boolean;
  /** The file for both sides: the same seed gives the same. `scale` shrinks it, to try things out. */
  readonly text: (seed: number, scale: number) => string;
}

/** Each family's name says what varies in it. */
export const families: Readonly<Record<string, string>> = {
  A: 'growth, 5 clients',
  B: 'clients',
  C: 'unknown outcomes',
  D: 'one late fault',
  E: 'reads and writes only, 10 clients',
  F: 'few values',
  G: 'few values and unknown outcomes',
  H: 'mostly compare-and-set, with and without the seen value',
  I: 'adversarial: many writes open at once',
  J: 'many keys',
  K: 'recorded lab runs',
  L: 'queue, mutex, set, list',
};

/**
 * The peer's limits, such that the whole table takes half an hour. Where ten seconds are too few for it, a minute is too: with 20 clients
 * it was undecided after sixty, and the histories that are too long hold more than the memory it may have before that. Only where there
 * are many keys, each of them short, does a minute make a difference.
 */
const peerSeconds = 10;
const peerSecondsForManyKeys = 60;

/** Histories are not shrunk below this. */
const fewestOperations = 50;

function shrunk(operations: number, scale: number): number {
  return Math.min(operations, Math.max(fewestOperations, Math.round(operations * scale)));
}

interface RegisterOptions extends SimulationOptions {
  readonly detail?: string;
  readonly fault?: { readonly kind: Fault; readonly afterPercent: number };
  readonly keys?: number;
}

function registerCell(family: string, options: RegisterOptions): Cell {
  const { clients, infoPercent = 0, detail, fault, keys } = options;
  return {
    family,
    object: 'register',
    clients,
    infoPercent,
    peerSeconds: keys === undefined ? peerSeconds : peerSecondsForManyKeys,
    alsoColumns: 'AEJ'.includes(family),
    ...(detail !== undefined && { detail }),
    text: (seed, scale) => {
      const draw = seededDraw(seed);
      const sized = { ...options, operations: shrunk(options.operations, scale) };
      if (keys !== undefined) return register.format(spread(draw, sized, Math.round(keys * scale)));
      const history = simulate(draw, sized);
      return register.format(fault === undefined ? history : plant(history, fault.kind, fault.afterPercent));
    },
  };
}

const recordedRuns = ['reference', 'stale-reads', 'early-ack'];

const objectHistories = {
  queue: (seed, options) => queued.format(queueHistory(seededDraw(seed), options)),
  mutex: (seed, options) => locked.format(mutexHistory(seededDraw(seed), options)),
  set: (seed, options) => collected.format(setHistory(seededDraw(seed), options)),
  list: (seed, options) => listed.format(listHistory(seededDraw(seed), options)),
} as const satisfies Record<
  Exclude<ObjectName, 'register'>,
  (
    seed: number,
    options: { readonly operations: number; readonly clients: number; readonly infoPercent: number },
  ) => string
>;

function objectCell(
  object: keyof typeof objectHistories,
  operations: number,
  clients: number,
  infoPercent = 0,
): Cell {
  return {
    family: 'L',
    object,
    clients,
    infoPercent,
    peerSeconds,
    detail: object,
    text: (seed, scale) =>
      objectHistories[object](seed, { operations: shrunk(operations, scale), clients, infoPercent }),
  };
}

export const cells: readonly Cell[] = [
  ...[1_000, 4_000, 16_000, 64_000, 256_000, 1_000_000].map((operations) =>
    registerCell('A', { operations, clients: 5 }),
  ),
  ...[5, 10, 20, 30, 50, 100].map((clients) => registerCell('B', { operations: 4_000, clients })),
  ...[1, 2, 5, 10].map((infoPercent) => registerCell('C', { operations: 1_000, clients: 5, infoPercent })),
  ...(['stale read', 'lost writes', 'phantom'] as const).flatMap((kind) =>
    [10, 50, 90].map((afterPercent) =>
      registerCell('D', {
        operations: 16_000,
        clients: 5,
        fault: { kind, afterPercent },
        detail: `${kind} at ${afterPercent} %`,
      }),
    ),
  ),
  ...[1_000, 4_000, 16_000, 64_000, 256_000, 1_000_000].map((operations) =>
    registerCell('E', { operations, clients: 10, casPercent: 0 }),
  ),
  ...[1_000, 4_000, 16_000].map((operations) => registerCell('F', { operations, clients: 5, values: 5 })),
  ...[500, 2_000].flatMap((operations) =>
    [10, 20].map((infoPercent) => registerCell('G', { operations, clients: 5, values: 5, infoPercent })),
  ),
  ...[false, true].map((hidesSeen) =>
    registerCell('H', {
      operations: 4_000,
      clients: 5,
      readPercent: 10,
      casPercent: 90,
      hidesSeen,
      detail: hidesSeen ? 'without the seen value' : 'with the seen value',
    }),
  ),
  ...[8, 12, 16].map((clients) =>
    registerCell('I', { operations: clients * 20, clients, readPercent: 50, casPercent: 0 }),
  ),
  // By Zipf's law a tenth of the operations are on the first key, which at a million is more than the peer can decide.
  ...[100_000, 1_000_000].map((operations) => registerCell('J', { operations, clients: 10, keys: 10_000 })),
  ...recordedRuns.map((run): Cell => ({
    family: 'K',
    object: 'register',
    clients: 15,
    infoPercent: 0,
    peerSeconds,
    detail: run,
    isRecorded: true,
    text: () => readFileSync(join(import.meta.dirname, 'recorded', `${run}.txt`), 'utf8'),
  })),
  objectCell('queue', 300, 4),
  objectCell('queue', 1_000, 3),
  objectCell('mutex', 2_000, 5),
  objectCell('set', 2_000, 5),
  objectCell('set', 500, 5, 5),
  objectCell('list', 200, 4),
  objectCell('list', 500, 3),
];
