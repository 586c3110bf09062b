/** JUnit XML: each item is a test case. Lost points are a failure, the lab's own fault is an error, and what was not tried is skipped. */
import { escaped } from '../../report/escape.ts';
import type { Grade, ItemGrade, PartGrade, Standing } from '../score/grade.ts';
import type { ClassInfo } from './outputs.ts';
import { asText, whyOf } from './standing-words.ts';

type Kind = 'passed' | 'failure' | 'error' | 'skipped';

export function renderJunit(grade: Grade): string {
  return wrapped(
    grade.name,
    grade.parts.map((part) => ({ name: part.name, part, ms: 0 })),
    grade.ms,
  );
}

export function renderClassJunit(grades: readonly Grade[], { title }: ClassInfo): string {
  const suites = grades.flatMap(({ id, parts }) =>
    parts.map((part) => ({ name: `${id}.${part.name}`, part })),
  );
  return wrapped(
    title,
    suites,
    grades.reduce((all, { ms }) => all + ms, 0),
  );
}

interface Suite {
  readonly name: string;
  readonly part: PartGrade;
}

function wrapped(name: string, suites: readonly Suite[], ms: number): string {
  const all = suites.flatMap(({ part }) => part.items);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escaped(name)}" ${counts(all)} time="${(ms / 1_000).toFixed(3)}">`,
    ...suites.flatMap((suite) => [
      `  <testsuite name="${escaped(suite.name)}" ${counts(suite.part.items)}>`,
      ...suite.part.items.map((item) => `    ${testCase(suite.name, item)}`),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function counts(items: readonly ItemGrade[]): string {
  const count = (kind: Kind): number => items.filter(({ standing }) => kindOf(standing) === kind).length;
  return `tests="${items.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

function testCase(suite: string, item: ItemGrade): string {
  const attributes = `classname="${escaped(suite)}" name="${escaped(item.name)}"`;
  const kind = kindOf(item.standing);
  if (kind === 'passed') return `<testcase ${attributes}/>`;
  const message = `message="${escaped(whyOf(item.standing))}"`;
  const inner =
    kind === 'skipped'
      ? `<skipped ${message}/>`
      : `<${kind} type="${item.standing.state}" ${message}>${escaped(asText(item))}</${kind}>`;
  return `<testcase ${attributes}>${inner}</testcase>`;
}

function kindOf({ state }: Standing): Kind {
  switch (state) {
    case 'earned':
      return 'passed';
    case 'lost':
    case 'out-of-reach':
      return 'failure';
    case 'not-graded':
      return 'error';
    case 'not-attempted':
    case 'unsupported':
    case 'pending':
      return 'skipped';
  }
}
