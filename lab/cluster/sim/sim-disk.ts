/**
 * A node's disk. Writes become durable when a flush is done, one flush at a time, and what is queued meanwhile joins the next. At a crash whatever was
 * not flushed is lost, or partly there: some whole writes, and one that is cut short, which recovery must not believe.
 */
import { forkSeed, seededRandom, type Random } from '@raft-lab/workloads';
import type { Configuration } from '@raft-lab/node/core/configuration.ts';
import type { AppendEffect, LogBase } from '@raft-lab/node/core/effects.ts';
import type { Entry, HardState, Position, Snapshot } from '@raft-lab/node/core/entry.ts';
import type { Recovered } from '@raft-lab/node/core/state.ts';
import type { NodeId } from '../../links/links.ts';
import { drawDelayMs, share, type Conditions } from './conditions.ts';
import type { Counts } from './counters.ts';
import { nsPerMs, type VirtualTime } from './virtual-time.ts';

export type LogWrite = Omit<AppendEffect, 'sequence' | 'then'>;

/** Where a disk may break its promises; each is for a mutant to show what the promise is for. */
export interface DiskFlaws {
  /** Writes are reported done before they are. */
  readonly saysDoneEarly: boolean;
  /** A write that was cut short is believed as far as it goes, with what is left of its last entry. */
  readonly believesTornWrites: boolean;
  /** What is read back is not what was written. */
  readonly recovers: (recovered: Recovered) => Recovered;
}

export const soundDisk: DiskFlaws = {
  saysDoneEarly: false,
  believesTornWrites: false,
  recovers: (recovered) => recovered,
};

interface Pending {
  readonly write: LogWrite;
  readonly done: () => void;
}

const emptyHardState: HardState = { term: 0, votedFor: null, commit: 0 };

export class SimDisk {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #conditions: Conditions['disk'];
  readonly #counts: Counts;
  readonly #flaws: DiskFlaws;
  #hardState = emptyHardState;
  #base: LogBase | null = null;
  #entries: Entry[] = [];
  readonly #snapshots = new Map<number, Snapshot>();
  #flushing: Pending[] = [];
  #queue: Pending[] = [];
  /** Counts the crashes, so that a flush that was under way then is known to be void. */
  #crashes = 0;
  #wipes = 0;
  #calm = false;
  #onWrite: (() => void) | null = null;

  constructor(options: {
    readonly time: VirtualTime;
    readonly seed: number;
    readonly node: NodeId;
    readonly conditions: Conditions['disk'];
    readonly counts: Counts;
    readonly flaws: DiskFlaws;
  }) {
    this.#time = options.time;
    this.#random = seededRandom(forkSeed(options.seed, `disk-${options.node}`));
    this.#conditions = options.conditions;
    this.#counts = options.counts;
    this.#flaws = options.flaws;
  }

  /** What would survive if everything stopped now. */
  get hardState(): HardState {
    return this.#hardState;
  }

  get lastIndex(): number {
    return this.#entries.at(-1)?.index ?? this.#base?.position.index ?? 0;
  }

  /** Whether an entry would survive, as itself or in a snapshot. */
  holds({ index, term }: Position): boolean {
    if (index <= (this.#base?.position.index ?? 0)) return true;
    const first = this.#entries[0]?.index ?? 0;
    return this.#entries[index - first]?.term === term;
  }

  /** How often it lost everything. */
  get wipes(): number {
    return this.#wipes;
  }

  get bytes(): number {
    let bytes = this.#entries.length * 100;
    for (const { data } of this.#snapshots.values()) bytes += data.length;
    return bytes;
  }

  calm(): void {
    this.#calm = true;
  }

  /** Calls `run` once, when the next write begins. */
  onNextWrite(run: () => void): void {
    this.#onWrite = run;
  }

  append(write: LogWrite, done: () => void): void {
    this.#add({ write, done });
  }

  /** A snapshot has a file of its own: it takes its time, and holds up no write of the log. */
  saveSnapshot(snapshot: Snapshot, done: () => void): void {
    this.#begins();
    const crashes = this.#crashes;
    const { snapshotMsMax } = this.#conditions;
    const forMs = this.#flushMs() + (this.#calm ? 0 : share(this.#random) * snapshotMsMax);
    this.#time.after(forMs * nsPerMs, () => {
      if (crashes !== this.#crashes) return;
      this.#snapshots.set(snapshot.base.index, snapshot);
      done();
    });
  }

  /** A write begins: whoever waits for one is told. */
  #begins(): void {
    const onWrite = this.#onWrite;
    this.#onWrite = null;
    onWrite?.();
  }

  #add(pending: Pending): void {
    this.#queue.push(pending);
    this.#begins();
    if (this.#flaws.saysDoneEarly) {
      const crashes = this.#crashes;
      this.#time.after(0, () => {
        if (crashes === this.#crashes) pending.done();
      });
    }
    if (this.#flushing.length === 0) this.#flush();
  }

