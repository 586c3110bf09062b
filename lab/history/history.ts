/**
 * The history of a run: one JSON object a line in `history.jsonl`, in recording order, with Jepsen's words. `docs/history.md` is the prose.
 * Everything downstream (verdicts, reports, grades) is a pure function of these lines and of the plan.
 */
import { z } from 'zod';
import { faultSchema } from '../plan/plan.ts';

const index = z.int().min(0);
/** Nanoseconds since the run began, on one monotonic clock. */
const time = z.int().min(0);
const node = z.string();
export type NodeId = z.infer<typeof node>;
const key = z.string();
const value = z.string();

/** One try of an operation: operations with an idempotency key may have several. */
const attempt = z.strictObject({
  node,
  time,
  /** An HTTP status with its problem type, such as `503 not-leader`, or `timeout`, `closed`, `not-sent`. */
  result: z.string(),
});
export type Attempt = z.infer<typeof attempt>;

const client = {
  index,
  time,
  process: z.int().min(0),
  key,
  node,
  error: z.string().optional(),
  attempts: z.array(attempt).optional(),
};
const casArguments = z.strictObject({ from: value.nullable(), to: value });
const casResult = z.strictObject({ swapped: z.boolean(), value: value.nullable().optional() });

const clientEvents = [
  z.strictObject({
    ...client,
    type: z.enum(['invoke', 'fail', 'info']),
    f: z.literal('read'),
    value: z.null(),
  }),
  z.strictObject({ ...client, type: z.literal('ok'), f: z.literal('read'), value: value.nullable() }),
  z.strictObject({ ...client, type: z.enum(['invoke', 'ok', 'fail', 'info']), f: z.literal('write'), value }),
  z.strictObject({
    ...client,
    type: z.enum(['invoke', 'fail', 'info']),
    f: z.literal('cas'),
    value: casArguments,
  }),
  z.strictObject({ ...client, type: z.literal('ok'), f: z.literal('cas'), value: casResult }),
] as const;

const linkEffect = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['close', 'black-hole', 'hold']) }),
  z.strictObject({ kind: z.literal('latency'), latencyMs: z.number(), jitterMs: z.number() }),
  z.strictObject({ kind: z.literal('bandwidth'), kilobytesPerSecond: z.number() }),
  z.strictObject({
    kind: z.literal('slicer'),
    averageBytes: z.number(),
    variationBytes: z.number(),
    delayUs: z.number(),
  }),
  z.strictObject({ kind: z.literal('reset'), afterMs: z.number() }),
]);
const linkRule = z.strictObject({
  flow: z.strictObject({ from: z.string(), to: z.string() }),
  effect: linkEffect,
});
export type LinkRule = z.infer<typeof linkRule>;

/**
 * A step of the plan passes through `begins` → `in-force` → `ends` → `over`, or `failed` where the lab could not do it (the lab's failure) or `skipped`
 * where its target did not exist at the time. From `in-force` on, `nodes` are those killed, paused or slowed and `rules` what was done to the links.
 */
const nemesis = z.strictObject({
  index,
  time,
  process: z.literal('nemesis'),
  type: z.literal('info'),
  f: z.enum([
    'partition',
    'latency',
    'bandwidth',
    'slicer',
    'reset',
    'lost-requests',
    'lost-answers',
    'kill',
    'pause',
    'fall-behind',
    'membership',
    'snapshot',
    'transfer',
  ]),
  value: z.strictObject({
    step: z.string(),
    stage: z.enum(['begins', 'in-force', 'ends', 'over', 'failed', 'skipped']),
    fault: faultSchema,
    nodes: z.array(node),
    rules: z.array(linkRule),
    reason: z.string().optional(),
  }),
});
export type NemesisEvent = z.infer<typeof nemesis>;

const membership = z.strictObject({ voters: z.array(node), learners: z.array(node) });
/** Who votes, and who only receives the log. */
export type Membership = z.infer<typeof membership>;

/** What `GET /membership` says, and a `PUT` that was granted. */
export const membershipAnswerSchema = z.object({
  index: z.int().min(0),
  voters: z.array(z.string()),
  learners: z.array(z.string()),
  joint: z.object({ outgoing: z.array(z.string()) }).nullable(),
});
export type MembershipAnswer = z.infer<typeof membershipAnswerSchema>;

/**
 * What the lab asked of the cluster as its operator: `invoke`, and then `ok` (it was done), `fail` (refused: it will not happen) or `info` (unknown). `request`
 * pairs the two; requests of one `goal` are tries for the same thing, made for `step`.
 */
const operator = {
  index,
  time,
  process: z.literal('operator'),
  type: z.enum(['invoke', 'ok', 'fail', 'info']),
  node,
  error: z.string().optional(),
};
const asked = { step: z.string(), goal: z.int(), request: z.int() };
const operatorEvents = [
  z.strictObject({
    ...operator,
    f: z.literal('change-membership'),
    value: z.strictObject({
      ...asked,
      /** The index of the configuration `from`, which is to be replaced by `to`. */
      onTopOf: z.int().min(0),
      from: membership,
      to: membership,
      answer: membershipAnswerSchema.optional(),
    }),
  }),
  z.strictObject({ ...operator, f: z.literal('take-snapshot'), value: z.strictObject(asked) }),
  z.strictObject({
    ...operator,
    f: z.literal('transfer-leadership'),
    value: z.strictObject({ ...asked, to: node }),
  }),
] as const;

