/** The history as the search walks it: calls and completions in order, and who is open at each completion. */
import type { Operation } from '../operation.ts';
import type { Machine } from './machine.ts';
import { mostSmallSlots } from './slot-sets.ts';

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
  let completions = 0;
  for (let index = 0; index < count; index++) {
    if (operations[index]?.outcome === 'ok') completions++;
    if (operations[index]?.outcome !== 'fail' && machine.looksOnly(index)) looks[index] = 1;
  }
  const events = new Int32Array(completions * 2);
  const openFrom = new Int32Array(events.length + 1);
  const lookers = new Int32Array(events.length);
  const slot = new Int32Array(count);
  let open = new Int32Array(completions * 4);
  let openEnd = 0;
  // Those open now, by when they end, and their ends.
  const active: number[] = [];
  const ends: number[] = [];
  const freeSlots: number[] = [];
  const unknown = new Map<number, { operations: number[]; callableFrom: number[] }>();
  let slots = 0;
  let length = 0;
  let looking = 0;

  const completeFirst = () => {
    if (openEnd + active.length > open.length) {
      const larger = new Int32Array(Math.max(open.length * 2, openEnd + active.length));
      larger.set(open);
      open = larger;
    }
    for (const operation of active) open[openEnd++] = operation;
    lookers[length] = slots > mostSmallSlots ? 0 : looking;
    const completing = active.shift() ?? 0;
    ends.shift();
    events[length++] = ~completing;
    openFrom[length] = openEnd;
    const itsSlot = slot[completing] ?? 0;
    freeSlots.push(itsSlot);
    if (looks[completing] === 1) looking &= ~(1 << itsSlot);
  };

  for (let index = 0; index < count; index++) {
    const operation = operations[index];
    if (operation === undefined || operation.outcome === 'fail') continue;
    while ((ends[0] ?? Infinity) < operation.call) completeFirst();
    if (operation.outcome === 'ok') {
      const itsSlot = freeSlots.pop() ?? slots++;
      slot[index] = itsSlot;
      if (looks[index] === 1) looking |= 1 << itsSlot;
      insert(active, ends, index, operation.return);
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
  while (active.length > 0) completeFirst();
  if (slots > mostSmallSlots) lookers.fill(0);
  return { events, slot, slots, looks, open, openFrom, lookers, unknown: [...unknown.values()] };
}

/** Keeps `ends` in order. Few operations are open at once, so the place is soon found from behind. */
function insert(active: number[], ends: number[], operation: number, end: number): void {
  let place = ends.length;
  for (; place > 0; place--) {
    const before = ends[place - 1] ?? 0;
    if (before <= end) break;
    ends[place] = before;
    active[place] = active[place - 1] ?? 0;
  }
  ends[place] = end;
  active[place] = operation;
}
