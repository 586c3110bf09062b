import { forkSeed, seededRandom, type Random } from '@raft-lab/workloads';
import type { Cluster } from '../cluster/cluster.ts';
import { LabError } from '../lab-error.ts';
import { nemesisFor } from '../nemesis/nemeses.ts';
import type { Context, Resolution, Resolved, View } from '../nemesis/nemesis.ts';
import { pinnedFault, pinnedRemark, resolvePinned, type Pins } from '../nemesis/pins.ts';
import { disturbs } from '../plan/disturbs.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { NodeKeeper } from './node-keeper.ts';
import type { Operator } from './operator.ts';
import { possibleVoters } from '../history/configurations.ts';
import type { Observer } from './observer.ts';
import type { Recorder } from './recorder.ts';

const lookEveryMs = 20;
/**
 * A step whose target does not exist (nobody leads, nobody runs) waits this long for it: as long as a node may take to start, since on a busy machine a cluster
 * that was killed whole is not back when the next step is due.
 */
const targetWithinMs = 10_000;
/** What is asked of the cluster waits longer for somebody who leads, as long as the run lasts: it is not on anyone's way meanwhile. */
const leaderWithinMs = 12_000;
/** A fault begins while an operation is open, so that it has something to disturb; it waits this long for one, and begins all the same. */
const openWithinMs = 500;
const openEveryMs = 1;
/** How often a fault that may end early is asked whether it has done its work. */
const doneEveryMs = 20;

type Stage = 'begins' | 'in-force' | 'ends' | 'over' | 'failed' | 'skipped';

/** Carries out a plan's schedule: each step at its time, side by side, with everything that was resolved on record. */
export class NemesisRunner {
  readonly #plan: Plan;
  readonly #cluster: Cluster;
  readonly #keeper: NodeKeeper;
  readonly #observer: Observer;
  readonly #operator: Operator;
  readonly #recorder: Recorder;
  readonly #pins: Pins;

  /** @param pins where this is a replay, whom each step concerned in the recorded run */
  constructor(
    plan: Plan,
    cluster: Cluster,
    keeper: NodeKeeper,
    observer: Observer,
    operator: Operator,
    recorder: Recorder,
    pins: Pins = new Map(),
  ) {
    this.#plan = plan;
    this.#cluster = cluster;
    this.#keeper = keeper;
    this.#observer = observer;
    this.#operator = operator;
    this.#recorder = recorder;
    this.#pins = pins;
  }

