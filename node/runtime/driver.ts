/**
 * Runs the core: everything that happens in one turn of the event loop goes in, then its effects are carried out together. Messages that
 * promise something about the disk leave when the disk has it; reads are answered after what was committed is applied.
 */
import { assert } from '../core/assert.ts';
import type { AppendEffect, ChangeAnswer, Effects, Input } from '../core/effects.ts';
import type { Snapshot } from '../core/entry.ts';
import type { Outgoing } from '../core/messages.ts';
import type { Message } from '../core/messages.ts';
import type { Raft } from '../core/raft.ts';
import type { Registers } from '../registers/registers.ts';
import type { LogStorage } from '../storage/storage.ts';
import type { Transport } from '../transport/transport.ts';
import { CommitNews } from './commit-news.ts';
import type { Requests } from './requests.ts';

export interface DriverOptions {
  readonly raft: Raft;
  readonly registers: Registers;
  readonly log: LogStorage;
  readonly requests: Requests;
  readonly transport: Pick<Transport, 'send'>;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
  /** Applied entries after which a snapshot is taken. */
  readonly snapshotEntries: number;
  /** What became of a change of the configuration. */
  readonly onChange: (change: ChangeAnswer) => void;
  /** A snapshot could not be put on disk, which costs room and nothing else. */
  readonly onSnapshotFailure: (error: unknown) => void;
  /** What the core may not survive: a broken invariant, or an entry that cannot be decoded. */
  readonly onFailure: (error: unknown) => void;
}

export class Driver {
  readonly #options: DriverOptions;
  readonly #commitNews = new CommitNews();
  #scheduled = false;
  #ticked = false;
  #takingSnapshot = false;
  #snapshotAsked = false;
  /** The place of the last snapshot that could not be put on disk. */
  #failedAt = 0;
  #stopped = false;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** Gives the core something that happened; its effects are carried out at the end of this turn of the event loop. */
  step(input: Input): void {
    if (this.#stopped) return;
    this.#guard(() => this.#options.raft.step(input, this.#options.nowMs()));
    if (input.kind === 'tick') this.#ticked = true;
    else if (input.kind === 'message' && input.message.kind === 'forward') {
      this.#commitNews.forwarded(input.from, this.#options.raft.status.lastLogIndex);
    }
    this.#schedule();
  }

  /** Carries out what the core wants done to begin with: the state machine becomes what the disk says. */
  begin(): void {
    this.#turn();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#turn();
    });
  }

  #turn(): void {
    if (!this.#stopped) this.#guard(() => this.#carryOut(this.#options.raft.takeEffects()));
  }

  stop(): void {
    this.#stopped = true;
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#stopped = true;
      this.#options.onFailure(error);
    }
  }

  #carryOut(effects: Effects): void {
    this.#send(this.#commitNews.pass(effects.send));
    if (this.#ticked) this.#send(this.#commitNews.takeAll());
    this.#ticked = false;
    if (effects.append !== null) this.#append(effects.append);
    const { registers, requests } = this.#options;
    if (effects.restore !== null) registers.restore(effects.restore.data);
    for (const entry of effects.apply) {
      const applied = registers.apply(entry);
      if (applied !== null) requests.applied(applied);
    }
    for (const read of effects.reads) requests.readable(read, (key) => registers.read(key));
    for (const { request, reason } of effects.refused) requests.refused(request, reason);
    for (const change of effects.changes) this.#options.onChange(change);
    if (effects.install !== null) this.#install(effects.install);
    if (effects.snapshotWanted || this.#snapshotAsked || this.#isLong()) this.#takeSnapshot();
  }

  /** Takes a snapshot at the end of this turn, however short the log is. */
  askForSnapshot(): void {
    this.#snapshotAsked = true;
    this.#schedule();
  }

  #isLong(): boolean {
    const { raft, registers, snapshotEntries } = this.#options;
    const since = Math.max(raft.latestSnapshotIndex, this.#failedAt);
    return registers.appliedIndex - since >= snapshotEntries;
  }

  /** Takes a snapshot of what is applied now, unless one is being taken. The log is compacted when it is on disk. */
  #takeSnapshot(): void {
    const { raft, registers, log } = this.#options;
    if (this.#takingSnapshot) return;
    this.#snapshotAsked = false;
    if (registers.appliedIndex <= raft.latestSnapshotIndex) return;
    const snapshot = { ...raft.snapshotPoint, data: registers.snapshot() };
    assert(snapshot.base.index === registers.appliedIndex, 'a snapshot stands where it was taken');
    this.#takingSnapshot = true;
    log
      .saveSnapshot(snapshot)
      .then(
        () => this.step({ kind: 'snapshot-taken', snapshot }),
        (error: unknown) => {
          // Without room for a snapshot the log grows on; the next is tried when as much again was applied.
          this.#failedAt = snapshot.base.index;
          this.#options.onSnapshotFailure(error);
        },
      )
      .finally(() => (this.#takingSnapshot = false))
      .catch(this.#options.onFailure);
  }

  /** Puts a snapshot from the leader on disk. Where that fails the leader's next try may find room. */
  #install(snapshot: Snapshot): void {
    const { log, onSnapshotFailure, onFailure } = this.#options;
    log
      .saveSnapshot(snapshot)
      .then(
        () => this.step({ kind: 'snapshot-stored', snapshot }),
        (error: unknown) => {
          onSnapshotFailure(error);
          this.step({ kind: 'snapshot-failed' });
        },
      )
      .catch(onFailure);
  }

  #append({ then, sequence, ...write }: AppendEffect): void {
    this.#options.log.append(write, () => {
      if (this.#stopped) return;
      this.#send(then);
      this.step({ kind: 'persisted', sequence });
    });
  }

  #send(outgoing: readonly Outgoing[]): void {
    const byPeer = new Map<string, Message[]>();
    for (const { to, message } of outgoing) {
      const messages = byPeer.get(to);
      if (messages === undefined) byPeer.set(to, [message]);
      else messages.push(message);
    }
    for (const [to, messages] of byPeer) {
      if (this.#options.transport.send(to, messages)) continue;
      for (const message of messages) this.#undelivered({ to, message });
    }
  }

  #undelivered(outgoing: Outgoing): void {
    // The protocol makes up for its own messages; only clients' requests want to know.
    const { kind } = outgoing.message;
    if (kind === 'forward' || kind === 'read-index') this.step({ kind: 'undelivered', outgoing });
  }
}
