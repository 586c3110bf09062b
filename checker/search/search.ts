/**
 * The just-in-time search, for any model: depth first over configurations (a state, which open operations have already taken effect,
 * which unknown ones were used). Only a completion forces anything: when an operation completes that has not taken effect, sequences of
 * open operations that end with it are tried, shortest first. `docs/search.md` says why this is enough.
 */
import type { Model, ModelState } from '../model.ts';
import type { Operation } from '../operation.ts';
import { Bags, emptyBag } from './bags.ts';
import type { Allowance } from './budget.ts';
import { Memo } from './memo.ts';
import { impossible, States } from './states.ts';
import { layOut, type Timeline } from './timeline.ts';

export type SearchResult =
  /** Indices of operations, in an order that explains every answer. */
  | { readonly kind: 'linearizable'; readonly order: readonly number[] }
  /** No order explains the history up to the completion of this operation; without that completion, one does. */
  | { readonly kind: 'illegal'; readonly completing: number }
  | { readonly kind: 'undecided'; readonly reason: string };

/** @param operations of one partition, by call, none refused. */
export function search<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  allowance: Allowance,
): SearchResult {
  const states = new States(model);
  return new Search(states, layOut(model, operations, states), allowance).run();
}

/** A configuration reached while looking for sequences that let one operation complete. */
interface Node {
  readonly state: number;
  /** Slots of open operations that have taken effect. */
  readonly taken: number;
  /** Classes of unknown operations that were used. */
  readonly used: number;
  readonly parent: Node | undefined;
  /** The operation taken to come here, or `~class` for an unknown one; 0 means nothing in a node without a parent. */
  readonly via: number;
}

/** A completion at which something had to be chosen, and what is left to try there. */
interface Choice {
  readonly event: number;
  /** Nodes in which the completing operation has taken effect. */
  readonly goals: Node[];
  /** Nodes in which it has not, from `expanded` on not yet expanded. */
  readonly nodes: Node[];
  expanded: number;
  /** The goal that the search is following now. */
  taken: Node | undefined;
}

class Search<State extends ModelState, Input, Output> {
  readonly #states: States<State, Input, Output>;
  readonly #timeline: Timeline;
  readonly #allowance: Allowance;
  readonly #takenBags = new Bags();
  readonly #usedBags = new Bags();
  readonly #memo = new Memo(this.#usedBags);
  readonly #choices: Choice[] = [];
  #nodes = 0;
  #furthest = 0;

  constructor(states: States<State, Input, Output>, timeline: Timeline, allowance: Allowance) {
    this.#states = states;
    this.#timeline = timeline;
    this.#allowance = allowance;
  }

