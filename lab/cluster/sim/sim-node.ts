/** A node of a simulated cluster, over all its lives: what happens to it from outside, and what becomes of that. */
import { forkSeed, seededRandom, type Random } from '@raft-lab/workloads';
import { InvariantViolation } from '@raft-lab/node/core/assert.ts';
import type { Membership } from '@raft-lab/node/core/configuration.ts';
import type { Message } from '@raft-lab/node/core/messages.ts';
import type { DoorAnswer, DoorRequest } from '../door.ts';
import type { NodeId } from '../../links/links.ts';
import { share } from './conditions.ts';
import { answerTo } from './node-door.ts';
import { NodeLife } from './node-life.ts';
import type { Receiver } from './peer-network.ts';
import { SimDisk, soundDisk } from './sim-disk.ts';
import { nsPerMs } from './virtual-time.ts';
import type { ChangeResult } from './waiting-changes.ts';
import type { World } from './world.ts';

type State = 'down' | 'starting' | 'up' | 'paused';

/** `closed`: the connection ended without an answer. */
export type Reply = DoorAnswer | 'closed';

/** So many lines of a node's output are kept. */
const outputLinesMax = 50;
const msPerSecond = 1_000;

export class SimNode implements Receiver {
  readonly id: NodeId;
  readonly disk: SimDisk;
  readonly #world: World;
  readonly #random: Random;
  #state: State = 'down';
  #lives = 0;
  #life: NodeLife | null = null;
  /** What happened while it was paused, in order. */
  #inbox: (() => void)[] = [];
  readonly #open = new Set<(reply: Reply) => void>();
  readonly #output: string[] = [];
  #lastTickNs = 0;
  /** Its clock runs this much slower than true time. */
  #drift = 1;

  constructor(id: NodeId, world: World) {
    this.id = id;
    this.#world = world;
    this.#random = seededRandom(forkSeed(world.seed, `node-${id}`));
    const { time, seed, conditions, counts, mutant } = world;
    this.disk = new SimDisk({
      time,
      seed,
      node: id,
      conditions: conditions.disk,
      counts,
      flaws: { ...soundDisk, ...mutant?.disk },
    });
  }

  get state(): State {
    return this.#state;
  }

  get life(): number {
    return this.#lives;
  }

  /** Whether somebody accepts its connections: a paused one's are accepted for it. */
  get isUp(): boolean {
    return this.#state === 'up' || this.#state === 'paused';
  }

  /** What it is in its present life, where it runs. */
  get running(): NodeLife | null {
    return this.#state === 'up' ? this.#life : null;
  }

  get output(): string {
    return this.#output.join('\n');
  }

  start(onReady: () => void): void {
    this.#state = 'starting';
    this.#lives += 1;
    const lives = this.#lives;
    const { conditions, time, network, counts } = this.#world;
    const [min, max] = conditions.startMs;
    time.after((min + share(this.#random) * (max - min)) * nsPerMs, () => {
      if (this.#lives !== lives || this.#state !== 'starting') return;
      this.#state = 'up';
      if (lives > 1) counts.restarts += 1;
      this.#print(`${this.id} starts, life ${lives}`);
      this.#drift = 1 + (share(this.#random) * 2 - 1) * conditions.drift;
      if (this.#drift !== 1) counts.clocksAdrift += 1;
      this.#guard(() => {
        const life = new NodeLife(this.id, lives, this.disk, this.#world, this.#random, (work) =>
          this.#inLife(lives, work),
        );
        this.#life = life;
        life.begin();
      });
      network.restarted(this.id);
      this.#lastTickNs = time.nowNs();
      this.#tickLater(lives);
      onReady();
    });
  }

  /** Everything stops at once. @param lastWords printed, where it had the time. */
  end(lastWords?: string): void {
    if (this.isUp) this.#world.counts.crashes += 1;
    if (lastWords !== undefined) this.#print(lastWords);
    this.#state = 'down';
    this.#life = null;
    this.#inbox = [];
    this.disk.crash();
    for (const respond of this.#open) respond('closed');
    this.#open.clear();
  }

  pause(): void {
    this.#state = 'paused';
    this.#world.counts.pauses += 1;
  }

  resume(): void {
    this.#state = 'up';
    const { time, tickMs } = this.#world;
    const missed = Math.floor((time.nowNs() - this.#lastTickNs) / (tickMs * nsPerMs)) - 1;
    this.#tick(this.#lives, Math.max(0, missed));
    const inbox = this.#inbox;
    this.#inbox = [];
    for (const work of inbox) this.#guard(work);
  }

  receive(from: NodeId, message: Message): void {
    this.#inLife(this.#lives, () => this.#life?.receive(from, message));
  }

  peerRestarted(peer: NodeId): void {
    this.#inLife(this.#lives, () => this.#life?.step({ kind: 'peer-restarted', peer }));
  }

  /** A request arrived; `respond` is called once at most. */
  serve(request: DoorRequest, respond: (reply: Reply) => void): void {
    const once = (reply: Reply): void => {
      if (this.#open.delete(once)) respond(reply);
    };
    this.#open.add(once);
    this.#inLife(this.#lives, () => {
      if (this.#life !== null) answerTo(request, this.#life, this.#world, once);
    });
  }

  change(target: Membership, onTopOf: number, respond: (result: ChangeResult) => void): void {
    this.#inLife(this.#lives, () => this.#life?.change(target, onTopOf, respond));
  }

  transfer(to: NodeId, respond: (done: boolean) => void): void {
    this.#inLife(this.#lives, () => this.#life?.transfer(to, respond));
  }

  /** Does `work` now, or when the node goes on; never in another life than the one given. */
  #inLife(lives: number, work: () => void): void {
    if (this.#lives !== lives) return;
    if (this.#state === 'up') this.#guard(work);
    else if (this.#state === 'paused') this.#inbox.push(work);
  }

  #tickLater(lives: number): void {
    const { time, tickMs } = this.#world;
    time.after(tickMs * this.#drift * nsPerMs, () => {
      // A paused node's timers fire when it goes on.
      if (this.#state !== 'paused') this.#tick(lives, 0);
    });
  }

  #tick(lives: number, missed: number): void {
    if (this.#lives !== lives || this.#state !== 'up') return;
    this.#lastTickNs = this.#world.time.nowNs();
    this.#tickLater(lives);
    this.#guard(() => this.#life?.tick(missed));
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.end(error instanceof InvariantViolation ? words : `${this.id} cannot go on: ${words}`);
      this.#world.failed(this.id, error);
    }
  }

  #print(line: string): void {
    const seconds = this.#world.time.nowNs() / nsPerMs / msPerSecond;
    this.#output.push(`${seconds.toFixed(6)} ${line}`);
    if (this.#output.length > outputLinesMax) this.#output.shift();
  }
}
