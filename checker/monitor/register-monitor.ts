/**
 * The block algorithm, one completion at a time: exact after every event, in memory that depends on what overlaps and not on what has
 * been. A block is forgotten once any operation that could still complete on it would be a violation, and so is a value.
 * `docs/theorem.md` says why nothing that was forgotten is missed.
 */
import { type RegisterAction, type RegisterValue, sameValue } from '../blocks/register-view.ts';

/** A block that some completed operation belongs to. */
interface Block {
  /** Of its operations: the first end, and the latest call. */
  readonly firstEnd: number;
  latestCall: number;
  /** The earliest first end of a block that this one must precede: an operation called later has no place here. */
  closedAt: number;
  readonly values: Set<RegisterValue>;
}

/** A value that is in place at some time in every order. */
interface Placed {
  readonly block: Block;
  /** What it was made from, while something of it may still be in place; `undefined` if a plain write left it. (The value alone would not tell: it may be there again.) */
  from: Placed | undefined;
  /** The first end of anything that comes later in its chain. */
  leftAt: number;
  /** Whether a compare-and-set made another value of it. */
  swapped: boolean;
  /** The writer, while it has not completed. */
  writtenBy: Writer | undefined;
}

/** A write whose value nobody has seen and whose outcome is not known; it may never take effect. */
interface Writer {
  readonly id: number;
  readonly call: number;
  readonly from: RegisterValue | undefined;
  readonly value: RegisterValue;
}

/** What a completed operation shows about the register. */
export type MonitorStep = 'fine' | 'violation' | 'repeated value';

export class RegisterMonitor {
  readonly #blocks = new Set<Block>();
  readonly #placed = new Map<RegisterValue, Placed>();
  readonly #possible = new Map<RegisterValue, Writer>();
  #forgotten = -Infinity;

  constructor(initial: RegisterValue) {
    const block: Block = {
      firstEnd: -Infinity,
      latestCall: -Infinity,
      closedAt: Infinity,
      values: new Set([initial]),
    };
    this.#blocks.add(block);
    this.#placed.set(initial, {
      block,
      from: undefined,
      leftAt: Infinity,
      swapped: false,
      writtenBy: undefined,
    });
  }

  /** Blocks, values and possible writes that are remembered. */
  get remembered(): number {
    return this.#blocks.size + this.#placed.size + this.#possible.size;
  }

  /** An operation began that may leave a value. */
  begin(id: number, action: RegisterAction, call: number): MonitorStep {
    const writer = writerOf(id, action, call);
    if (writer === undefined) return 'fine';
    // A value that was forgotten is as good as new: whoever sees it from now on sees the new one.
    if (this.#placed.has(writer.value) || this.#possible.has(writer.value)) return 'repeated value';
    this.#possible.set(writer.value, writer);
    return 'fine';
  }

  /** The operation certainly did nothing. A value of it that was seen stays, without a writer that could be: a violation. */
  refuse(id: number, action: RegisterAction): MonitorStep {
    const value = writerOf(id, action, 0)?.value;
    if (value === undefined) return 'fine';
    if (this.#possible.get(value)?.id === id) this.#possible.delete(value);
    return this.#placed.get(value)?.writtenBy?.id === id ? 'violation' : 'fine';
  }

  /** An operation called at `call` ended at `now` with this action. */
  complete(id: number, action: RegisterAction, call: number, now: number): MonitorStep {
    switch (action.does) {
      case 'nothing':
      case 'mismatch':
        return 'fine';
      case 'contradict':
        return 'violation';
      case 'read':
        return this.#see(action.value, call, now);
      case 'swap':
        if (writerOf(id, action, call) === undefined) return this.#see(action.from, call, now);
        return this.#write(action.to, call, now);
      case 'write':
        return this.#write(action.value, call, now);
    }
  }

  /** Forgets what no operation called at `oldestCall` or later can touch without a violation. */
  forget(oldestCall: number): void {
    if (oldestCall === this.#forgotten) return;
    this.#forgotten = oldestCall;
    for (const block of this.#blocks) {
      if (block.closedAt < oldestCall) {
        for (const value of block.values) this.#placed.delete(value);
        this.#blocks.delete(block);
        continue;
      }
      for (const value of block.values) {
        if ((this.#placed.get(value)?.leftAt ?? Infinity) >= oldestCall) continue;
        this.#placed.delete(value);
        block.values.delete(value);
      }
    }
  }

  #see(value: RegisterValue, call: number, now: number): MonitorStep {
    const placed = this.#place(value, now);
    if (placed === undefined || call > placed.leftAt) return 'violation';
    this.#leave(placed.from, now);
    return this.#extend(placed.block, call);
  }

  #write(value: RegisterValue, call: number, now: number): MonitorStep {
    const placed = this.#place(value, now);
    if (placed === undefined) return 'violation';
    placed.writtenBy = undefined;
    // A compare-and-set saw what it replaced.
    this.#leave(placed.from, now);
    return this.#extend(placed.block, call);
  }

  /** Makes sure that the value was in place, with all it was made from; `undefined` if it cannot have been. */
  #place(value: RegisterValue, now: number): Placed | undefined {
    const chain: Writer[] = [];
    let known = this.#placed.get(value);
    for (let next: RegisterValue | undefined = value; known === undefined; known = this.#placed.get(next)) {
      const writer: Writer | undefined = this.#possible.get(next);
      // Taken out at once, so that a circle ends here.
      if (writer === undefined) return undefined;
      this.#possible.delete(next);
      chain.push(writer);
      if (writer.from === undefined) break;
      next = writer.from;
    }
    for (const writer of chain.reverse()) {
      const block: Block = known?.block ?? this.#open(now);
      if (known !== undefined) {
        if (known.swapped) return undefined;
        known.swapped = true;
      }
      block.values.add(writer.value);
      known = { block, from: known, leftAt: Infinity, swapped: false, writtenBy: writer };
      this.#placed.set(writer.value, known);
      if (this.#extend(block, writer.call) !== 'fine') return undefined;
    }
    return known;
  }

  #open(now: number): Block {
    const block: Block = { firstEnd: now, latestCall: -Infinity, closedAt: Infinity, values: new Set() };
    this.#blocks.add(block);
    return block;
  }

  /** Something later in the chain has ended: for this value, and all before it that did not know. */
  #leave(from: Placed | undefined, now: number): void {
    for (let placed = from; placed?.leftAt === Infinity;) {
      placed.leftAt = now;
      const before: Placed | undefined = placed.from;
      placed.from = undefined;
      placed = before;
    }
  }

  /** The block has an operation called at `call`: all blocks that ended before it must precede this one. */
  #extend(block: Block, call: number): MonitorStep {
    if (call <= block.latestCall) return 'fine';
    block.latestCall = call;
    for (const other of this.#blocks) {
      if (other === block || other.firstEnd >= call) continue;
      other.closedAt = Math.min(other.closedAt, block.firstEnd);
      if (other.latestCall > other.closedAt) return 'violation';
    }
    return block.latestCall > block.closedAt ? 'violation' : 'fine';
  }
}

/** What the operation would leave; a compare-and-set of a value with itself leaves nothing new. */
function writerOf(id: number, action: RegisterAction, call: number): Writer | undefined {
  if (action.does === 'write') return { id, call, from: undefined, value: action.value };
  if (action.does !== 'swap' || sameValue(action.from, action.to)) return undefined;
  return { id, call, from: action.from, value: action.to };
}
