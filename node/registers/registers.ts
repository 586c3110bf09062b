/** The state machine: named registers, and the sessions of the clients who write them. Equal entries make equal states on every node. */
import type { Entry } from '../core/entry.ts';
import { ByteReader, ByteWriter } from '../encoding/bytes.ts';
import { crc32c } from '../encoding/crc32c.ts';
import { writeEntry } from '../encoding/entries.ts';
import type { Command, Operation } from './command.ts';
import { decodeCommand } from './command.ts';
import type { Answer, SessionLimits } from './sessions.ts';
import { Sessions } from './sessions.ts';

/** A command that was applied. `superseded`: it had no effect now, and whether it had one earlier is forgotten. */
export interface Applied {
  readonly command: Command;
  readonly answer: Answer | { readonly kind: 'superseded' };
}

export class Registers {
  readonly #limits: SessionLimits | undefined;
  #values = new Map<string, string>();
  #sessions: Sessions;
  #appliedIndex = 0;
  #hash = 0;

  constructor(limits?: SessionLimits) {
    this.#limits = limits;
    this.#sessions = new Sessions(limits);
  }

  get appliedIndex(): number {
    return this.#appliedIndex;
  }

  /** A digest of every entry applied since the beginning: equal on two nodes at equal indices, unless one of them went wrong. */
  get appliedHash(): string {
    return this.#hash.toString(16).padStart(8, '0');
  }

  read(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  /** Applies the next entry; the answer is for whoever asked for it. Entries without a command have none. */
  apply(entry: Entry): Applied | null {
    const writer = new ByteWriter(256);
    writeEntry(writer, entry);
    this.#hash = crc32c(writer.finish(), this.#hash);
    this.#appliedIndex = entry.index;
    if (entry.payload.kind !== 'command') return null;
    const command = decodeCommand(entry.payload.command);
    if (command.session === null) return { command, answer: this.#perform(command.operation) };
    const earlier = this.#sessions.find(command.session);
    if (earlier === 'superseded') return { command, answer: { kind: 'superseded' } };
    const answer = earlier ?? this.#perform(command.operation);
    this.#sessions.remember(command.session, answer);
    return { command, answer };
  }

  /** The whole state, sessions and hash included. */
  snapshot(): Uint8Array {
    const writer = new ByteWriter(65_536);
    writer.u48(this.#appliedIndex);
    writer.u32(this.#hash);
    writer.u32(this.#values.size);
    for (const [key, value] of this.#values) {
      writer.text(key);
      writer.text(value);
    }
    this.#sessions.write(writer);
    return writer.finish();
  }

  /**
   * Becomes what `snapshot` returned, here or on another node.
   * @throws MalformedBytes, and stays as it was, when the bytes are no snapshot.
   */
  restore(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    const appliedIndex = reader.u48();
    const hash = reader.u32();
    const values = new Map<string, string>();
    for (let left = reader.u32(); left > 0; left -= 1) values.set(reader.text(), reader.text());
    const sessions = Sessions.read(reader, this.#limits);
    reader.end();
    this.#appliedIndex = appliedIndex;
    this.#hash = hash;
    this.#values = values;
    this.#sessions = sessions;
  }

  #perform(operation: Operation): Answer {
    const { key } = operation;
    if (operation.kind === 'write') {
      this.#values.set(key, operation.value);
      return { kind: 'written' };
    }
    const value = this.read(key);
    if (value !== operation.from) return { kind: 'not-swapped', value };
    this.#values.set(key, operation.to);
    return { kind: 'swapped' };
  }
}
