/**
 * Somebody who changes the cluster all the time: its configuration, its leader, and when snapshots are taken. When the world becomes calm, everyone is made a
 * voter again, so that what follows is the cluster that the plan speaks of.
 */
import { forkSeed, seededRandom, type Random } from '@raft-lab/workloads';
import type { NodeId } from '../../links/links.ts';
import { drawDelayMs } from './conditions.ts';
import type { NodeLife } from './node-life.ts';
import type { SimNode } from './sim-node.ts';
import type { SpareMachine } from './spare-machine.ts';
import { nsPerMs, type VirtualTime } from './virtual-time.ts';

/** How often the way back to the first configuration is tried. */
const restoreEveryMs = 50;
/** Shares of what is asked for; the rest are snapshots. */
const changeShare = 0.6;
const transferShare = 0.3;
/** A configuration with the spare machine has so many voters at least: it may lose its disk at any time, and the others have to be a quorum without it. */
const votersMinWithSpare = 3;
/** The leader is asked, or in this share of cases anyone. */
const strayShare = 0.15;

export class Churn {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #nodes: readonly SimNode[];
  readonly #voters: readonly NodeId[];
  readonly #spare: SpareMachine | null;
  readonly #everyMs: number;
  #calm = false;
  #restored = false;

  /** @param nodes those of the plan. */
  constructor(
    time: VirtualTime,
    seed: number,
    nodes: readonly SimNode[],
    voters: readonly NodeId[],
    spare: SpareMachine | null,
    everyMs: number,
  ) {
    this.#time = time;
    this.#random = seededRandom(forkSeed(seed, 'churn'));
    this.#nodes = nodes;
    this.#voters = voters;
    this.#spare = spare;
    this.#everyMs = everyMs;
    this.#later();
  }

  /** Whether the first configuration was in force again, at a leader, after it became calm. */
  get isRestored(): boolean {
    return this.#restored;
  }

  /** From here on it only restores what was there in the beginning. */
  calm(): void {
    if (this.#calm) return;
    this.#calm = true;
    this.#spare?.calm();
    this.#restore();
  }

  #later(): void {
    this.#time.after(drawDelayMs(this.#random, [1, this.#everyMs]) * nsPerMs, () => {
      if (this.#calm) return;
      this.#disturb();
      this.#later();
    });
  }

  #disturb(): void {
    const leader = this.#leader();
    const node =
      leader === undefined || this.#random.chance(strayShare) ? this.#random.pick(this.#present()) : leader;
    const life = node.running;
    if (life === null) return;
    if (this.#random.chance(changeShare)) this.#change(node, life);
    else if (this.#random.chance(transferShare / (1 - changeShare))) {
      node.transfer(this.#random.pick(this.#voters), () => undefined);
    } else life.askForSnapshot();
    // A transfer while the change is still under way.
    if (this.#random.chance(strayShare)) node.transfer(this.#random.pick(this.#voters), () => undefined);
  }

  #change(node: SimNode, life: NodeLife): void {
    const names = this.#present().map(({ id }) => id);
    const drawn = this.#random.sample(names, this.#random.int(1, names.length));
    const voters =
      drawn.length < votersMinWithSpare ? drawn.filter((name) => name !== this.#spare?.node?.id) : drawn;
    const rest = names.filter((name) => !voters.includes(name));
    const learners = this.#random.sample(rest, this.#random.int(0, rest.length));
    node.change({ voters, learners }, life.raft.status.configIndex, () => undefined);
  }

  #restore(): void {
    const leader = this.#leader();
    const status = leader?.running?.raft.status;
    if (leader !== undefined && status !== undefined) {
      const { voters, outgoing, learners, configIndex } = status;
      const restored =
        outgoing.length === 0 && learners.length === 0 && this.#voters.every((node) => voters.includes(node));
      // A change that was asked for before may still come into force, so this goes on to the end.
      if (restored && voters.length === this.#voters.length) this.#restored = true;
      else {
        leader.change({ voters: this.#voters, learners: [] }, configIndex, () => undefined);
      }
    }
    this.#time.after(restoreEveryMs * nsPerMs, () => this.#restore());
  }

  /** The plan's nodes, and the spare machine under its present name. */
  #present(): readonly SimNode[] {
    const spare = this.#spare?.node;
    return spare === undefined ? this.#nodes : [...this.#nodes, spare];
  }

  /** Whoever leads in the latest term. */
  #leader(): SimNode | undefined {
    let found: SimNode | undefined;
    let latest = 0;
    for (const node of this.#present()) {
      const status = node.running?.raft.status;
      if (status?.role !== 'leader' || status.term <= latest) continue;
      found = node;
      latest = status.term;
    }
    return found;
  }
}