  #flush(): void {
    this.#flushing = this.#queue;
    this.#queue = [];
    const crashes = this.#crashes;
    this.#time.after(this.#flushMs() * nsPerMs, () => {
      if (crashes !== this.#crashes) return;
      const done = this.#flushing;
      this.#flushing = [];
      for (const { write } of done) this.#keep(write);
      if (this.#queue.length > 0) this.#flush();
      if (this.#flaws.saysDoneEarly) return;
      for (const pending of done) {
        // One of the answers may have ended the node.
        if (crashes === this.#crashes) pending.done();
      }
    });
  }

  #flushMs(): number {
    const { flushMs, slow, slowMsMax } = this.#conditions;
    if (this.#calm || !this.#random.chance(slow)) return drawDelayMs(this.#random, flushMs);
    this.#counts.slowFlushes += 1;
    return share(this.#random) * slowMsMax;
  }

  #keep({ base, truncateFrom, entries, hardState }: LogWrite): void {
    if (base !== null) {
      this.#base = base;
      for (const index of this.#snapshots.keys()) {
        if (index < base.position.index) this.#snapshots.delete(index);
      }
    }
    const from = this.#base?.position.index ?? 0;
    if (truncateFrom !== null || (this.#entries[0]?.index ?? Infinity) <= from) {
      this.#entries = this.#entries.filter(({ index }) => index > from && index < (truncateFrom ?? Infinity));
    }
    for (const entry of entries) if (entry.index > from) this.#entries.push(entry);
    if (hardState !== null) this.#hardState = hardState;
  }

  /** Everything stops. Of what was not flushed some may be there all the same. */
  crash(): void {
    const pending = [...this.#flushing, ...this.#queue];
    this.#crashes += 1;
    this.#onWrite = null;
    this.#flushing = [];
    this.#queue = [];
    if (pending.length === 0) return;
    const whole = this.#random.int(0, pending.length);
    for (const { write } of pending.slice(0, whole)) this.#keep(write);
    const torn = pending[whole];
    if (torn === undefined) return;
    this.#counts.unsyncedWritesLost += pending.length - whole;
    if (torn.write.entries.length === 0) return;
    this.#counts.restartsWithTornTail += 1;
    if (!this.#flaws.believesTornWrites) return;
    const { entries } = torn.write;
    const part = entries.slice(0, this.#random.int(1, entries.length));
    this.#keep({
      ...torn.write,
      entries: part.map((entry, at) => (at === part.length - 1 ? cutShort(entry) : entry)),
      hardState: null,
    });
  }

  wipe(): void {
    this.#wipes += 1;
    this.#hardState = emptyHardState;
    this.#base = null;
    this.#entries = [];
    this.#snapshots.clear();
  }

  /** What a node that starts now finds. @param firstConfiguration what an empty disk begins with. */
  recover(firstConfiguration: Configuration): Recovered {
    const position = this.#base?.position ?? { index: 0, term: 0 };
    return this.#flaws.recovers({
      hardState: this.#hardState,
      base: position,
      entries: [...this.#entries],
      configuration: this.#base?.configuration ?? firstConfiguration,
      snapshot: this.#snapshots.get(position.index) ?? null,
    });
  }
}

/** An entry of whose command only the first half was written. */
function cutShort(entry: Entry): Entry {
  if (entry.payload.kind !== 'command') return entry;
  const { command } = entry.payload;
  return { ...entry, payload: { kind: 'command', command: command.slice(0, command.length >> 1) } };
}
