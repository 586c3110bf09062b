import { isMap, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { z } from 'zod';
import { LabError } from '../lab-error.ts';

/** What is wrong with a file that a user wrote, and where. */
export interface Problem {
  /** 1-based; undefined where the fault is with the file as a whole. */
  readonly line: number | undefined;
  readonly message: string;
}

/** Everything that is wrong with one file, a line for each mistake: `rubric.yaml:7: parts[0].points: is missing`. */
export class FileError extends LabError {
  readonly problems: readonly Problem[];

  /** @param advice says where the fields of such a file are described */
  constructor(file: string, problems: readonly Problem[], advice: string) {
    const lines = problems.map(
      ({ line, message }) => `${file}${line === undefined ? '' : `:${line}`}: ${message}`,
    );
    super('usage', `${lines.join('\n')}\n${advice}`);
    this.problems = problems;
  }
}

export type Path = readonly PropertyKey[];

/** A YAML (or JSON, which is YAML) file in which every field knows its line. */
export class LocatedDocument {
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(text: string) {
    this.#lines = new LineCounter();
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
  }

  /** What makes the text no YAML at all, if anything does. */
  get broken(): Problem | undefined {
    const [error] = this.#document.errors;
    return error === undefined
      ? undefined
      : { line: this.#lines.linePos(error.pos[0]).line, message: error.message };
  }

  /** The plain data; an empty file is an empty object. */
  toJS(): unknown {
    return this.#document.toJS() ?? {};
  }

  problemAt(path: Path, message: string): Problem {
    return { line: this.lineOf(path), message: path.length === 0 ? message : `${words(path)}: ${message}` };
  }

  problemOf(issue: z.core.$ZodIssue): Problem {
    // An unknown field is reported on what holds it; its own line says more.
    const unknown = issue.code === 'unrecognized_keys';
    const path = unknown ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
    const missing = issue.message.endsWith('received undefined');
    return this.problemAt(path, unknown ? 'there is no such field' : missing ? 'is missing' : issue.message);
  }

  /** The line of the innermost part of `path` that the document has. */
  lineOf(path: Path): number | undefined {
    let node: unknown = this.#document.contents;
    let offset = rangeStart(node);
    for (const part of path) {
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => String(key) === String(part));
        if (pair === undefined) break;
        offset = rangeStart(pair.key) ?? offset;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(part)];
        offset = rangeStart(node) ?? offset;
      } else break;
    }
    return offset === undefined ? undefined : this.#lines.linePos(offset).line;
  }
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** `schedule[2].fault.kind` */
function words(path: Path): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}
