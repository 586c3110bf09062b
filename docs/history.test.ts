/** Every example in history.md is a line that the lab itself would accept, and no kind of line lacks one. */
import { expect, test } from '@jest/globals';
import { historyEventSchema, observerEventSchema, operatorEventSchema } from '../lab/history/history.ts';
import { faultSchema } from '../lab/plan/plan.ts';
import { fencesIn } from './testing/markdown.ts';

const lines = fencesIn('history.md')
  .filter(({ language }) => language === 'jsonlines')
  .flatMap(({ text }) => text.split('\n'));

test.each(lines)('%s', (line) => {
  const parsed = historyEventSchema.safeParse(JSON.parse(line));
  expect(parsed.error?.issues ?? []).toEqual([]);
});

test('the examples are numbered like a history, in order', () => {
  const events = lines.map((line) => JSON.parse(line) as { index: number; time: number });
  expect(events.map(({ index }) => index)).toEqual(events.map((_, position) => position));
  expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).sort((a, b) => a - b));
});

test('every kind of line has an example', () => {
  const shown = new Set(lines.map((line) => (JSON.parse(line) as { f: string }).f));
  const observed = observerEventSchema.options.flatMap((option) => [...option.shape.f.values]);
  const asked = operatorEventSchema.options.flatMap((option) => [...option.shape.f.values]);
  const faults = faultSchema.options.flatMap((option) => [...option.shape.kind.values]);
  expect([...shown].sort()).toEqual(['read', 'write', 'cas', ...observed, ...asked, ...faults].sort());
});
