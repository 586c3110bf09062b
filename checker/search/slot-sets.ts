/** Sets of slots, each known by a number. Up to 32 slots the number is the set, a bit for each; beyond, sets are stored and numbered. */
import { Bags, emptyBag } from './bags.ts';

/** Bits of the integers that JavaScript computes with. */
export const mostSmallSlots = 32;

/** The empty set, in both forms. */
export const emptySet = emptyBag;

export interface SlotSets {
  readonly bytes: number;
  has(set: number, slot: number): boolean;
  /** With `slot`, which it does not hold. */
  add(set: number, slot: number): number;
  /** Without `slot`, which it holds. */
  remove(set: number, slot: number): number;
}

class BitSets implements SlotSets {
  readonly bytes = 0;

  has(set: number, slot: number): boolean {
    return ((set >>> slot) & 1) === 1;
  }

  add(set: number, slot: number): number {
    return set | (1 << slot);
  }

  remove(set: number, slot: number): number {
    return set & ~(1 << slot);
  }
}

/** @param slots how many there are. */
export function slotSets(slots: number): SlotSets {
  return slots <= mostSmallSlots ? new BitSets() : new Bags();
}
