import type { Random } from '@raft-lab/workloads';
import type { Fault, FaultKind } from './plan.ts';

/**
 * What a random plan is dealt from. `hard` faults take nodes or majorities away and come one at a time; `soft` ones make links worse and come in a
 * second lane beside them, so that the two meet in every combination without ever undoing each other. In a third lane the configuration changes, whatever
 * the other two are about.
 */
export interface Card {
  readonly lane: 'hard' | 'soft' | 'membership';
  readonly kind: FaultKind;
  readonly nodesMin: number;
  readonly forMs: readonly [min: number, max: number];
  /** How long it may take until it is in force, beside what a fault takes anyway. */
  readonly beginsWithinMs?: number;
  /** The present leader loses its place: such a step counts towards the elections that a run must see. */
  readonly deposes: boolean;
  draw(random: Random): Fault;
}

type Cut = 'close' | 'black-hole' | 'hold';
const cuts: readonly Cut[] = ['black-hole', 'close', 'hold'];
const bytesLost: readonly Cut[] = ['black-hole', 'hold'];

/** Longer than a client waits, so that operations begin, and end as unknown, wholly inside the fault. */
const overARequest = [2_500, 3_500] as const;
const brief = [1_500, 2_500] as const;
const atOnce = [100, 300] as const;
const aWhile = [2_000, 3_500] as const;
/** A snapshot that others need is some seconds away, at most. */
const untilCompacted = [5_000, 6_000] as const;

function isolateLeader(cut: Cut): Card {
  return {
    lane: 'hard',
    kind: 'partition',
    nodesMin: 2,
    forMs: overARequest,
    deposes: true,
    draw: () => ({ kind: 'partition', shape: 'isolate', target: 'leader', cut }),
  };
}

function shaped(shape: 'halves' | 'bridge' | 'majorities-ring', nodesMin: number): Card {
  return {
    lane: 'hard',
    kind: 'partition',
    nodesMin,
    forMs: brief,
    deposes: false,
    draw: (random) => ({ kind: 'partition', shape, target: 'all', cut: random.pick(cuts) }),
  };
}

function oneWay(direction: 'inbound' | 'outbound'): Card {
  return {
    lane: 'hard',
    kind: 'partition',
    nodesMin: 2,
    forMs: brief,
    deposes: false,
    draw: (random) => ({
      kind: 'partition',
      shape: 'one-way',
      target: 'leader',
      cut: random.pick(bytesLost),
      direction,
    }),
  };
}

function killed(target: string, nodesMin: number, forMs: readonly [number, number], deposes: boolean): Card {
  return { lane: 'hard', kind: 'kill', nodesMin, forMs, deposes, draw: () => ({ kind: 'kill', target }) };
}

function paused(target: string, nodesMin: number, deposes: boolean): Card {
  return {
    lane: 'hard',
    kind: 'pause',
    nodesMin,
    forMs: overARequest,
    deposes,
    draw: () => ({ kind: 'pause', target }),
  };
}

type Change = Extract<Fault, { kind: 'membership' }>['change'];

function changed(change: Change, target: string, nodesMin: number, beginsWithinMs = 500): Card {
  return {
    lane: 'membership',
    kind: 'membership',
    nodesMin,
    forMs: aWhile,
    beginsWithinMs,
    deposes: false,
    draw: () => ({ kind: 'membership', change, target }),
  };
}

function soft(kind: FaultKind, nodesMin: number, draw: (random: Random) => Fault): Card {
  // What is asked for once has nothing to be lifted.
  const forMs = kind === 'snapshot' || kind === 'transfer' ? atOnce : overARequest;
  return { lane: 'soft', kind, nodesMin, forMs, deposes: false, draw };
}

const someNode = (random: Random): string => random.pick(['leader', 'followers:1', 'voters:1']);

/** The leader against everyone else, in the three kinds of a cut. */
export const leaderCuts: readonly Card[] = cuts.map(isolateLeader);

/** In the order of their worth: a plan that is too short for all of them keeps the first of each kind. */
export const cards: readonly Card[] = [
  isolateLeader('black-hole'),
  killed('leader', 2, brief, true),
  paused('leader', 2, true),
  {
    lane: 'hard',
    kind: 'fall-behind',
    nodesMin: 3,
    forMs: untilCompacted,
    deposes: false,
    draw: (random) => ({ kind: 'fall-behind', target: 'followers:1', cut: random.pick(cuts) }),
  },
  isolateLeader('close'),
  killed('all', 1, [500, 1_000], true),
  isolateLeader('hold'),
  paused('leader', 2, true),
  shaped('halves', 2),
  oneWay('inbound'),
  oneWay('outbound'),
  killed('minority', 3, brief, false),
  shaped('bridge', 5),
  shaped('majorities-ring', 5),
  paused('followers:1', 3, false),

  soft('latency', 2, (random) => ({
    kind: 'latency',
    target: random.pick(['all', 'leader', 'followers:1']),
    latencyMs: random.int(5, 60),
    jitterMs: random.int(0, 20),
  })),
  soft('lost-answers', 1, (random) => ({
    kind: 'lost-answers',
    target: someNode(random),
    cut: random.pick(cuts),
  })),
  soft('lost-requests', 1, (random) => ({
    kind: 'lost-requests',
    target: someNode(random),
    cut: random.pick(cuts),
  })),
  soft('reset', 2, (random) => ({ kind: 'reset', target: someNode(random), afterMs: random.int(0, 300) })),
  soft('bandwidth', 2, (random) => ({
    kind: 'bandwidth',
    target: someNode(random),
    kilobytesPerSecond: random.int(20, 200),
  })),
  soft('slicer', 2, (random) => {
    const averageBytes = random.int(16, 256);
    return {
      kind: 'slicer',
      target: someNode(random),
      averageBytes,
      variationBytes: averageBytes >> 1,
      delayUs: random.int(0, 500),
    };
  }),
  soft('snapshot', 1, (random) => ({ kind: 'snapshot', target: random.pick(['all', 'leader', 'voters:1']) })),
  soft('transfer', 2, () => ({ kind: 'transfer', target: 'followers:1' })),
  soft('lost-answers', 1, (random) => ({ kind: 'lost-answers', target: 'leader', cut: random.pick(cuts) })),

  // A newcomer first: it is the one that needs most time.
  changed('add', 'spare', 1, 4_000),
  { ...changed('remove', 'leader', 3), lane: 'hard', deposes: true },
  changed('remove', 'followers:1', 3),
  changed('demote', 'voters:1', 3),
  changed('replace', 'followers:1', 2, 2_000),
  changed('remove', 'voters:2', 5),
];

/** The last change of a run that has the time: a spare takes the place of a voter for good, so that at the end it is needed as every other voter is. */
export const lastChange: Card = {
  ...changed('replace', 'followers:1', 2, 2_000),
  draw: () => ({ kind: 'membership', change: 'replace', target: 'followers:1', stays: true }),
};
