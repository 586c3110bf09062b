/**
 * A plan is a run as plain data: who takes part, what clients do, and which faults happen when. It is a function of a seed and
 * options, is written to `plan.json` before anything starts, and can be given back with `--plan`.
 */
import { z } from 'zod';

const nodeId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'a node name is 1-64 characters of A-Z a-z 0-9 . _ -');
const positiveMs = z.int().positive().max(86_400_000);

/**
 * Whom a fault concerns, resolved when its time has come and recorded in the history: `leader`, `followers:K`, `voters:K` (K drawn at
 * random), `minority` (a random largest minority of the voters), `majority`, `all`, `spare` (a node outside the configuration, one that was never started if
 * there is one), or node names joined by `+`.
 */
export const targetSchema = z
  .string()
  .regex(
    /^(leader|all|spare|minority|majority|followers:[1-9]\d*|voters:[1-9]\d*|[A-Za-z0-9._-]+(\+[A-Za-z0-9._-]+)*)$/,
    'a target is leader, followers:K, voters:K, minority, majority, all, spare, or node names joined by +',
  );

const cutKind = z.enum(['close', 'black-hole', 'hold']);

/**
 * Shapes of a partition. `isolate`: the target against the rest. `halves`: two random sides, as even as the size allows. `one-way`: the target
 * cannot be heard (`outbound`) or cannot hear (`inbound`). `bridge`: two halves that only one node can see both of. `majorities-ring`: every node
 * sees a majority, no two the same.
 */
const partition = z.strictObject({
  kind: z.literal('partition'),
  shape: z.enum(['isolate', 'halves', 'one-way', 'bridge', 'majorities-ring']),
  target: targetSchema.default('all'),
  cut: cutKind,
  direction: z.enum(['inbound', 'outbound']).optional(),
});
const latency = z.strictObject({
  kind: z.literal('latency'),
  target: targetSchema,
  latencyMs: z.int().min(1).max(10_000),
  jitterMs: z.int().min(0).max(10_000),
});
const bandwidth = z.strictObject({
  kind: z.literal('bandwidth'),
  target: targetSchema,
  kilobytesPerSecond: z.int().min(1).max(1_000_000),
});
const slicer = z.strictObject({
  kind: z.literal('slicer'),
  target: targetSchema,
  averageBytes: z.int().min(1).max(65_536),
  variationBytes: z.int().min(0).max(65_536),
  delayUs: z.int().min(0).max(1_000_000),
});
const reset = z.strictObject({
  kind: z.literal('reset'),
  target: targetSchema,
  afterMs: z.int().min(0).max(60_000),
});
const lostRequests = z.strictObject({ kind: z.literal('lost-requests'), target: targetSchema, cut: cutKind });
const lostAnswers = z.strictObject({ kind: z.literal('lost-answers'), target: targetSchema, cut: cutKind });
/** SIGKILL, and a restart on the same disk when the step ends; with several targets the restarts are staggered. */
const kill = z.strictObject({ kind: z.literal('kill'), target: targetSchema });
const pause = z.strictObject({ kind: z.literal('pause'), target: targetSchema });
/** The target is cut off from everyone until the others have compacted what it lacks, or until the step's time is up: only a snapshot brings it back. */
const fallBehind = z.strictObject({ kind: z.literal('fall-behind'), target: targetSchema, cut: cutKind });
/**
 * The lab, as the cluster's operator, asks for another configuration, and for the way back when the step ends, unless it `stays`. `remove`: the target votes
 * no more, and is a stranger; with several targets at once it is a joint change. `add`: the target, a spare, becomes a voter. `replace`: a spare takes the
 * place of the target, which is a joint change. `demote`: the target becomes a learner.
 */
const membership = z.strictObject({
  kind: z.literal('membership'),
  change: z.enum(['remove', 'add', 'replace', 'demote']),
  target: targetSchema,
  stays: z.literal(true).optional(),
});
/** The targets are asked to take a snapshot now. */
const snapshot = z.strictObject({ kind: z.literal('snapshot'), target: targetSchema });
/** The target is to lead. */
const transfer = z.strictObject({ kind: z.literal('transfer'), target: targetSchema });

export const faultSchema = z.discriminatedUnion('kind', [
  partition,
  latency,
  bandwidth,
  slicer,
  reset,
  lostRequests,
  lostAnswers,
  kill,
  pause,
  fallBehind,
  membership,
  snapshot,
  transfer,
]);
export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault['kind'];

export type Target = z.infer<typeof targetSchema>;

const stepSchema = z.strictObject({
  /** Unique in the plan; it names the step in the history. */
  id: z.string().min(1).max(64),
  /** Begins this long after the faults' phase began; never before the step above it began. */
  afterMs: z.int().min(0).max(86_400_000),
  /** Waits for this to hold as well, at most `withinMs`; then begins all the same, and the history says so. */
  when: z.strictObject({ condition: z.enum(['leader']), withinMs: positiveMs }).optional(),
  fault: faultSchema,
  /** Lifted (healed, restarted, resumed) after this long in force. */
  forMs: positiveMs,
});
export type Step = z.infer<typeof stepSchema>;

const workloadSchema = z.strictObject({
  name: z.enum(['registers']),
  /** Operations a second that all clients together try to begin. */
  rate: z.number().positive().max(100_000),
  /** Clients that run at the same time, each with one operation in flight. */
  concurrency: z.int().min(1).max(1_000),
  keys: z.int().min(1).max(1_000),
  /** Whether clients try again with the same idempotency key when an answer was lost, where the nodes list that feature; they do by default. */
  retries: z.boolean().optional(),
});

/** What must be seen, or the run is undecided. Names and meaning: `lab/verdict/coverage.ts`. */
const needSchema = z.strictObject({ name: z.string(), atLeast: z.int().min(1) });
export type CoverageNeed = z.infer<typeof needSchema>;

export const planSchema = z.strictObject({
  version: z.literal(1),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1),
  /** Every node that may ever take part. */
  nodes: z.array(nodeId).min(1).max(16),
  /** The first configuration. The others are spares: they are started when a step adds them. */
  voters: z.array(nodeId).min(1).max(15),
  /** How long clients and faults run, in milliseconds; healing and the final reads come after it. */
  durationMs: positiveMs,
  heartbeatMs: positiveMs,
  electionMs: z.tuple([positiveMs, positiveMs]),
  snapshotEntries: z.int().positive(),
  /** A client's limit for one attempt. */
  requestTimeoutMs: positiveMs,
  /** How long the cluster may take to lead and to accept a write after the last heal; at least 10 × the longest election timeout. */
  recoverWithinMs: positiveMs,
  workload: workloadSchema,
  schedule: z.array(stepSchema).max(10_000),
  coverage: z.array(needSchema),
});
export type Plan = z.infer<typeof planSchema>;
