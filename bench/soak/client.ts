/** A client of the soak: one operation at a time, at a steady pace, each at the next member, and each answer judged as it comes. */
import type { Endpoint } from '../node/connection.ts';
import { Connection } from '../node/connection.ts';
import type { HttpAnswer } from '../node/http-answer.ts';
import { httpRequest } from '../node/system.ts';
import { OwnRegister } from './own-register.ts';

/** What became of all operations so far. */
export interface Tally {
  ok: number;
  /** Answered with the promise that it did not happen. */
  refused: number;
  /** Not answered, or with no promise. */
  unknown: number;
  /** Answers that no order of the operations explains; the first few of them, in words. */
  readonly wrong: string[];
}

export interface SoakClientOptions {
  readonly id: number;
  readonly endpoints: readonly Endpoint[];
  readonly everyMs: number;
  readonly keys: number;
  readonly valueBytes: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly isOver: () => boolean;
  readonly tally: Tally;
}

const answerLimitMs = 5_000;
const maxWrong = 20;

export async function runSoakClient(options: SoakClientOptions): Promise<void> {
  const { id, endpoints, everyMs, keys, valueBytes, random, isOver, tally } = options;
  using members = new Connections(endpoints);
  const registers = Array.from({ length: keys }, () => new OwnRegister());
  let due = performance.now() + random() * everyMs;
  for (let count = 1; !isOver(); count += 1) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    // What a slow answer held up is not made up for: the load stays what it is.
    due = Math.max(due + everyMs, performance.now());
    const at = Math.floor(random() * keys);
    const [register, path] = [registers[at], `/registers/c${id}-k${at}`];
    if (register === undefined) throw new Error('a client has keys');
    if (random() < 0.5) {
      const value = `${id}-${count} `.padEnd(valueBytes, '.');
      const outcome = outcomeOf(await members.ask(count, httpRequest('PUT', path, { value })));
      register.wrote(value, outcome);
      tally[outcome] += 1;
    } else {
      const answer = await members.ask(count, httpRequest('GET', path));
      const outcome = outcomeOf(answer);
      tally[outcome] += 1;
      if (outcome !== 'ok' || answer === undefined) continue;
      const { value } = JSON.parse(answer.body) as { value: string | null };
      if (register.mayHold(value)) register.saw(value);
      else if (tally.wrong.length < maxWrong) {
        tally.wrong.push(
          `client ${id}, operation ${count}: a read of ${path} saw ${JSON.stringify(value)}, which it cannot hold`,
        );
      }
    }
  }
}

/** What the contract lets one believe of an answer. */
function outcomeOf(answer: HttpAnswer | undefined): 'ok' | 'refused' | 'unknown' {
  if (answer?.status === 200) return 'ok';
  return answer?.status === 503 && answer.body.includes('"type"') ? 'refused' : 'unknown';
}

/** A connection to each member, opened when it is needed and given up when it fails. */
class Connections implements Disposable {
  readonly #endpoints: readonly Endpoint[];
  readonly #open = new Map<Endpoint, Connection>();
  /** The request that is out; there is one at most. */
  #asked: { readonly endpoint: Endpoint; readonly resolve: (answer: HttpAnswer | undefined) => void } | null =
    null;

  constructor(endpoints: readonly Endpoint[]) {
    this.#endpoints = endpoints;
  }

  /** The answer of the member whose turn it is, or undefined when there is none. */
  async ask(turn: number, request: Buffer): Promise<HttpAnswer | undefined> {
    const endpoint = this.#endpoints[turn % this.#endpoints.length];
    if (endpoint === undefined) throw new Error('a client has endpoints');
    const { promise, resolve } = Promise.withResolvers<HttpAnswer | undefined>();
    this.#asked = { endpoint, resolve };
    const limit = setTimeout(() => this.#giveUp(endpoint), answerLimitMs);
    try {
      const connection =
        this.#open.get(endpoint) ?? (await Connection.open(endpoint, () => this.#giveUp(endpoint)));
      this.#open.set(endpoint, connection);
      connection.send(request, resolve);
      return await promise;
    } catch {
      return undefined;
    } finally {
      clearTimeout(limit);
      this.#asked = null;
    }
  }

  #giveUp(endpoint: Endpoint): void {
    this.#open.get(endpoint)?.[Symbol.dispose]();
    this.#open.delete(endpoint);
    if (this.#asked?.endpoint === endpoint) this.#asked.resolve(undefined);
  }

  [Symbol.dispose](): void {
    for (const connection of this.#open.values()) connection[Symbol.dispose]();
  }
}
