/**
 * A machine beside the plan's nodes that loses its disk now and then. It comes back under a new name each time, as the contract has it: a node that has
 * forgotten its votes and its log must not be taken for the one that gave them.
 */
import { forkSeed, seededRandom, type Random } from '@raft-lab/workloads';
import { drawDelayMs } from './conditions.ts';
import type { Counts } from './counters.ts';
import type { SimNode } from './sim-node.ts';
import { nsPerMs, type VirtualTime } from './virtual-time.ts';

/** So many names it has at most; with the last one it keeps its disk. */
const namesMax = 8;

export const spareNames: readonly string[] = Array.from({ length: namesMax }, (_, i) => `s${i + 1}`);

export class SpareMachine {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #counts: Counts;
  readonly #names: readonly SimNode[];
  readonly #everyMs: number;
  #present = 0;
  #calm = false;

  /** @param names what it is called, one name after the other. */
  constructor(time: VirtualTime, seed: number, counts: Counts, names: readonly SimNode[], everyMs: number) {
    this.#time = time;
    this.#random = seededRandom(forkSeed(seed, 'spare'));
    this.#counts = counts;
    this.#names = names;
    this.#everyMs = everyMs;
    this.node?.start(() => undefined);
    this.#wipeLater();
  }

  /** What it is now. */
  get node(): SimNode | undefined {
    return this.#names[this.#present];
  }

  /** From here on it keeps its disk. */
  calm(): void {
    this.#calm = true;
  }

  #wipeLater(): void {
    this.#time.after(drawDelayMs(this.#random, [1, this.#everyMs]) * nsPerMs, () => {
      if (this.#calm || this.#present === this.#names.length - 1) return;
      this.#wipe();
      this.#wipeLater();
    });
  }

  #wipe(): void {
    const { node } = this;
    const status = node?.running?.raft.status;
    this.#counts.wipes += 1;
    if (node !== undefined && status?.voters.includes(node.id) === true) this.#counts.votersWiped += 1;
    node?.end('loses its disk');
    this.#present += 1;
    this.node?.start(() => undefined);
  }
}
