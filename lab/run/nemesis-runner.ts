import { forkSeed, seededRandom, type Random } from '@raft-lab/workloads';
import type { Cluster } from '../cluster/cluster.ts';
import { LabError } from '../lab-error.ts';
import { nemesisFor } from '../nemesis/nemeses.ts';
import type { Context, Resolution, Resolved, View } from '../nemesis/nemesis.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { NodeKeeper } from './node-keeper.ts';
import type { Observer } from './observer.ts';
import type { Recorder } from './recorder.ts';

const lookEveryMs = 20;
/** A step whose target does not exist (nobody leads, nobody runs) waits this long for it. */
const targetWithinMs = 3_000;
/** A fault begins while an operation is open, so that it has something to disturb; it waits this long for one, and begins all the same. */
const openWithinMs = 500;
const openEveryMs = 1;

type Stage = 'begins' | 'in-force' | 'ends' | 'over' | 'failed' | 'skipped';

/** Carries out a plan's schedule: each step at its time, side by side, with everything that was resolved on record. */
export class NemesisRunner {
  readonly #plan: Plan;
  readonly #cluster: Cluster;
  readonly #keeper: NodeKeeper;
  readonly #observer: Observer;
  readonly #recorder: Recorder;

  constructor(plan: Plan, cluster: Cluster, keeper: NodeKeeper, observer: Observer, recorder: Recorder) {
    this.#plan = plan;
    this.#cluster = cluster;
    this.#keeper = keeper;
    this.#observer = observer;
    this.#recorder = recorder;
  }

  /**
   * Resolves when every step is over. When the signal is given, steps that have not begun do not begin, and those in force end at once.
   * Rejects with a `LabError` when a fault could not be put in force or taken back.
   */
  async run(signal: AbortSignal): Promise<void> {
    const beganNs = this.#cluster.clock.nowNs();
    const ended = await Promise.allSettled(
      this.#plan.schedule.map((step) => this.#runStep(step, beganNs, signal)),
    );
    const failed = ended.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #runStep(step: Step, beganNs: number, signal: AbortSignal): Promise<void> {
    const { clock, links } = this.#cluster;
    const random = seededRandom(forkSeed(this.#plan.seed, `step-${step.id}`));
    const context: Context = { links, control: this.#keeper, random, sleep: (ms) => clock.sleep(ms) };
    const nemesis = nemesisFor(step.fault);
    const sleepUnlessStopped = (ms: number) => clock.sleep(ms, signal).catch(() => undefined);

    await sleepUnlessStopped(step.afterMs - (clock.nowNs() - beganNs) / 1e6);
    if (step.when !== undefined) await this.#awaitLeader(step.when.withinMs, signal);
    if (signal.aborted) return;
    const resolution = await this.#resolve(step, random, signal);
    if (resolution.kind === 'skipped') {
      this.#say(step, 'skipped', { step: step.id, nodes: [], rules: [] }, resolution.reason);
      return;
    }
    const resolved: Resolved = { step: step.id, nodes: resolution.nodes, rules: resolution.rules };
    this.#say(step, 'begins', resolved);
    await this.#orFail(step, resolved, nemesis.begin(resolved, context));
    this.#say(step, 'in-force', resolved);
    await sleepUnlessStopped(step.forMs);
    this.#say(step, 'ends', resolved);
    await this.#orFail(step, resolved, nemesis.end(resolved, context));
    this.#say(step, 'over', resolved);
  }

  async #resolve(step: Step, random: Random, signal: AbortSignal): Promise<Resolution> {
    const { clock } = this.#cluster;
    const nemesis = nemesisFor(step.fault);
    const beganNs = clock.nowNs();
    const waitedMs = () => (clock.nowNs() - beganNs) / 1e6;
    for (;;) {
      const resolution = nemesis.resolve(step.fault, this.#view(), random);
      const resolved = resolution.kind === 'resolved';
      const strikes = resolved && (this.#recorder.openOperations > 0 || waitedMs() >= openWithinMs);
      if (strikes || waitedMs() >= targetWithinMs || signal.aborted) return resolution;
      await clock.sleep(resolved ? openEveryMs : lookEveryMs, signal).catch(() => undefined);
    }
  }

  /** A fault that the lab cannot bring about or take back is the lab's failure, whatever its cause. */
  async #orFail(step: Step, resolved: Resolved, done: Promise<void>): Promise<void> {
    try {
      await done;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#say(step, 'failed', resolved, reason);
      throw cause instanceof LabError
        ? cause
        : new LabError('links', `${step.fault.kind} (${step.id}) failed: ${reason}`, { cause });
    }
  }

  async #awaitLeader(withinMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#cluster;
    const untilNs = clock.nowNs() + withinMs * 1e6;
    while (this.#observer.leader === null && clock.nowNs() < untilNs && !signal.aborted) {
      await clock.sleep(lookEveryMs, signal).catch(() => undefined);
    }
  }

  #view(): View {
    return { nodes: this.#keeper.nodes, running: this.#keeper.running, leader: this.#observer.leader };
  }

  #say(step: Step, stage: Stage, resolved: Resolved, reason?: string): void {
    const { nodes, rules } = resolved;
    this.#recorder.record({
      process: 'nemesis',
      type: 'info',
      f: step.fault.kind,
      value: {
        step: step.id,
        stage,
        fault: step.fault,
        nodes: [...nodes],
        // The rules are the same at every stage; the history holds them once.
        rules: stage === 'in-force' ? [...rules] : [],
        ...(reason === undefined ? {} : { reason }),
      },
    });
  }
}