  /**
   * Resolves when every step is over. When the signal is given, steps that have not begun do not begin, and those in force end at once.
   * Rejects with a `LabError` when a fault could not be put in force or taken back.
   */
  async run(signal: AbortSignal): Promise<void> {
    const beganNs = this.#cluster.clock.nowNs();
    const ended = await Promise.allSettled(
      this.#plan.schedule.map((step) => this.runStep(step, beganNs, signal)),
    );
    const failed = ended.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /**
   * Carries out one step, with its time counted from `beganNs` of the cluster's clock; resolves when it is over. When the signal is given, it ends at once.
   * Rejects with a `LabError` when the fault could not be put in force or taken back.
   */
  async runStep(step: Step, beganNs: number, signal: AbortSignal): Promise<void> {
    const { clock, links } = this.#cluster;
    const random = seededRandom(forkSeed(this.#plan.seed, `step-${step.id}`));
    const sleepUnlessStopped = (ms: number) => clock.sleep(ms, signal).catch(() => undefined);
    const context: Context = {
      links,
      control: this.#keeper,
      operator: this.#operator,
      view: () => this.#view(),
      snapshotEntries: this.#plan.snapshotEntries,
      random,
      sleep: sleepUnlessStopped,
    };
    const nemesis = nemesisFor(step.fault);

    await sleepUnlessStopped(step.afterMs - (clock.nowNs() - beganNs) / 1e6);
    if (step.when !== undefined) await this.#awaitLeader(step.when.withinMs, signal);
    if (signal.aborted) return;
    const resolution = await this.#resolve(step, beganNs, random, signal);
    const pin = this.#pins.get(step.id);
    const fault = pin === undefined ? step.fault : pinnedFault(step.fault, pin);
    if (resolution.kind === 'skipped') {
      this.#say('skipped', { step: step.id, fault, nodes: [], rules: [] }, resolution.reason);
      return;
    }
    const found: Resolved = { step: step.id, fault, nodes: resolution.nodes, rules: resolution.rules };
    this.#say('begins', found, pin === undefined ? undefined : pinnedRemark(step.fault, found, this.#view()));
    const begun = await this.#orFail(found, nemesis.begin(found, context));
    const resolved: Resolved = { ...found, nodes: begun?.nodes ?? found.nodes };
    if (begun?.givenUp !== undefined) {
      this.#say('skipped', resolved, begun.givenUp);
      // What was asked for may still come about, so it is led back all the same.
      await this.#orFail(resolved, nemesis.end(resolved, context));
      return;
    }
    this.#say('in-force', resolved);
    await this.#whileInForce(step, signal, () => nemesis.isDone?.(resolved, context) === true);
    this.#say('ends', resolved);
    await this.#orFail(resolved, nemesis.end(resolved, context));
    this.#say('over', resolved);
  }

  /** Until the step's time is up, or the fault has done what it is for. */
  async #whileInForce({ forMs }: Step, signal: AbortSignal, isDone: () => boolean): Promise<void> {
    const { clock } = this.#cluster;
    const untilNs = clock.nowNs() + forMs * 1e6;
    for (;;) {
      const leftMs = (untilNs - clock.nowNs()) / 1e6;
      if (leftMs <= 0 || signal.aborted || isDone()) return;
      await clock.sleep(Math.min(leftMs, doneEveryMs), signal).catch(() => undefined);
    }
  }

  async #resolve(step: Step, runBeganNs: number, random: Random, signal: AbortSignal): Promise<Resolution> {
    const { clock } = this.#cluster;
    const nemesis = nemesisFor(step.fault);
    const pin = this.#pins.get(step.id);
    const beganNs = clock.nowNs();
    const waitedMs = () => (clock.nowNs() - beganNs) / 1e6;
    const leftMs = this.#plan.durationMs - (beganNs - runBeganNs) / 1e6;
    const withinMs = disturbs(step.fault)
      ? targetWithinMs
      : Math.max(targetWithinMs, Math.min(leaderWithinMs, leftMs));
    for (;;) {
      const view = this.#view();
      const resolution =
        pin === undefined ? nemesis.resolve(step.fault, view, random) : resolvePinned(step.fault, pin, view);
      const resolved = resolution.kind === 'resolved';
      const strikes = resolved && (this.#recorder.openOperations > 0 || waitedMs() >= openWithinMs);
      const isVain = resolution.kind === 'skipped' && resolution.isFinal === true;
      if (strikes || isVain || waitedMs() >= withinMs || signal.aborted) return resolution;
      await clock.sleep(resolved ? openEveryMs : lookEveryMs, signal).catch(() => undefined);
    }
  }

  /** A fault that the lab cannot bring about or take back is the lab's failure, whatever its cause. */
  async #orFail<T>(resolved: Resolved, done: Promise<T>): Promise<T> {
    try {
      return await done;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#say('failed', resolved, reason);
      throw cause instanceof LabError
        ? cause
        : new LabError('links', `${resolved.fault.kind} (${resolved.step}) failed: ${reason}`, { cause });
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
    const { possible } = this.#operator.configurations;
    const members = possible.flatMap(({ voters, learners }) => [...voters, ...learners]);
    const { started, running } = this.#keeper;
    // A voter that another step has removed comes back with that step.
    const outsiders = this.#plan.nodes.filter((node) => !this.#plan.voters.includes(node));
    const spares = outsiders.filter((node) => !members.includes(node));
    return {
      nodes: started,
      running,
      leader: this.#observer.leader,
      voters: possibleVoters(possible),
      spares: [
        ...spares.filter((node) => !started.includes(node)),
        ...spares.filter((node) => running.includes(node)),
      ],
      guests: outsiders.filter((node) => members.includes(node)),
      status: (node) => this.#observer.status(node),
    };
  }

  #say(stage: Stage, { step, fault, nodes, rules }: Resolved, reason?: string): void {
    this.#recorder.record({
      process: 'nemesis',
      type: 'info',
      f: fault.kind,
      value: {
        step,
        stage,
        fault,
        nodes: [...nodes],
        // The rules are the same at every stage; the history holds them once.
        rules: stage === 'in-force' ? [...rules] : [],
        ...(reason === undefined ? {} : { reason }),
      },
    });
  }
}
