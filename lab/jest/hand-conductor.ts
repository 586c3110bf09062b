/** Drives a run by hand: faults begin when a test says so, and end when it says so. What it did becomes the run's plan. */
import { usage } from '../setup/options.ts';
import { LabError } from '../lab-error.ts';
import type { NodeId } from '../links/links.ts';
import { faultSchema, type Fault, type Plan, type Step } from '../plan/plan.ts';
import { contradictions, stepNeeds } from '../plan/read-plan.ts';
import type { Conductor, Stage } from '../run/conductor.ts';
import { RunOver } from './run-over.ts';

/** A step by hand lasts until it is lifted: a day is as good as for ever. */
const forMsMax = 86_400_000;

interface Driven {
  readonly id: string;
  readonly fault: Fault;
  readonly nodes: readonly NodeId[];
  readonly beganNs: number;
  endedNs: number | undefined;
  readonly lift: () => Promise<void>;
}

/** A fault in force. */
export type InForce = Pick<Driven, 'id' | 'fault' | 'nodes' | 'lift'>;

export class HandConductor implements Conductor {
  readonly #plan: Plan;
  readonly #staged = Promise.withResolvers<Stage>();
  readonly #wanted = Promise.withResolvers<undefined>();
  readonly #working = Promise.withResolvers<undefined>();
  readonly #finished = Promise.withResolvers<undefined>();
  readonly #driven: Driven[] = [];
  /** Every step that was begun, those included that wait for somebody to strike. */
  readonly #steps: { readonly ending: AbortController; readonly over: Promise<void> }[] = [];
  #stage: Stage | undefined;
  #chosen: Plan['workload'];
  /** Why nothing more can be done by hand, once that is so. */
  #ended: string | undefined;
  #strikes = 0;
  #phaseNs: { readonly from: number; to?: number } | undefined;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#chosen = plan.workload;
  }

  /** Resolves when every node is up. */
  get staged(): Promise<Stage> {
    return this.#staged.promise;
  }

  async begin(stage: Stage): Promise<Plan['workload']> {
    this.#stage = stage;
    this.#staged.resolve(stage);
    await Promise.race([this.#wanted.promise, whenAborted(stage.signal)]);
    return this.#chosen;
  }

  async drive(): Promise<void> {
    const { clock, signal } = this.#given();
    const phase: { readonly from: number; to?: number } = { from: clock.nowNs() };
    this.#phaseNs = phase;
    this.#working.resolve(undefined);
    await Promise.race([this.#finished.promise, whenAborted(signal)]);
    await this.liftAll(() => true);
    for (const { ending } of this.#steps) ending.abort();
    await Promise.all(this.#steps.map(({ over }) => over));
    phase.to = clock.nowNs();
  }

  /** Lets clients begin; resolves when they are at work. */
  async work(workload: Plan['workload']): Promise<void> {
    this.#chosen = workload;
    this.#wanted.resolve(undefined);
    await this.#working.promise;
  }

  /** Clients have worked enough, or the run has ended by itself. */
  finish(): void {
    this.#ended ??= 'its workload has ended';
    this.#finished.resolve(undefined);
  }

  /** @throws RunOver where nothing more can be done to the cluster */
  get stage(): Stage {
    this.requireStage();
    return this.#given();
  }

  /** @throws RunOver likewise */
  requireStage(): void {
    const { signal } = this.#given();
    if (signal.aborted) throw new RunOver(signal.reason);
    if (this.#ended !== undefined) throw new RunOver(this.#ended);
  }

  #given(): Stage {
    if (this.#stage === undefined) throw new Error('a conductor is on stage only once its cluster is up');
    return this.#stage;
  }

  /** Puts a fault in force. Rejects with a `LabError` `usage` where it makes no sense, and with an error where nobody was there to suffer it. */
  async strike(wanted: Fault): Promise<InForce> {
    const { clock, nemesis, recorder, signal } = this.stage;
    this.#strikes += 1;
    const step: Step = { id: `h${this.#strikes}`, afterMs: 0, fault: parsed(wanted), forMs: forMsMax };
    this.#refuse(step);
    const ending = new AbortController();
    const inForce = Promise.withResolvers<readonly NodeId[]>();
    recorder.onEvent((event) => {
      if (event.process !== 'nemesis' || event.value.step !== step.id) return;
      const { stage, nodes, reason = '' } = event.value;
      if (stage === 'in-force') inForce.resolve(nodes);
      if (stage === 'skipped')
        inForce.reject(new Error(`${step.fault.kind} of ${step.fault.target} is not in force: ${reason}.`));
    });
    const beganNs = clock.nowNs();
    const over = nemesis.runStep(step, beganNs, AbortSignal.any([signal, ending.signal]));
    this.#steps.push({ ending, over });
    // A step that ends without having been in force was cut short by the end of the run.
    over.then(
      () => inForce.reject(new RunOver(signal.reason)),
      (error: unknown) => inForce.reject(error),
    );
    const nodes = await inForce.promise;
    const driven: Driven = {
      id: step.id,
      fault: step.fault,
      nodes,
      beganNs,
      endedNs: undefined,
      async lift() {
        ending.abort();
        await over;
        driven.endedNs ??= clock.nowNs();
      },
    };
    this.#driven.push(driven);
    return driven;
  }

  /** Faults in force, in the order in which they began. */
  get inForce(): readonly InForce[] {
    return this.#driven.filter(({ endedNs }) => endedNs === undefined);
  }

  async liftAll(which: (fault: InForce) => boolean): Promise<void> {
    await Promise.all(this.inForce.filter(which).map(({ lift }) => lift()));
  }

  /** The plan that was carried out: given back, it runs again without the test. */
  played(): Plan {
    const workload = this.#chosen;
    const { from, to } = this.#phaseNs ?? { from: 0 };
    const durationMs = Math.max(1, Math.ceil(((to ?? from) - from) / 1e6));
    const schedule = this.#driven
      .map(({ id, fault, beganNs, endedNs }): Step => {
        const afterMs = Math.max(0, Math.floor((beganNs - from) / 1e6));
        const untilMs = Math.min(durationMs, Math.floor(((endedNs ?? to ?? from) - from) / 1e6));
        return { id, afterMs, fault, forMs: untilMs - afterMs };
      })
      // What ended before clients began is no part of what they saw.
      .filter(({ forMs }) => forMs > 0)
      .toSorted((a, b) => a.afterMs - b.afterMs);
    return { ...this.#plan, workload, durationMs, schedule, coverage: stepNeeds(schedule) };
  }

  #refuse(step: Step): void {
    const [wrong] = contradictions({ ...this.#plan, durationMs: forMsMax, schedule: [step] });
    if (wrong !== undefined) throw usage(wrong.message);
  }
}

function parsed(fault: Fault): Fault {
  const read = faultSchema.safeParse(fault);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new LabError(
    'usage',
    `${fault.kind}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''} (docs/plan.md)`,
  );
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
