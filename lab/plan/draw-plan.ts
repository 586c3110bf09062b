import { forkSeed, seededRandom, type Random } from '@raft-lab/workloads';
import { cards, lastChange, leaderCuts, type Card } from './cards.ts';
import type { CoverageNeed, Fault, FaultKind, Plan, Step } from './plan.ts';

/** What a user may say about a run; everything else follows from the seed. */
export interface PlanOptions {
  readonly seed: number;
  /** How many voters there are in the beginning. Where the configuration is to change, there is a spare beside them. */
  readonly nodes: number;
  readonly durationMs: number;
  readonly kinds: readonly FaultKind[];
  readonly rate: number;
  readonly concurrency?: number;
  readonly keys?: number;
}

/** Raft's own suggestion (Raft §9.3), and a heartbeat a third of the shortest timeout. */
const electionMs: [number, number] = [150, 300];
const heartbeatMs = 50;
const requestTimeoutMs = 2_000;
const recoverWithinMs = 5_000;
const clientsPerNode = 3;
const keysByDefault = 5;
/** Before the first fault clients run on a quiet cluster for this long. */
const quietMs = 1_000;
/** Between two hard faults the cluster gets this long to elect and to serve, so that each fault meets a working leader. */
const hardGapMs = [900, 1_500] as const;
const softGapMs = [500, 2_000] as const;
const changeGapMs = [1_000, 2_000] as const;
/** The last change of a long run begins so long before the leader is cut off for long. */
const lastChangeMs = 6_000;
/** Low enough that in a minute every node compacts dozens of times, and that who misses a second or two needs a snapshot. */
const snapshotEntries = 100;
const namesMax = 15;
/**
 * A run that has the time ends with its leader cut off from everyone and nothing else in force, for longer than a majority may take to serve
 * again: where that is judged, it must not be blurred by other faults.
 */
const longCutMs = 6_500;
const longCutFromDurationMs = 40_000;

/** A plan is a function of its options: the same options give the same plan, to the letter. */
export function drawPlan(options: PlanOptions): Plan {
  const { seed, durationMs } = options;
  const names = Array.from({ length: options.nodes + 1 }, (_, i) => `n${i + 1}`);
  const voters = names.slice(0, options.nodes);
  const changes = options.kinds.includes('membership') && options.nodes < namesMax;
  const nodes = changes ? names : voters;
  const random = seededRandom(forkSeed(seed, 'schedule'));
  const playable = cards.filter(
    ({ kind, nodesMin }) =>
      options.kinds.includes(kind) && nodesMin <= options.nodes && (changes || kind !== 'membership'),
  );
  const long =
    durationMs >= longCutFromDurationMs && options.nodes > 2 && options.kinds.includes('partition');
  const lasting = changes && durationMs >= longCutFromDurationMs && options.nodes >= lastChange.nodesMin;
  const untilMs = long ? durationMs - longCutMs - hardGapMs[1] : durationMs;
  const dealt = [
    ...lane(playable, 'hard', hardGapMs, untilMs, random),
    ...lane(playable, 'soft', softGapMs, untilMs, random),
    ...lane(playable, 'membership', changeGapMs, untilMs - (lasting ? lastChangeMs : 0), random),
    ...(lasting
      ? [{ afterMs: untilMs - lastChangeMs, forMs: random.int(...lastChange.forMs), card: lastChange }]
      : []),
    ...(long ? [{ afterMs: durationMs - longCutMs, forMs: longCutMs, card: random.pick(leaderCuts) }] : []),
  ].sort((a, b) => a.afterMs - b.afterMs);
  const schedule = dealt.map(({ afterMs, forMs, card }, i): Step => ({
    id: `s${i + 1}`,
    afterMs,
    fault: card.draw(random),
    forMs,
  }));
  return {
    version: 1,
    seed,
    nodes,
    voters,
    durationMs,
    heartbeatMs,
    electionMs,
    snapshotEntries,
    requestTimeoutMs,
    recoverWithinMs,
    workload: {
      name: 'registers',
      rate: options.rate,
      concurrency: options.concurrency ?? clientsPerNode * nodes.length,
      keys: options.keys ?? keysByDefault,
    },
    schedule,
    coverage: coverageNeeds(schedule, dealt.filter(({ card }) => card.deposes).length, durationMs),
  };
}

