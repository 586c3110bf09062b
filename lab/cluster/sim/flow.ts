/** One direction between two ends: what is on its way, and what is done to it. Bytes keep their order, unless somebody lets them overtake. */
import type { Random } from '@raft-lab/workloads';
import type { LinkEffect } from '../../links/links.ts';
import { nsPerMs, type VirtualTime } from './virtual-time.ts';

/** `refused`: there is no connection, and the sender knows it. */
export type Sent = 'sent' | 'refused' | 'lost';

export interface Parcel {
  readonly bytes: number;
  /** On the way, before whatever the link's effects add. */
  readonly delayMs: number;
  /** It need not wait for what was sent before it. */
  readonly overtakes: boolean;
  readonly deliver: () => void;
}

/** Resets of one connection come no faster than this, since it first has to be dialled again. */
const redialMs = 20;

export class Flow {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #effects = new Map<string, LinkEffect[]>();
  /** All of these, in the order of their names' coming. */
  #inForce: readonly LinkEffect[] = [];
  readonly #held: Parcel[] = [];
  /** Counts the ends of the connection: what was on its way then is lost. */
  #connection = 0;
  #lastArrivalNs = 0;
  /** When the last byte sent so far will have left, where the bandwidth is bounded. */
  #busyUntilNs = 0;

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#random = random;
  }

  impose(name: string, effect: LinkEffect): void {
    const before = this.#effects.get(name);
    if (before === undefined) this.#effects.set(name, [effect]);
    else before.push(effect);
    this.#inForce = [...this.#effects.values()].flat();
    if (effect.kind === 'close') this.#end();
    if (effect.kind === 'reset') this.#resetAgain(name, effect.afterMs);
  }

  /** Takes back what was imposed under `name`; returns how many held parcels go on their way again. */
  lift(name: string): number {
    this.#effects.delete(name);
    this.#inForce = [...this.#effects.values()].flat();
    if (this.#any('hold')) return 0;
    const held = this.#held.splice(0);
    for (const parcel of held) this.#carry(parcel);
    return held.length;
  }

  send(parcel: Parcel): Sent {
    if (this.#any('close')) return 'refused';
    if (this.#any('black-hole')) return 'lost';
    if (this.#any('hold')) this.#held.push(parcel);
    else this.#carry(parcel);
    return 'sent';
  }

  #carry(parcel: Parcel): void {
    const nowNs = this.#time.nowNs();
    const leavesNs = this.#leavesAt(parcel.bytes, nowNs);
    let arrivalNs = leavesNs + (parcel.delayMs + this.#addedMs(parcel.bytes)) * nsPerMs;
    if (!parcel.overtakes) {
      arrivalNs = Math.max(arrivalNs, this.#lastArrivalNs);
      this.#lastArrivalNs = arrivalNs;
    }
    const connection = this.#connection;
    this.#time.after(arrivalNs - nowNs, () => this.#arrive(parcel, connection));
  }

  #arrive(parcel: Parcel, connection: number): void {
    if (connection !== this.#connection || this.#any('black-hole')) return;
    if (this.#any('hold')) this.#held.push(parcel);
    else parcel.deliver();
  }

  #leavesAt(bytes: number, nowNs: number): number {
    let leavesNs = nowNs;
    for (const effect of this.#inForce) {
      if (effect.kind !== 'bandwidth') continue;
      // A kilobyte a second is a byte a millisecond.
      const takesNs = (bytes / effect.kilobytesPerSecond) * nsPerMs;
      leavesNs = Math.max(leavesNs, this.#busyUntilNs) + takesNs;
    }
    this.#busyUntilNs = leavesNs;
    return leavesNs;
  }

  #addedMs(bytes: number): number {
    let ms = 0;
    for (const effect of this.#inForce) {
      if (effect.kind === 'latency') {
        ms += Math.max(0, effect.latencyMs + this.#random.int(-effect.jitterMs, effect.jitterMs));
      } else if (effect.kind === 'slicer') {
        ms += (Math.ceil(bytes / effect.averageBytes) * effect.delayUs) / 1_000;
      }
    }
    return ms;
  }

  #resetAgain(name: string, afterMs: number): void {
    this.#time.after(Math.max(afterMs, redialMs) * nsPerMs, () => {
      if (this.#effects.get(name)?.some(({ kind }) => kind === 'reset') !== true) return;
      this.#end();
      this.#resetAgain(name, afterMs);
    });
  }

  #end(): void {
    this.#connection += 1;
    this.#held.length = 0;
    this.#lastArrivalNs = 0;
  }

  #any(kind: LinkEffect['kind']): boolean {
    for (const effect of this.#inForce) if (effect.kind === kind) return true;
    return false;
  }
}
