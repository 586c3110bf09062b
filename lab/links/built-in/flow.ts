import type { Socket } from 'node:net';
import { drawStage } from './stage-of.ts';
import type { Held, Outlet, Stage } from './stage.ts';
import type { Toxic } from './toxic.ts';

/** While the stages of a flow keep more than this, its source is not read: the sender feels it as it would feel a slow receiver. */
export const heldBytesMax = 4 * 1024 * 1024;

/** Bytes that went into and came out of one direction of a proxy since it was made, over all its connections. */
export interface FlowTraffic {
  receivedBytes: number;
  sentBytes: number;
}

interface Slot {
  readonly toxic: Toxic;
  readonly outlet: Outlet;
  stage: Stage;
  affected: boolean;
  next: Outlet;
}

/** One direction of one connection: reads `source`, sends what it reads through a stage for each toxic, and writes the result to `destination`. */
export class Flow {
  readonly #source: Socket;
  readonly #destination: Socket;
  readonly #traffic: FlowTraffic;
  readonly #random: () => number;
  readonly #sink: Outlet;
  readonly #held: Held;
  #slots: Slot[] = [];
  #heldBytes = 0;
  #destinationFull = false;
  #sourceEnded = false;
  #sinkEnded = false;

  constructor(
    source: Socket,
    destination: Socket,
    toxics: readonly Toxic[],
    traffic: FlowTraffic,
    random: () => number,
    reset: () => void,
  ) {
    this.#source = source;
    this.#destination = destination;
    this.#traffic = traffic;
    this.#random = random;
    this.#sink = { write: (bytes) => this.#deliver(bytes), end: () => this.#close(), reset };
    this.#held = { add: (bytes) => this.#keep(bytes), subtract: (bytes) => this.#keep(-bytes) };
    for (const toxic of toxics) this.add(toxic);
    destination.on('drain', () => {
      this.#destinationFull = false;
      this.#adjust();
    });
    source.on('data', (bytes: Buffer) => {
      traffic.receivedBytes += bytes.length;
      this.#head().write(bytes);
    });
    source.on('end', () => this.#end());
    // A source that broke ends like one that closed: what it sent before is still delivered.
    source.on('close', () => this.#end());
  }

  /** Puts a toxic at the end of the chain. */
  add(toxic: Toxic): void {
    const outlet: Outlet = {
      write: (bytes) => slot.next.write(bytes),
      end: () => slot.next.end(),
      reset: () => slot.next.reset(),
    };
    const slot: Slot = {
      toxic,
      outlet,
      ...drawStage(toxic, outlet, this.#held, this.#random),
      next: this.#sink,
    };
    const last = this.#slots.at(-1);
    if (last !== undefined) last.next = entranceOf(slot);
    this.#slots.push(slot);
  }

  /** Takes the changed attributes into account, and draws anew whether this connection is affected. */
  update(toxic: Toxic): void {
    const slot = this.#slots.find((candidate) => candidate.toxic === toxic);
    if (slot === undefined) return;
    const drawn = drawStage(toxic, slot.outlet, this.#held, this.#random);
    if (drawn.affected && slot.affected) {
      drawn.stage.dispose();
      slot.stage.update();
      return;
    }
    slot.stage.release();
    slot.stage.dispose();
    slot.stage = drawn.stage;
    slot.affected = drawn.affected;
  }

  remove(toxic: Toxic): void {
    const index = this.#slots.findIndex((candidate) => candidate.toxic === toxic);
    const slot = this.#slots[index];
    if (slot === undefined) return;
    slot.stage.release();
    slot.stage.dispose();
    const before = this.#slots[index - 1];
    if (before !== undefined) before.next = slot.next;
    this.#slots = this.#slots.filter((other) => other !== slot);
  }

  dispose(): void {
    for (const slot of this.#slots) slot.stage.dispose();
    this.#slots = [];
    this.#sinkEnded = true;
  }

  #head(): Outlet {
    const first = this.#slots[0];
    return first === undefined ? this.#sink : entranceOf(first);
  }

  #end(): void {
    if (this.#sourceEnded) return;
    this.#sourceEnded = true;
    this.#head().end();
  }

  #deliver(bytes: Buffer): void {
    if (this.#sinkEnded || this.#destination.destroyed) return;
    this.#traffic.sentBytes += bytes.length;
    this.#destinationFull = !this.#destination.write(bytes);
    if (this.#destinationFull) this.#adjust();
  }

  #close(): void {
    if (this.#sinkEnded) return;
    this.#sinkEnded = true;
    this.#destination.destroySoon();
  }

  #keep(bytes: number): void {
    this.#heldBytes += bytes;
    this.#adjust();
  }

  #adjust(): void {
    if (this.#destinationFull || this.#heldBytes >= heldBytesMax) this.#source.pause();
    else if (this.#source.isPaused()) this.#source.resume();
  }
}

/** The way into a slot: whatever its stage is at the time. */
function entranceOf(slot: Slot): Outlet {
  return {
    write: (bytes) => slot.stage.write(bytes),
    end: () => slot.stage.end(),
    reset: () => slot.outlet.reset(),
  };
}