  run(): SearchResult {
    const root = { state: this.#states.initial, taken: emptyBag, used: emptyBag };
    if (this.#advance(0, root.state, root.taken, root.used)) return this.#success();
    for (let choice = this.#choices.at(-1); choice !== undefined; choice = this.#choices.at(-1)) {
      const goal = choice.goals.pop();
      if (goal !== undefined) {
        choice.taken = goal;
        const slot = this.#slotCompletingAt(choice.event);
        const taken = this.#takenBags.remove(goal.taken, slot);
        if (this.#advance(choice.event + 1, goal.state, taken, goal.used)) return this.#success();
        continue;
      }
      const node = choice.nodes[choice.expanded++];
      if (node === undefined) {
        this.#choices.pop();
        continue;
      }
      const stopped = this.#expand(choice, node);
      if (stopped !== undefined) return { kind: 'undecided', reason: stopped };
    }
    return { kind: 'illegal', completing: ~(this.#timeline.events[this.#furthest] ?? 0) };
  }

  /** Walks on to where something must be chosen, and puts that choice on the stack. True at the end of the history. */
  #advance(from: number, state: number, takenBefore: number, used: number): boolean {
    const { events, kind, slot } = this.#timeline;
    let taken = takenBefore;
    for (let index = from; index < events.length; index++) {
      const event = events[index] ?? 0;
      if (event >= 0) {
        if (this.#isFree(state, kind[event] ?? 0)) taken = this.#takenBags.add(taken, slot[event] ?? 0);
        continue;
      }
      const completing = slot[~event] ?? 0;
      if (this.#takenBags.has(taken, completing)) {
        taken = this.#takenBags.remove(taken, completing);
        continue;
      }
      this.#furthest = Math.max(this.#furthest, index);
      if (this.#memo.add(index, state, taken, used)) {
        const root: Node = { state, taken, used, parent: undefined, via: 0 };
        this.#choices.push({ event: index, goals: [], nodes: [root], expanded: 0, taken: undefined });
      }
      return false;
    }
    return true;
  }

  /** Whether an operation of this kind can take effect here at no cost: it is read-only, and the state stays the same. */
  #isFree(state: number, kind: number): boolean {
    return this.#states.isReadOnly(kind) && this.#states.step(state, kind) === state;
  }

  /** Tries every open operation next. The reason to stop, if the budget is used up. */
  #expand(choice: Choice, node: Node): string | undefined {
    const { kind, slot, open, openFrom, unknown } = this.#timeline;
    const end = openFrom[choice.event + 1] ?? 0;
    for (let index = openFrom[choice.event] ?? 0; index < end; index++) {
      const operation = open[index] ?? 0;
      if (this.#takenBags.has(node.taken, slot[operation] ?? 0)) continue;
      const stopped = this.#allowance.spend(this.#bytes());
      if (stopped !== undefined) return stopped;
      const next = this.#states.step(node.state, kind[operation] ?? 0);
      if (next === impossible) continue;
      const taken = this.#takenBags.add(node.taken, slot[operation] ?? 0);
      this.#visit(choice, { state: next, taken, used: node.used, parent: node, via: operation });
    }
    for (const [index, group] of unknown.entries()) {
      if ((group.callableFrom[0] ?? Infinity) > choice.event) break;
      const usedSoFar = this.#usedBags.count(node.used, index);
      if ((group.callableFrom[usedSoFar] ?? Infinity) > choice.event) continue;
      const stopped = this.#allowance.spend(this.#bytes());
      if (stopped !== undefined) return stopped;
      const next = this.#states.step(node.state, group.kind);
      if (next === impossible || next === node.state) continue;
      const used = this.#usedBags.add(node.used, index);
      this.#visit(choice, { state: next, taken: node.taken, used, parent: node, via: ~index });
    }
    return undefined;
  }

  #visit(choice: Choice, reached: Node): void {
    const taken = this.#takeFree(choice.event, reached.state, reached.taken);
    if (!this.#memo.add(choice.event, reached.state, taken, reached.used)) return;
    this.#nodes++;
    const node = { ...reached, taken };
    const isGoal = this.#takenBags.has(taken, this.#slotCompletingAt(choice.event));
    (isGoal ? choice.goals : choice.nodes).push(node);
  }

  /** Lets all open operations take effect that can at no cost; `onTaken` hears which. */
  #takeFree(
    event: number,
    state: number,
    takenBefore: number,
    onTaken?: (operation: number) => void,
  ): number {
    const { kind, slot, open, openFrom } = this.#timeline;
    let taken = takenBefore;
    const end = openFrom[event + 1] ?? 0;
    for (let index = openFrom[event] ?? 0; index < end; index++) {
      const operation = open[index] ?? 0;
      const itsSlot = slot[operation] ?? 0;
      if (!this.#isFree(state, kind[operation] ?? 0) || this.#takenBags.has(taken, itsSlot)) continue;
      taken = this.#takenBags.add(taken, itsSlot);
      onTaken?.(operation);
    }
    return taken;
  }

  #slotCompletingAt(event: number): number {
    return this.#timeline.slot[~(this.#timeline.events[event] ?? 0)] ?? 0;
  }

  #bytes(): number {
    const perNode = 80;
    return (
      this.#nodes * perNode +
      this.#memo.bytes +
      this.#states.bytes +
      this.#takenBags.bytes +
      this.#usedBags.bytes
    );
  }

  /** Walks the chosen path once more and writes down who took effect when. */
  #success(): SearchResult {
    const { events, kind, slot, unknown } = this.#timeline;
    const order: number[] = [];
    const usedOf = new Map<number, number>();
    const choices = new Map(this.#choices.map((choice) => [choice.event, choice]));
    let state = this.#states.initial;
    let taken = emptyBag;
    for (let index = 0; index < events.length; index++) {
      const event = events[index] ?? 0;
      if (event >= 0) {
        if (!this.#isFree(state, kind[event] ?? 0)) continue;
        order.push(event);
        taken = this.#takenBags.add(taken, slot[event] ?? 0);
        continue;
      }
      for (const { via } of pathTo(choices.get(index)?.taken)) {
        if (via >= 0) {
          state = this.#states.step(state, kind[via] ?? 0);
          taken = this.#takenBags.add(taken, slot[via] ?? 0);
          order.push(via);
        } else {
          const group = unknown[~via];
          const used = usedOf.get(~via) ?? 0;
          usedOf.set(~via, used + 1);
          state = this.#states.step(state, group?.kind ?? 0);
          order.push(group?.operations[used] ?? 0);
        }
        taken = this.#takeFree(index, state, taken, (operation) => order.push(operation));
      }
      taken = this.#takenBags.remove(taken, slot[~event] ?? 0);
    }
    return { kind: 'linearizable', order };
  }
}

/** The nodes on the way to this one, without the root. */
function pathTo(goal: Node | undefined): Node[] {
  const path: Node[] = [];
  for (let node = goal; node?.parent !== undefined; node = node.parent) path.push(node);
  return path.reverse();
}