interface Dealt {
  readonly afterMs: number;
  readonly forMs: number;
  readonly card: Card;
}

/**
 * Deals one lane until its time is up: first a card of every kind, then those that take a leader away, then the rest, each group in random
 * order; after the last card the deck is dealt anew.
 */
function lane(
  playable: readonly Card[],
  name: Card['lane'],
  gapMs: readonly [number, number],
  durationMs: number,
  random: Random,
): Dealt[] {
  const deck = playable.filter((card) => card.lane === name);
  const dealt: Dealt[] = [];
  let atMs = quietMs;
  while (deck.length > 0) {
    const firsts = deck.filter((card, i) => deck.findIndex((other) => other.kind === card.kind) === i);
    const others = deck.filter((card) => !firsts.includes(card));
    const [essential = [], further = []] = [true, false].map((deposes) =>
      others.filter((card) => card.deposes === deposes),
    );
    for (const card of [firsts, essential, further].flatMap((group) => random.sample(group, group.length))) {
      const forMs = random.int(...card.forMs);
      if (atMs + forMs > durationMs) return dealt;
      dealt.push({ afterMs: atMs, forMs, card });
      atMs += forMs + (card.beginsWithinMs ?? 0) + random.int(...gapMs);
    }
  }
  return dealt;
}

/** Elections that a run must see under load, where it deposes that many leaders. */
const electionsNeeded = 3;
/** Nodes that a run must see brought up to date by a snapshot, where so many fall behind or join. */
const installsNeeded = 2;
/** Far below what any node serves: a run with fewer operations than this has tested nothing. */
const operationsPerSecondMin = 5;

function coverageNeeds(schedule: readonly Step[], deposed: number, durationMs: number): CoverageNeed[] {
  const kinds = new Set(schedule.map(({ fault }) => `fault:${fault.kind}`));
  const changes = new Set(schedule.flatMap(({ fault }) => changesOf(fault)));
  const newcomers = schedule.filter(
    ({ fault }) => fault.kind === 'membership' && fault.change === 'add',
  ).length;
  const installs = newcomers + schedule.filter(({ fault }) => fault.kind === 'fall-behind').length;
  const partitions = new Set(
    schedule.flatMap(({ fault }) => (fault.kind === 'partition' ? [`fault:partition:${fault.cut}`] : [])),
  );
  return [
    {
      name: 'operations-ok',
      atLeast: Math.max(1, Math.floor((operationsPerSecondMin * durationMs) / 1_000)),
    },
    ...(deposed > 0 ? [{ name: 'elections', atLeast: Math.min(electionsNeeded, deposed) }] : []),
    ...(installs > 0 ? [{ name: 'snapshot-installs', atLeast: Math.min(installsNeeded, installs) }] : []),
    ...(newcomers > 0 ? [{ name: 'snapshot-installs:joiner', atLeast: 1 }] : []),
    ...[...kinds, ...partitions, ...changes].sort().map((name) => ({ name, atLeast: 1 })),
  ];
}

/** The changes that a step must bring about while operations are open; `lab/verdict/coverage.ts` counts them. */
function changesOf(fault: Fault): string[] {
  if (fault.kind !== 'membership') return [];
  const back = (name: string): string[] => (fault.stays === true ? [] : [`change:${name}`]);
  switch (fault.change) {
    case 'add':
      return ['change:add', ...back('remove')];
    case 'replace':
      return ['change:joint'];
    case 'demote':
      return ['change:demote', ...back('promote')];
    case 'remove':
      if (fault.target === 'leader') return ['change:remove-leader', ...back('add')];
      return fault.target === 'voters:2' ? ['change:joint'] : ['change:remove', ...back('add')];
  }
}
