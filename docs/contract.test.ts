/** contract.md and openapi.yaml say the same, and the JSON that contract.md shows is valid. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { apiDocument, compileSchema } from './testing/api-document.ts';
import { fencesIn } from './testing/markdown.ts';

const page = readFileSync(new URL('contract.md', import.meta.url), 'utf8');

const examples = fencesIn('contract.md').flatMap(({ line, text, marks }) =>
  marks.filter((mark) => mark.startsWith('schema=')).map((mark) => ({ line, text, schema: mark.slice(7) })),
);

describe('contract.md', () => {
  test.each(examples)('line $line shows a valid $schema', ({ text, schema }) => {
    const validate = compileSchema({ $ref: `#/components/schemas/${schema}` });
    validate(JSON.parse(text));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('every problem type stands in both', () => {
    const inPage = [...page.matchAll(/^\| (\d{3}) +\| `([a-z-]+)` /gm)].map(([, , type]) => type);
    const { ProblemType } = apiDocument.components.schemas as { ProblemType: { enum: string[] } };
    expect(inPage).toEqual(ProblemType.enum);
  });

  test('every field of the status stands in both', () => {
    const table = page.slice(page.indexOf('| field '), page.indexOf('A node that has just started'));
    const inPage = table
      .split('\n')
      .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, field]) => field));
    const { Status } = apiDocument.components.schemas as { Status: { properties: Record<string, unknown> } };
    expect(inPage.sort()).toEqual(Object.keys(Status.properties).sort());
  });

  test('every path stands in both', () => {
    for (const path of Object.keys(apiDocument.paths)) expect(page).toContain(path);
  });
});
