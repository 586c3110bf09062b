import {
  clusterClient,
  type ClusterClient,
  type ClusterOutcome,
  type Configured,
} from '../client/cluster-client.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Configurations, isSameMembership } from '../history/configurations.ts';
import type { Membership, NodeId } from '../history/history.ts';
import { edited, type Edit } from '../nemesis/edit.ts';
import type { Asked, ClusterOperator } from '../nemesis/nemesis.ts';
import type { Plan } from '../plan/plan.ts';
import type { Observer } from './observer.ts';
import type { Recorder, RecordedEvent } from './recorder.ts';

/** How long a change that is asked for in the midst of faults is tried. */
const patienceMs = 12_000;
/** How long the lab tries at the end, when nothing stands in the way: a newcomer has 30 s to catch up. */
const settlePatienceMs = 33_000;
const transferPatienceMs = 3_000;
const againEveryMs = 100;
/** After so long without an answer the outcome of one request is unknown, and the lab looks again. */
const requestTimeoutMs = 5_000;
/** The name, in place of a step's, of what is asked for when all steps are over. */
export const settling = 'settle';

type Without<E, K extends PropertyKey> = E extends unknown ? Omit<E, K> : never;
/** A request, and whom it is sent to. */
type Asking = Without<Extract<RecordedEvent, { process: 'operator' }>, 'process' | 'type' | 'error'>;

/** The lab as whoever operates the cluster. It asks through an entrance that no fault touches, and everything it asks is on record. */
export class Operator implements ClusterOperator {
  readonly configurations: Configurations;
  readonly #cluster: Cluster;
  readonly #observer: Observer;
  readonly #recorder: Recorder;
  readonly #signal: AbortSignal;
  readonly #client: ClusterClient;
  /** What would be in force if everything that was asked for had been granted. */
  #wanted: Membership;
  #changes: Promise<unknown> = Promise.resolve();
  #goals = 0;
  #requests = 0;

  constructor(plan: Plan, cluster: Cluster, observer: Observer, recorder: Recorder, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#observer = observer;
    this.#recorder = recorder;
    this.#signal = signal;
    this.#client = clusterClient(cluster.token, requestTimeoutMs);
    this.#wanted = { voters: plan.voters, learners: [] };
    const configurations = new Configurations(plan.voters);
    this.configurations = configurations;
    recorder.onEvent((event) => void configurations.take(event));
  }

  change(step: string, choose: (leader: NodeId, isFree: boolean) => Edit): Promise<Asked> {
    return this.#inTurn(() => this.#pursue(step, patienceMs, choose));
  }

  /** When all steps are over: asks for what they were to lead to, unless it is certainly in force. */
  async settle(): Promise<void> {
    await this.#changes;
    const { certain } = this.configurations;
    if (certain !== undefined && isSameMembership(certain, this.#wanted)) return;
    const { voters, learners } = this.#wanted;
    const everyone = new Map([
      ...this.#cluster.nodes.map((node) => [node, 'outside'] as const),
      ...voters.map((node) => [node, 'voter'] as const),
      ...learners.map((node) => [node, 'learner'] as const),
    ]);
    await this.#inTurn(() => this.#pursue(settling, settlePatienceMs, () => everyone));
  }

  async takeSnapshot(step: string, node: NodeId): Promise<void> {
    const request = this.#requestFor(step, this.#newGoal());
    await this.#recorded({ f: 'take-snapshot', node, value: request }, () =>
      this.#client.takeSnapshot(this.#cluster.door(node, 'observer')),
    );
  }

  async transferLeadership(step: string, to: NodeId): Promise<Asked> {
    const goal = this.#newGoal();
    return this.#until(transferPatienceMs, async (leader) => {
      const value = { ...this.#requestFor(step, goal), to };
      const door = this.#cluster.door(leader, 'observer');
      const outcome = await this.#recorded({ f: 'transfer-leadership', node: leader, value }, () =>
        this.#client.transfer(door, to),
      );
      // Once the leader has tried, more cannot be asked of it: who leads then is seen anyway.
      return outcome.type === 'info' ? { type: 'ok' } : outcome;
    });
  }

  async #pursue(
    step: string,
    forMs: number,
    choose: (leader: NodeId, isFree: boolean) => Edit,
  ): Promise<Asked> {
    const goal = this.#newGoal();
    let edit: Edit = new Map();
    let isFree = true;
    const asked = await this.#until(forMs, async (leader) => {
      const door = this.#cluster.door(leader, 'observer');
      const now = await this.#client.membership(door);
      if (typeof now === 'string') return { type: 'fail', error: now };
      edit = choose(leader, isFree);
      const outcome = await this.#ask(step, goal, leader, now, edited(now, edit));
      if (outcome.type === 'info') isFree = false;
      return outcome;
    });
    this.#wanted = edited(this.#wanted, edit);
    return asked;
  }

  async #ask(
    step: string,
    goal: number,
    node: NodeId,
    now: Configured,
    to: Membership,
  ): Promise<ClusterOutcome> {
    if (to.voters.length === 0) return { type: 'fail', error: 'no voter would be left' };
    const { index: onTopOf, voters, learners, etag } = now;
    const from = { voters, learners };
    const value = { ...this.#requestFor(step, goal), onTopOf, from, to };
    return this.#recorded({ f: 'change-membership', node, value }, () =>
      this.#client.change(this.#cluster.door(node, 'observer'), to, etag),
    );
  }

  /** Tries at whoever leads until it is done or the patience is at its end. */
  async #until(forMs: number, attempt: (leader: NodeId) => Promise<ClusterOutcome>): Promise<Asked> {
    const { clock } = this.#cluster;
    const untilNs = clock.nowNs() + forMs * 1e6;
    let reason = 'nobody led';
    while (clock.nowNs() < untilNs && !this.#signal.aborted) {
      const { leader } = this.#observer;
      if (leader !== null) {
        const outcome = await attempt(leader);
        if (outcome.type === 'ok') return { kind: 'done' };
        reason = outcome.error;
      }
      await clock.sleep(againEveryMs, this.#signal).catch(() => undefined);
    }
    if (this.#signal.aborted) return { kind: 'given-up', reason: `the run ended; at last: ${reason}` };
    return { kind: 'given-up', reason: `it was given up after ${forMs / 1_000} s; at last: ${reason}` };
  }

  async #recorded(asked: Asking, send: () => Promise<ClusterOutcome>): Promise<ClusterOutcome> {
    this.#recorder.record({ process: 'operator', type: 'invoke', ...asked });
    const outcome = await send();
    if (outcome.type !== 'ok')
      this.#recorder.record({ process: 'operator', type: outcome.type, ...asked, error: outcome.error });
    else if (asked.f === 'change-membership' && outcome.answer !== undefined) {
      const value = { ...asked.value, answer: outcome.answer };
      this.#recorder.record({ process: 'operator', type: 'ok', ...asked, value });
    } else this.#recorder.record({ process: 'operator', type: 'ok', ...asked });
    return outcome;
  }

  /** One change after another; the next one begins whatever became of the one before. */
  #inTurn(work: () => Promise<Asked>): Promise<Asked> {
    const turn = this.#changes.then(work, work);
    this.#changes = turn.catch(() => undefined);
    return turn;
  }

  #newGoal(): number {
    this.#goals += 1;
    return this.#goals;
  }

  #requestFor(step: string, goal: number): { step: string; goal: number; request: number } {
    this.#requests += 1;
    return { step, goal, request: this.#requests };
  }
}