/** What `GET /status` said; fields beyond the contract are dropped. */
export const statusSchema = z.object({
  id: z.string(),
  role: z.enum(['leader', 'follower', 'candidate', 'learner', 'idle']),
  term: z.int().min(0),
  leader: z.string().nullable(),
  features: z.array(z.string()),
  commitIndex: z.int().min(0).optional(),
  appliedIndex: z.int().min(0).optional(),
  lastLogIndex: z.int().min(0).optional(),
  snapshotIndex: z.int().min(0).optional(),
  appliedHash: z.string().optional(),
  voters: z.array(z.string()).optional(),
  learners: z.array(z.string()).optional(),
  configIndex: z.int().min(0).optional(),
  snapshotsInstalled: z.int().min(0).optional(),
  electionsStarted: z.int().min(0).optional(),
});
export type Status = z.infer<typeof statusSchema>;

/** The phases of a run, in order. `faults` is when clients and nemesis run; `recover` begins when everything is healed and every node restarted. */
export const phaseNames = ['start', 'faults', 'heal', 'recover', 'final-reads', 'stop'] as const;
export type Phase = (typeof phaseNames)[number];

const observer = { index, time, process: z.literal('observer'), type: z.literal('info') };
const observerEvents = [
  /** Every answer of every poll. `life` counts the node's starts in this run, from 1. `asked` is when the poll was sent; `time` is when it was answered. */
  z.strictObject({
    ...observer,
    f: z.literal('status'),
    node,
    value: z.strictObject({ life: z.int(), asked: time, status: statusSchema }),
  }),
  /** An answer of 200 that is not a status as the contract words it. */
  z.strictObject({
    ...observer,
    f: z.literal('bad-status'),
    node,
    value: z.strictObject({ life: z.int(), problem: z.string(), body: z.string() }),
  }),
  /** A 2xx answer to a register call whose body is not as the contract words it. */
  z.strictObject({
    ...observer,
    f: z.literal('bad-answer'),
    node,
    value: z.strictObject({ request: z.string(), problem: z.string(), body: z.string() }),
  }),
  /** The lab started, or has ended, a node: `up` after its `/status` first answered, `down` before the signal is sent. */
  z.strictObject({
    ...observer,
    f: z.literal('life'),
    node,
    value: z.strictObject({ life: z.int(), state: z.enum(['up', 'down']) }),
  }),
  /** A node ended, although the lab did not end it. */
  z.strictObject({
    ...observer,
    f: z.literal('exit'),
    node,
    value: z.strictObject({ code: z.number().nullable(), signal: z.string().nullable(), output: z.string() }),
  }),
  /** A node did not come up after the lab (re)started it. */
  z.strictObject({
    ...observer,
    f: z.literal('start-failed'),
    node,
    value: z.strictObject({
      reason: z.enum(['exited', 'not-ready', 'bad-status']),
      message: z.string(),
      output: z.string(),
    }),
  }),
  z.strictObject({ ...observer, f: z.literal('phase'), value: z.enum(phaseNames) }),
  /** The lab's own event loop stood still for this long before `time`: only pauses above 100 ms are recorded. */
  z.strictObject({ ...observer, f: z.literal('lag'), value: z.strictObject({ ms: z.number() }) }),
  /** The lab or its environment failed; never the node's fault. */
  z.strictObject({
    ...observer,
    f: z.literal('lab-failure'),
    value: z.strictObject({ message: z.string() }),
  }),
  /** Final reads: from here until the next such line `cut` is cut off from everyone, and the rest must answer. An empty list ends it. */
  z.strictObject({ ...observer, f: z.literal('cut-off'), value: z.strictObject({ cut: z.array(node) }) }),
  /** Bytes each node has sent to its peers so far, and bytes on its disk. */
  z.strictObject({
    ...observer,
    f: z.literal('usage'),
    value: z.strictObject({
      peerBytesSent: z.record(z.string(), z.number()),
      diskBytes: z.record(z.string(), z.number()),
    }),
  }),
] as const;

export const clientEventSchema = z.union(clientEvents);
export const nemesisEventSchema = nemesis;
export const operatorEventSchema = z.discriminatedUnion('f', operatorEvents);
export const observerEventSchema = z.discriminatedUnion('f', observerEvents);
export const historyEventSchema = z.union([
  clientEventSchema,
  nemesis,
  operatorEventSchema,
  observerEventSchema,
]);

export type ClientEvent = z.infer<typeof clientEventSchema>;
export type OperatorEvent = z.infer<typeof operatorEventSchema>;
export type HistoryEvent = z.infer<typeof historyEventSchema>;
