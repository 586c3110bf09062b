/**
 * What each client was last answered, so that a request that is made twice takes effect once (thesis §6.3). The table is part of the
 * replicated state: every node forgets the same clients at the same entry.
 */
import type { ByteReader, ByteWriter } from '../encoding/bytes.ts';
import { MalformedBytes } from '../encoding/bytes.ts';
import type { SessionKey } from './command.ts';

/** What an operation did. */
export type Answer =
  | { readonly kind: 'written' }
  | { readonly kind: 'swapped' }
  | { readonly kind: 'not-swapped'; readonly value: string | null };

const answerKinds = ['written', 'swapped', 'not-swapped'] as const satisfies Answer['kind'][];

interface Session {
  readonly number: number;
  readonly answer: Answer;
  readonly bytes: number;
}

export interface SessionLimits {
  /** Clients remembered; beyond it the one whose last request is the oldest is forgotten. */
  readonly maxClients: number;
  /** About how many bytes all remembered answers may take together. */
  readonly maxBytes: number;
}

export const sessionLimits: SessionLimits = { maxClients: 65_536, maxBytes: 2 ** 26 };

/** What a session costs beside its strings: an estimate, the same on every node. */
const overheadBytes = 64;

export class Sessions {
  readonly #limits: SessionLimits;
  /** In the order of the clients' last requests, oldest first. */
  readonly #sessions = new Map<string, Session>();
  #bytes = 0;

  constructor(limits: SessionLimits = sessionLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** What became of a request already: its answer, `superseded` when a later one of the client took effect, or undefined. */
  find({ client, number }: SessionKey): Answer | 'superseded' | undefined {
    const session = this.#sessions.get(client);
    if (session === undefined || session.number < number) return undefined;
    return session.number === number ? session.answer : 'superseded';
  }

  remember({ client, number }: SessionKey, answer: Answer): void {
    this.#forget(client);
    const value = answer.kind === 'not-swapped' ? (answer.value ?? '') : '';
    const bytes = overheadBytes + client.length + value.length;
    this.#sessions.set(client, { number, answer, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= this.#limits.maxClients && this.#bytes <= this.#limits.maxBytes) return;
      if (oldest !== client) this.#forget(oldest);
    }
  }

  write(writer: ByteWriter): void {
    writer.u32(this.#sessions.size);
    for (const [client, { number, answer }] of this.#sessions) {
      writer.text(client);
      writer.u53(number);
      writer.u8(answerKinds.indexOf(answer.kind));
      if (answer.kind === 'not-swapped') writer.optionalText(answer.value);
    }
  }

  /** Sessions as another node wrote them, in the same order. */
  static read(reader: ByteReader, limits?: SessionLimits): Sessions {
    const sessions = new Sessions(limits);
    for (let left = reader.u32(); left > 0; left -= 1) {
      const key = { client: reader.text(), number: reader.u53() };
      sessions.remember(key, readAnswer(reader));
    }
    return sessions;
  }

  #forget(client: string): void {
    const session = this.#sessions.get(client);
    if (session === undefined) return;
    this.#sessions.delete(client);
    this.#bytes -= session.bytes;
  }
}

function readAnswer(reader: ByteReader): Answer {
  const code = reader.u8();
  const kind = answerKinds[code];
  if (kind === undefined) throw new MalformedBytes(`expected the kind of an answer, saw ${code}`);
  return kind === 'not-swapped' ? { kind, value: reader.optionalText() } : { kind };
}
