/** Reads EDN, the data notation of Clojure, as far as histories need it. https://github.com/edn-format/edn */
import { HistoryError } from '../operation.ts';

/** A keyword such as `:read`, told apart from a string. */
export class Keyword {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Maps are `Map`s by the text of their keys where these are keywords, vectors and lists are arrays, `nil` is null. */
export type Edn =
  null | boolean | number | bigint | string | Keyword | readonly Edn[] | ReadonlySet<Edn> | EdnMap;
export interface EdnMap {
  readonly entries: readonly (readonly [key: Edn, value: Edn])[];
}

const delimiters = new Set([' ', '\t', '\r', '\n', ',', '(', ')', '[', ']', '{', '}', '"', ';']);
const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '#{': '}' };
const namedCharacters: Readonly<Record<string, string>> = {
  newline: '\n',
  space: ' ',
  tab: '\t',
  return: '\r',
};
/** How deep values may be nested. */
const deepest = 200;

/** All values in the text, in order. @throws HistoryError with the line where reading failed. */
export function readEdn(text: string): Edn[] {
  return new Reader(text).all();
}

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  all(): Edn[] {
    const values: Edn[] = [];
    this.#skip();
    while (this.#at < this.#text.length) {
      values.push(this.#value());
      this.#skip();
    }
    return values;
  }

  #fail(problem: string): HistoryError {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    return new HistoryError('bad-format', `Line ${line} is no EDN: ${problem}.`);
  }

  /** Passes over blanks, comments and discarded values. */
  #skip(): void {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) return;
      if (' \t\r\n,'.includes(character)) {
        this.#at++;
      } else if (character === ';') {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else if (this.#text.startsWith('#_', this.#at)) {
        this.#at += 2;
        this.#skip();
        this.#value();
      } else {
        return;
      }
    }
  }

  #value(): Edn {
    const character = this.#text[this.#at];
    if (character === undefined) throw this.#fail('it ends in the middle of a value');
    if (character === '"') return this.#string();
    if (character === '\\') return this.#character();
    if (character === '(' || character === '[') return this.#sequence(character);
    if (character === '{') return this.#map(character);
    if (this.#text.startsWith('#{', this.#at)) return new Set(this.#sequence('#{'));
    if (character === '#') return this.#tagged();
    return this.#atom(this.#token());
  }

  #sequence(opener: string): Edn[] {
    if (++this.#depth > deepest) throw this.#fail(`values are nested deeper than ${deepest}`);
    const closer = closers[opener];
    const values: Edn[] = [];
    this.#at += opener.length;
    this.#skip();
    while (this.#text[this.#at] !== closer) {
      values.push(this.#value());
      this.#skip();
    }
    this.#at++;
    this.#depth--;
    return values;
  }

  #map(opener: string): EdnMap {
    const flat = this.#sequence(opener);
    if (flat.length % 2 !== 0) throw this.#fail('a map has a key without a value');
    const keys = flat.filter((_, index) => index % 2 === 0);
    return { entries: keys.map((key, index) => [key, flat[index * 2 + 1] ?? null]) };
  }

  /** A tag says what its value means; a history's records are as good as maps. */
  #tagged(): Edn {
    this.#at++;
    this.#token();
    this.#skip();
    return this.#value();
  }

  #string(): string {
    const from = this.#at;
    do {
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
      if (this.#at >= this.#text.length) throw this.#fail('a string does not end');
    } while (this.#text[this.#at] !== '"');
    this.#at++;
    const raw = this.#text
      .slice(from, this.#at)
      .replaceAll('\n', '\\n')
      .replaceAll('\r', '\\r')
      .replaceAll('\t', '\\t');
    try {
      return String(JSON.parse(raw));
    } catch {
      throw this.#fail('a string has an unknown escape');
    }
  }

  #character(): string {
    this.#at++;
    const first = this.#text[this.#at] ?? '';
    const rest = delimiters.has(first) ? '' : this.#token();
    if (rest === '') this.#at++;
    const name = rest === '' ? first : rest;
    const code = /^u([0-9a-fA-F]{4})$/.exec(name)?.[1];
    if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
    return namedCharacters[name] ?? name;
  }

  #token(): string {
    const from = this.#at;
    while (this.#at < this.#text.length && !delimiters.has(this.#text[this.#at] ?? '')) this.#at++;
    if (this.#at === from) throw this.#fail(`there is a stray ${this.#text[this.#at] ?? 'end'}`);
    return this.#text.slice(from, this.#at);
  }

  #atom(token: string): Edn {
    if (token === 'nil') return null;
    if (token === 'true' || token === 'false') return token === 'true';
    if (token.startsWith(':')) return new Keyword(token.slice(1));
    if (/^[+-]?\d+N?$/.test(token)) return integer(token);
    if (/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?M?$/.test(token)) return Number(token.replace('M', ''));
    // Symbols occur in no history; as text they do no harm.
    return token;
  }
}

function integer(token: string): number | bigint {
  const digits = token.replace('N', '').replace('+', '');
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}
