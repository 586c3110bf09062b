/**
 * Runs the core: everything that happens in one turn of the event loop goes in, then its effects are carried out together. Messages that
 * promise something about the disk leave when the disk has it; reads are answered after what was committed is applied.
 */
import type { AppendEffect, Effects, Input } from '../core/effects.ts';
import type { Outgoing } from '../core/messages.ts';
import type { Message } from '../core/messages.ts';
import type { Raft } from '../core/raft.ts';
import type { Registers } from '../registers/registers.ts';
import type { LogStorage } from '../storage/storage.ts';
import type { Transport } from '../transport/transport.ts';
import type { Requests } from './requests.ts';

export interface DriverOptions {
  readonly raft: Raft;
  readonly registers: Registers;
  readonly log: LogStorage;
  readonly requests: Requests;
  readonly transport: Pick<Transport, 'send'>;
  /** What the core may not survive: a broken invariant, or an entry that cannot be decoded. */
  readonly onFailure: (error: unknown) => void;
}

export class Driver {
  readonly #options: DriverOptions;
  #scheduled = false;
  #stopped = false;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** Gives the core something that happened; its effects are carried out at the end of this turn of the event loop. */
  step(input: Input): void {
    if (this.#stopped) return;
    this.#guard(() => this.#options.raft.step(input));
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#stopped) this.#guard(() => this.#carryOut(this.#options.raft.takeEffects()));
    });
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
    this.#send(effects.send);
    if (effects.append !== null) this.#append(effects.append);
    const { registers, requests } = this.#options;
    for (const entry of effects.apply) {
      const applied = registers.apply(entry);
      if (applied !== null) requests.applied(applied);
    }
    for (const read of effects.reads) requests.readable(read, (key) => registers.read(key));
    for (const { request, reason } of effects.refused) requests.refused(request, reason);
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
