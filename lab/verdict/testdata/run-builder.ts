/** Builds small runs for tests: events are added in any order, with times in milliseconds, and become a history sorted by time. */
import { historyEventSchema, type HistoryEvent, type Phase, type Status, type LinkRule, type NodeId } from '../../history/history.ts';
import { planSchema, type Fault, type Plan } from '../../plan/plan.ts';
import type { Run } from '../property.ts';

type Stage = 'begins' | 'in-force' | 'ends' | 'over' | 'failed' | 'skipped';
type Outcome = 'ok' | 'fail' | 'info' | 'open';

interface Call {
  readonly process: number;
  readonly key?: string;
  readonly node?: NodeId;
  readonly from: number;
  readonly to: number;
  readonly outcome?: Outcome;
  readonly error?: string;
}

interface Change {
  readonly from: readonly NodeId[];
  readonly to: readonly NodeId[];
  readonly learners?: readonly NodeId[];
  readonly learnersBefore?: readonly NodeId[];
  readonly at?: NodeId;
  readonly outcome?: Outcome;
  readonly error?: string;
  readonly goal?: number;
  readonly onTopOf?: number;
  /** What the answer says, where that is not what was asked for. */
  readonly answer?: Record<string, unknown> | null;
}

type Body = Record<string, unknown> & { readonly process: number | 'nemesis' | 'observer' | 'operator' };

export class RunBuilder {
  readonly plan: Plan;
  readonly #events: { readonly ms: number; readonly body: Body }[] = [];
  #requests = 0;

  constructor(plan: Partial<Plan> = {}) {
    const nodes = plan.nodes ?? ['n1', 'n2', 'n3'];
    this.plan = planSchema.parse({
      version: 1,
      seed: 7,
      nodes,
      voters: nodes,
      durationMs: 60_000,
      heartbeatMs: 50,
      electionMs: [150, 300],
      snapshotEntries: 100,
      requestTimeoutMs: 2_000,
      recoverWithinMs: 5_000,
      workload: { name: 'registers', rate: 100, concurrency: 5, keys: 2 },
      schedule: [],
      coverage: [],
      ...plan,
    });
  }

  phase(ms: number, value: Phase): this {
    return this.#observe(ms, { f: 'phase', value });
  }

  /** Every node comes up in its first life. */
  allUp(ms: number): this {
    for (const node of this.plan.nodes) this.life(ms, node, 'up', 1);
    return this;
  }

  life(ms: number, node: NodeId, state: 'up' | 'down', life: number): this {
    return this.#observe(ms, { f: 'life', node, value: { life, state } });
  }

  status(
    ms: number,
    node: NodeId,
    status: Partial<Status>,
    poll: { readonly asked?: number; readonly life?: number } = {},
  ): this {
    const whole = { id: node, role: 'follower', term: 1, leader: null, features: [], ...status };
    const asked = nanoseconds(poll.asked ?? ms - 1);
    return this.#observe(ms, { f: 'status', node, value: { life: poll.life ?? 1, asked, status: whole } });
  }

  /** Any other line of the observer. */
  observe(ms: number, body: Record<string, unknown>): this {
    return this.#observe(ms, body);
  }

  lag(ms: number, lagMs: number): this {
    return this.#observe(ms, { f: 'lag', value: { ms: lagMs } });
  }

  cutOff(ms: number, cut: readonly NodeId[]): this {
    return this.#observe(ms, { f: 'cut-off', value: { cut } });
  }

  read(value: string | null, call: Call): this {
    return this.#call('read', null, value, call);
  }

  write(value: string, call: Call): this {
    return this.#call('write', value, value, call);
  }

  cas(from: string | null, to: string, swapped: boolean, call: Call & { readonly value?: string }): this {
    const result = call.value === undefined ? { swapped } : { swapped, value: call.value };
    return this.#call('cas', { from, to }, result, call);
  }

