/** What the pages have in common. Each is one file that needs no network, reads well on paper, and follows the reader's light or dark. */
import { readFileSync } from 'node:fs';
import { escaped } from '../../report/escape.ts';
import { paletteCss } from '../../report/palette.ts';
import type { Grade } from '../score/grade.ts';

const css = readFileSync(new URL('./page.css', import.meta.url), 'utf8');

export function pageShell(title: string, body: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${paletteCss}\n${css}</style>`,
    '</head>',
    '<body>',
    ...body,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** Of the whole: nothing is said by colour before everything is graded. */
export function totalClass({ earned, maximum, finished }: Grade): ReturnType<typeof shareClass> {
  return finished ? shareClass(earned, maximum) : 'some';
}

/** `87 / 100`, the first larger than the second. */
export function figure(earned: number, maximum: number): string {
  return `<b>${earned}</b><i>/ ${maximum}</i>`;
}

/** How much of it is earned, for a bar or a tint: from `none` over `some` to `all`; `void` where there is nothing to earn. */
export function shareClass(earned: number, maximum: number): 'all' | 'some' | 'none' | 'void' {
  if (maximum === 0) return 'void';
  if (earned >= maximum) return 'all';
  return earned > 0 ? 'some' : 'none';
}
