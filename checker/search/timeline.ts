/** The history as the search walks it: calls and completions in order, and who is open at each completion. */
import type { Operation } from '../operation.ts';
import type { Machine } from './machine.ts';
import { mostSmallSlots } from './slot-sets.ts';

/** Room for so many open operations at first. */
const initialActive = 16;

/** Operations of unknown outcome with the same effect: any may stand for any other, if it was called before. */
export interface UnknownClass {
  /** Operations by call, and the index of the first event after each. */
  readonly operations: readonly number[];
  readonly callableFrom: readonly number[];
}

export interface Timeline {
  /** Calls and completions in order: a call is the operation, a completion its complement `~operation`. */
  readonly events: Int32Array;
  /** For each operation, the slot it occupies while it is open. Two open operations never share a slot. */
  readonly slot: Int32Array;
  /** How many slots there are: the most operations open at once. */
  readonly slots: number;
  /** 1 for each operation that only looks. */
  readonly looks: Uint8Array;
  /** What is open at completion `e` is `open[openFrom[e]..openFrom[e + 1]]`, by when it ends: the completing one comes first. */
  readonly open: Int32Array;
  readonly openFrom: Int32Array;
  /** For each completion, as bits, the slots of open operations that only look; 0 where there are too many slots for bits. */
  readonly lookers: Int32Array;
  /** By the first call. */
  readonly unknown: readonly UnknownClass[];
}

/** @param operations of one partition, by call. Refused ones are left out. */
export function layOut(operations: readonly Operation<unknown, unknown>[], machine: Machine): Timeline {
  const count = operations.length;
  const looks = new Uint8Array(count);
  const events = new Int32Array(count * 2);
  const openFrom = new Int32Array(events.length + 1);
  const lookers = new Int32Array(events.length);
  const slot = new Int32Array(count);
  const active = new Active();
  let open = new Int32Array(count * 4);
  let openEnd = 0;
  const freeSlots: number[] = [];
  const unknown = new Map<number, { operations: number[]; callableFrom: number[] }>();
  let slots = 0;
  let length = 0;
  let looking = 0;

  for (let index = 0; index <= count; index++) {
    const operation = operations[index];
    if (operation?.outcome === 'fail') continue;
    // Behind the last operation, all that are open complete.
    while (operation === undefined ? active.size > 0 : active.firstEnd < operation.call) {
      if (openEnd + active.size > open.length) open = enlarged(open, openEnd + active.size);
      openEnd = active.copyTo(open, openEnd);
      lookers[length] = slots > mostSmallSlots ? 0 : looking;
      const completing = active.removeFirst();
      events[length++] = ~completing;
      openFrom[length] = openEnd;
      const itsSlot = slot[completing] ?? 0;
      freeSlots.push(itsSlot);
      if (looks[completing] === 1) looking &= ~(1 << itsSlot);
    }
    if (operation === undefined) break;
    if (machine.looksOnly(index)) looks[index] = 1;
    if (operation.outcome === 'ok') {
      const itsSlot = freeSlots.pop() ?? slots++;
      slot[index] = itsSlot;
      if (looks[index] === 1) looking |= 1 << itsSlot;
      active.insert(index, operation.return);
      events[length++] = index;
      openFrom[length] = openEnd;
    } else if (looks[index] === 0) {
      // An unknown operation that changes nothing is never needed.
      const itsClass = machine.classOf(index);
      const group = unknown.get(itsClass) ?? { operations: [], callableFrom: [] };
      unknown.set(itsClass, group);
      group.operations.push(index);
      group.callableFrom.push(length);
    }
  }
  if (slots > mostSmallSlots) lookers.fill(0);
  return {
    events: events.subarray(0, length),
    slot,
    slots,
    looks,
    open,
    openFrom,
    lookers,
    unknown: [...unknown.values()],
  };
}

/** What is open at some place of the history, by when it ends. */
class Active {
  #operations = new Int32Array(initialActive);
  #ends = new Float64Array(initialActive);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** `Infinity` if nothing is open. */
  get firstEnd(): number {
    return this.#size === 0 ? Infinity : (this.#ends[0] ?? 0);
  }

  /** Few operations are open at once, so the place is soon found from behind. */
  insert(operation: number, end: number): void {
    if (this.#size === this.#ends.length) {
      this.#operations = enlarged(this.#operations, this.#size + 1);
      const ends = new Float64Array(this.#operations.length);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    const operations = this.#operations;
    const ends = this.#ends;
    let place = this.#size++;
    for (; place > 0; place--) {
      const before = ends[place - 1] ?? 0;
      if (before <= end) break;
      ends[place] = before;
      operations[place] = operations[place - 1] ?? 0;
    }
    ends[place] = end;
    operations[place] = operation;
  }

  removeFirst(): number {
    const operations = this.#operations;
    const ends = this.#ends;
    const first = operations[0] ?? 0;
    this.#size--;
    for (let place = 0; place < this.#size; place++) {
      operations[place] = operations[place + 1] ?? 0;
      ends[place] = ends[place + 1] ?? 0;
    }
    return first;
  }

  /** Returns the place behind the last. */
  copyTo(target: Int32Array, from: number): number {
    for (let place = 0; place < this.#size; place++) target[from + place] = this.#operations[place] ?? 0;
    return from + this.#size;
  }
}

function enlarged(array: Int32Array, least: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(array.length * 2, least));
  larger.set(array);
  return larger;
}
