/**
 * The just-in-time search, for any machine: depth first over configurations (a state, which open operations have already taken effect,
 * which unknown ones were used). Only a completion forces anything: when an operation completes that has not taken effect, sequences of
 * open operations that end with it are tried, shortest first. `docs/search.md` says why this is enough.
 */
import { Bags, emptyBag } from './bags.ts';
import type { Allowance, Holder } from './budget.ts';
import { impossible, type Machine } from './machine.ts';
import { Memo } from './memo.ts';
import { Nodes, noNode } from './nodes.ts';
import { emptySet, mostSmallSlots, type SlotSets, slotSets } from './slot-sets.ts';
import type { Timeline } from './timeline.ts';

export type SearchResult =
  /** Indices of operations, in an order that explains every answer. */
  | { readonly kind: 'linearizable'; readonly order: readonly number[] }
  /**
   * No order explains the history up to the completion of this operation; without that completion, one does. `undefined` where that is not
   * known, because the model foresaw it.
   */
  | { readonly kind: 'illegal'; readonly completing: number | undefined }
  | { readonly kind: 'undecided'; readonly reason: string };

/** A completion at which something had to be chosen, and how far its choices were tried. */
interface Choice {
  readonly event: number;
  /** Its nodes are those from here on; the first is the configuration in which it was begun. */
  readonly root: number;
  /** The node that is being expanded, and the next thing to try there: the completing operation itself, then the other open ones, then unknown ones. */
  node: number;
  next: number;
  /** The node that the search went on from, in which the completing operation has taken effect. */
  goal: number;
}

export class Search implements Holder {
  readonly #machine: Machine;
  readonly #timeline: Timeline;
  readonly #allowance: Allowance;
  readonly #sets: SlotSets;
  readonly #bags = new Bags();
  readonly #memo: Memo;
  readonly #nodes = new Nodes();
  readonly #choices: Choice[] = [];
  #furthest = 0;
  #stopped: string | undefined;

  constructor(machine: Machine, timeline: Timeline, allowance: Allowance) {
    this.#machine = machine;
    this.#timeline = timeline;
    this.#allowance = allowance;
    this.#sets = slotSets(timeline.slots);
    this.#memo = new Memo(this.#bags, timeline.events.length);
  }

  get bytes(): number {
    return this.#nodes.bytes + this.#memo.bytes + this.#machine.bytes + this.#sets.bytes + this.#bags.bytes;
  }

