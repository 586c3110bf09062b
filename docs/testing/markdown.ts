/** Just enough Markdown for the tests of the documentation: fences, headings and links. */
import { readFileSync } from 'node:fs';

/** A fenced block: its language, the words behind it (such as `run` or `schema=Status`), and its text. */
export interface Fence {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly marks: readonly string[];
  readonly text: string;
}

const readPage = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

/** @param file relative to `docs/`. */
export function fencesIn(file: string): Fence[] {
  const fences: Fence[] = [];
  let open: { line: number; words: readonly string[]; text: string[] } | undefined;
  for (const [position, text] of readPage(file).split('\n').entries()) {
    const isFence = text.startsWith('```');
    if (open === undefined && isFence) {
      open = { line: position + 1, words: text.slice(3).trim().split(/\s+/), text: [] };
    } else if (open !== undefined && isFence) {
      const [language = '', ...marks] = open.words;
      fences.push({ file, line: open.line, language, marks, text: open.text.join('\n') });
      open = undefined;
    } else open?.text.push(text);
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: this fence is never closed`);
  return fences;
}

const withoutFences = (page: string): string => page.replaceAll(/^```[^]*?^```/gm, '');

/** The anchors that GitHub gives to the headings of a page. */
export function anchorsIn(file: string): ReadonlySet<string> {
  const headings = withoutFences(readPage(file)).matchAll(/^#{1,6} +(.*)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Files and folders of the repository that a page names in code, such as `lab/run/run.ts`. */
export function pathsIn(file: string): string[] {
  const prose = withoutFences(readPage(file));
  const named = [...prose.matchAll(/`((?:checker|docs|lab|node|workloads)\/[\w./-]*)`/g)];
  return named.map(([, path = '']) => path);
}

/** Where the links of a page lead, code excluded. */
export function linksIn(file: string): string[] {
  const prose = withoutFences(readPage(file)).replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}
