import { DoorError } from '../cluster/door.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { statusSchema, type Status } from '../history/history.ts';
import type { NodeId } from '../links/links.ts';
import type { NodeKeeper } from './node-keeper.ts';
import type { Recorder } from './recorder.ts';

const pollEveryMs = 100;
const pollTimeoutMs = 1_000;
const bodyShownMax = 200;

interface Answer {
  readonly askedNs: number;
  readonly status: Status;
}

/** Asks every running node for its status, ten times a second, through an entrance that no fault touches, and records every answer. */
export class Observer {
  readonly #cluster: Cluster;
  readonly #keeper: NodeKeeper;
  readonly #recorder: Recorder;
  readonly #latest = new Map<NodeId, Answer>();
  /** What each node said last of how often a snapshot brought it up to date; the latest to say more comes last. */
  readonly #installs = new Map<NodeId, number>();

  constructor(cluster: Cluster, keeper: NodeKeeper, recorder: Recorder) {
    this.#cluster = cluster;
    this.#keeper = keeper;
    this.#recorder = recorder;
  }

  /** Polls until the signal is given; then the polls under way end with their limit. */
  async observe(signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.#keeper.nodes.map(async (node) => {
        while (!signal.aborted) {
          await this.#poll(node);
          await this.#cluster.clock.sleep(pollEveryMs, signal).catch(() => undefined);
        }
      }),
    );
  }

  /** What a node last said of itself in its present life. */
  status(node: NodeId): Status | undefined {
    return this.#keeper.isThere(node) ? this.#latest.get(node)?.status : undefined;
  }

  /** The same, where it was asked for at `sinceNs` (of the recorder's clock) or later. */
  statusSince(node: NodeId, sinceNs: number): Status | undefined {
    return (this.#latest.get(node)?.askedNs ?? -1) >= sinceNs ? this.status(node) : undefined;
  }

  /** Nodes that have said that a snapshot brought them up to date, the latest first. */
  get installers(): readonly NodeId[] {
    return [...this.#installs.keys()].toReversed();
  }

  /** The node that claims to lead in the highest term, of those that run. */
  get leader(): NodeId | null {
    const claims = this.#keeper.running
      .map((node) => ({ node, status: this.status(node) }))
      .filter(({ status }) => status?.role === 'leader')
      .sort((a, b) => (b.status?.term ?? 0) - (a.status?.term ?? 0));
    return claims[0]?.node ?? null;
  }

  async #poll(node: NodeId): Promise<void> {
    // Nothing is asked of a node that is down; a paused one is asked, since what it says when it goes on is of interest.
    if (!this.#keeper.isThere(node)) {
      this.#latest.delete(node);
      return;
    }
    const life = this.#keeper.life(node);
    const asked = this.#recorder.timeNs();
    try {
      const answer = await this.#cluster
        .door(node, 'observer')
        .send({ method: 'GET', path: '/status', timeoutMs: pollTimeoutMs });
      if (answer.status !== 200) return;
      this.#take(node, life, asked, answer.body);
    } catch (error) {
      if (!(error instanceof DoorError)) throw error;
    }
  }

  #take(node: NodeId, life: number, asked: number, body: string): void {
    const base = { process: 'observer', type: 'info', node } as const;
    const read = statusSchema.safeParse(json(body));
    if (!read.success) {
      const problem = read.error.issues
        .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
        .join('; ');
      this.#recorder.record({
        ...base,
        f: 'bad-status',
        value: { life, problem, body: body.slice(0, bodyShownMax) },
      });
      return;
    }
    this.#count(node, read.data.snapshotsInstalled ?? 0);
    if (life === this.#keeper.life(node)) this.#latest.set(node, { askedNs: asked, status: read.data });
    this.#recorder.record({ ...base, f: 'status', value: { life, asked, status: read.data } });
  }

  #count(node: NodeId, installs: number): void {
    const before = this.#installs.get(node);
    if (installs > (before ?? 0)) this.#installs.delete(node);
    // The count begins anew with each life of the node.
    if (installs > 0 || before !== undefined) this.#installs.set(node, installs);
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