  run(): SearchResult {
    if (this.#advance(0, this.#machine.initial, emptySet, emptyBag)) return this.#success();
    for (let choice = this.#choices.at(-1); choice !== undefined; choice = this.#choices.at(-1)) {
      choice.goal = this.#nextGoal(choice);
      if (this.#stopped !== undefined) return { kind: 'undecided', reason: this.#stopped };
      if (choice.goal === noNode) {
        this.#nodes.truncate(choice.root);
        this.#choices.pop();
        continue;
      }
      const { event, goal } = choice;
      const taken = this.#sets.remove(this.#nodes.taken(goal), this.#slotCompletingAt(event));
      if (this.#advance(event + 1, this.#nodes.state(goal), taken, this.#nodes.used(goal))) {
        return this.#success();
      }
    }
    return { kind: 'illegal', completing: ~(this.#timeline.events[this.#furthest] ?? 0) };
  }

  /** Walks on to where something must be chosen, and puts that choice on the stack. True at the end of the history. */
  #advance(from: number, state: number, takenBefore: number, used: number): boolean {
    const { events, slot } = this.#timeline;
    const sets = this.#sets;
    let taken = takenBefore;
    for (let index = from; index < events.length; index++) {
      const event = events[index] ?? 0;
      if (event >= 0) {
        if (this.#isFree(state, event)) taken = sets.add(taken, slot[event] ?? 0);
        continue;
      }
      const completing = slot[~event] ?? 0;
      if (sets.has(taken, completing)) {
        taken = sets.remove(taken, completing);
        continue;
      }
      if (index > this.#furthest) this.#furthest = index;
      if (!this.#isNew(index, state, taken, used)) return false;
      const root = this.#nodes.push(state, taken, used, noNode, 0);
      this.#choices.push({ event: index, root, node: root, next: 0, goal: noNode });
      return false;
    }
    return true;
  }

  /** Whether this operation can take effect here at no cost: it only looks, and the state stays the same. */
  #isFree(state: number, operation: number): boolean {
    return this.#timeline.looks[operation] === 1 && this.#machine.step(state, operation) === state;
  }

  #isNew(event: number, state: number, taken: number, used: number): boolean {
    const lookers = this.#timeline.lookers[event] ?? 0;
    return this.#memo.add(event, state, taken & ~lookers, taken & lookers, used);
  }

  /** The next node of this choice in which its operation has taken effect, or `noNode` if all were tried or the budget is used up. */
  #nextGoal(choice: Choice): number {
    const { open, openFrom, slot } = this.#timeline;
    const nodes = this.#nodes;
    const { event, root } = choice;
    const openBegin = openFrom[event] ?? 0;
    const openCount = (openFrom[event + 1] ?? 0) - openBegin;
    if (choice.node === root && choice.next === 0) {
      choice.next = 1;
      const goal = this.#complete(event, root);
      if (goal !== noNode) return goal;
    }
    for (; choice.node < nodes.count; choice.node++, choice.next = 1) {
      const { node } = choice;
      const taken = nodes.taken(node);
      if (this.#sets.has(taken, this.#slotCompletingAt(event))) continue;
      while (choice.next < openCount) {
        const operation = open[openBegin + choice.next++] ?? 0;
        if (this.#sets.has(taken, slot[operation] ?? 0)) continue;
        const goal = this.#take(event, node, operation);
        if (goal !== noNode || this.#stopped !== undefined) return goal;
      }
      for (;;) {
        const index = choice.next++ - openCount;
        const group = this.#timeline.unknown[index];
        if (group === undefined || (group.callableFrom[0] ?? Infinity) > event) break;
        const goal = this.#use(event, node, index);
        if (goal !== noNode || this.#stopped !== undefined) return goal;
      }
    }
    return noNode;
  }

  /** Lets an open operation take effect next. As `#visit`. */
  #take(event: number, node: number, operation: number): number {
    this.#stopped = this.#allowance.spend(this);
    const state = this.#machine.step(this.#nodes.state(node), operation);
    if (state === impossible) return noNode;
    const taken = this.#sets.add(this.#nodes.taken(node), this.#timeline.slot[operation] ?? 0);
    return this.#visit(event, node, operation, state, taken, this.#nodes.used(node));
  }

  /** Lets an operation of this class take effect next, if one more is there. As `#visit`. */
  #use(event: number, node: number, index: number): number {
    const group = this.#timeline.unknown[index];
    const used = this.#nodes.used(node);
    const nth = used === emptyBag ? 0 : this.#bags.count(used, index);
    if (group === undefined || (group.callableFrom[nth] ?? Infinity) > event) return noNode;
    this.#stopped = this.#allowance.spend(this);
    const before = this.#nodes.state(node);
    const state = this.#machine.step(before, group.operations[0] ?? 0);
    if (state === impossible || state === before) return noNode;
    return this.#visit(event, node, ~index, state, this.#nodes.taken(node), this.#bags.add(used, index));
  }

  /** Keeps a configuration, if it is new. The node in which the completing operation has taken effect, if it can right there. */
  #visit(
    event: number,
    parent: number,
    via: number,
    state: number,
    takenBefore: number,
    used: number,
  ): number {
    const taken = this.#takeFree(event, state, takenBefore);
    if (!this.#isNew(event, state, taken, used)) return noNode;
    const node = this.#nodes.push(state, taken, used, parent, via);
    if (this.#sets.has(taken, this.#slotCompletingAt(event))) return node;
    return this.#complete(event, node);
  }

  /** Lets the completing operation take effect next, if it can. The node after it, or `noNode`. */
  #complete(event: number, node: number): number {
    this.#stopped ??= this.#allowance.spend(this);
    const operation = ~(this.#timeline.events[event] ?? 0);
    const state = this.#machine.step(this.#nodes.state(node), operation);
    if (state === impossible) return noNode;
    const taken = this.#sets.add(this.#nodes.taken(node), this.#timeline.slot[operation] ?? 0);
    const used = this.#nodes.used(node);
    return this.#nodes.push(state, this.#takeFree(event, state, taken), used, node, operation);
  }

  /** Lets all open operations take effect that can at no cost; `onTaken` hears which. */
  #takeFree(
    event: number,
    state: number,
    takenBefore: number,
    onTaken?: (operation: number) => void,
  ): number {
    const { slot, slots, open, openFrom, lookers, looks } = this.#timeline;
    const sets = this.#sets;
    let taken = takenBefore;
    if (slots <= mostSmallSlots && ((lookers[event] ?? 0) & ~taken) === 0) return taken;
    const end = openFrom[event + 1] ?? 0;
    for (let index = openFrom[event] ?? 0; index < end; index++) {
      const operation = open[index] ?? 0;
      if (looks[operation] !== 1) continue;
      const itsSlot = slot[operation] ?? 0;
      if (sets.has(taken, itsSlot) || this.#machine.step(state, operation) !== state) continue;
      taken = sets.add(taken, itsSlot);
      onTaken?.(operation);
    }
    return taken;
  }

  #slotCompletingAt(event: number): number {
    return this.#timeline.slot[~(this.#timeline.events[event] ?? 0)] ?? 0;
  }

  /** Walks the chosen path once more and writes down who took effect when. */
  #success(): SearchResult {
    const { events, slot, unknown } = this.#timeline;
    const order: number[] = [];
    const onTaken = (operation: number) => order.push(operation);
    const path: number[] = [];
    const usedOf = new Int32Array(unknown.length);
    let state = this.#machine.initial;
    let taken: number = emptySet;
    let nextChoice = 0;
    for (let index = 0; index < events.length; index++) {
      const event = events[index] ?? 0;
      if (event >= 0) {
        if (!this.#isFree(state, event)) continue;
        order.push(event);
        taken = this.#sets.add(taken, slot[event] ?? 0);
        continue;
      }
      const choice = this.#choices[nextChoice];
      if (choice?.event === index) {
        nextChoice++;
        this.#nodes.pathBack(choice.goal, path);
        for (let via = path.pop(); via !== undefined; via = path.pop()) {
          const operation = via >= 0 ? via : this.#unknown(~via, usedOf);
          state = this.#machine.step(state, operation);
          if (via >= 0) taken = this.#sets.add(taken, slot[via] ?? 0);
          order.push(operation);
          taken = this.#takeFree(index, state, taken, onTaken);
        }
      }
      taken = this.#sets.remove(taken, slot[~event] ?? 0);
    }
    return { kind: 'linearizable', order };
  }

  /** The next operation of this class that was not used yet. */
  #unknown(index: number, usedOf: Int32Array): number {
    const nth = usedOf[index] ?? 0;
    usedOf[index] = nth + 1;
    return this.#timeline.unknown[index]?.operations[nth] ?? 0;
  }
}