  stage(
    ms: number,
    step: string,
    stage: Stage,
    fault: Fault,
    did: { readonly nodes?: readonly NodeId[]; readonly rules?: readonly LinkRule[]; readonly reason?: string } = {},
  ): this {
    const { nodes = [], rules = [], ...rest } = did;
    const body: Body = {
      process: 'nemesis',
      type: 'info',
      f: fault.kind,
      value: { step, stage, fault, nodes, rules, ...rest },
    };
    this.#events.push({ ms, body });
    return this;
  }

  /** A step from beginning to end: 10 ms to come in force, 10 ms to be lifted. */
  step(
    from: number,
    to: number,
    step: string,
    fault: Fault,
    did: { readonly nodes?: readonly NodeId[]; readonly rules?: readonly LinkRule[] } = {},
  ): this {
    return this.stage(from, step, 'begins', fault)
      .stage(from + 10, step, 'in-force', fault, did)
      .stage(to, step, 'ends', fault, did)
      .stage(to + 10, step, 'over', fault, did);
  }

  /** A request for other voters, sent at `from` and answered at `to`. */
  change(from: number, to: number, change: Change): this {
    this.#requests += 1;
    const { at: node = 'n1', outcome = 'ok', error, goal = this.#requests, onTopOf = 0 } = change;
    const wanted = { voters: change.to, learners: change.learners ?? [] };
    const value = {
      step: 'c',
      goal,
      request: this.#requests,
      onTopOf,
      from: { voters: change.from, learners: change.learnersBefore ?? [] },
      to: wanted,
    };
    const line = { process: 'operator', f: 'change-membership', node } as const;
    this.#events.push({ ms: from, body: { ...line, type: 'invoke', value } });
    if (outcome === 'open') return this;
    const answer = change.answer === undefined ? { index: onTopOf + 10, ...wanted, joint: null } : change.answer;
    const answered = outcome === 'ok' && answer !== null ? { ...value, answer } : value;
    const said = error === undefined ? {} : { error };
    this.#events.push({ ms: to, body: { ...line, type: outcome, value: answered, ...said } });
    return this;
  }

  /** Leadership is asked to go to `node`. */
  transfer(ms: number, to: NodeId): this {
    this.#requests += 1;
    const value = { step: 't', goal: this.#requests, request: this.#requests, to };
    const line = { process: 'operator', f: 'transfer-leadership', node: 'n1', value } as const;
    this.#events.push({ ms, body: { ...line, type: 'invoke' } }, { ms: ms + 10, body: { ...line, type: 'ok' } });
    return this;
  }

  build(): Run {
    const history = this.#events
      .toSorted((a, b) => a.ms - b.ms)
      .map(({ ms, body }, index) => ({ index, time: nanoseconds(ms), ...body }))
      .map((event): HistoryEvent => historyEventSchema.parse(event));
    return { plan: this.plan, history };
  }

  #observe(ms: number, body: Record<string, unknown>): this {
    this.#events.push({ ms, body: { process: 'observer', type: 'info', ...body } });
    return this;
  }

  #call(f: 'read' | 'write' | 'cas', asked: unknown, answered: unknown, call: Call): this {
    const { process, key = 'x', node = 'n1', from, to, outcome = 'ok', error } = call;
    const line = { process, f, key, node };
    this.#events.push({ ms: from, body: { ...line, type: 'invoke', value: asked } });
    if (outcome === 'open') return this;
    const value = outcome === 'ok' ? answered : asked;
    const answer = error === undefined ? {} : { error };
    this.#events.push({ ms: to, body: { ...line, type: outcome, value, ...answer } });
    return this;
  }
}

function nanoseconds(ms: number): number {
  return Math.round(ms * 1_000_000);
}

/** The rules of a whole cut between two groups, in both directions. */
export function cutBetween(
  left: readonly NodeId[],
  right: readonly NodeId[],
  kind: 'close' | 'black-hole' | 'hold' = 'black-hole',
): LinkRule[] {
  return left.flatMap((a) =>
    right.flatMap((b) => [
      { flow: { from: a, to: b }, effect: { kind } },
      { flow: { from: b, to: a }, effect: { kind } },
    ]),
  );
}
