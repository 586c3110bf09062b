import { describe, expect, test } from '@jest/globals';
import { drawPlan } from './draw-plan.ts';
import { PlanError, readPlan } from './read-plan.ts';

const base = drawPlan({ seed: 1, nodes: 5, durationMs: 10_000, kinds: [], rate: 100 });

function problemsOf(text: string): string[] {
  try {
    readPlan(text, 'p.yaml', base);
  } catch (error) {
    if (error instanceof PlanError) return error.problems.map(({ line, message }) => `${line}: ${message}`);
    throw error;
  }
  return [];
}

const step = (fault: string, rest = 'afterMs: 0, forMs: 500') =>
  `schedule:\n  - { id: a, ${rest}, fault: ${fault} }\n`;

describe('a plan file', () => {
  test('completes what it leaves out from the command line, and has coverage needs of its own schedule', () => {
    const plan = readPlan(step('{ kind: kill, target: leader }'), 'p.yaml', base);
    expect(plan).toEqual({
      ...base,
      schedule: [{ id: 'a', afterMs: 0, forMs: 500, fault: { kind: 'kill', target: 'leader' } }],
      coverage: [
        { name: 'operations-ok', atLeast: 1 },
        { name: 'fault:kill', atLeast: 1 },
      ],
    });
  });

  test('may be the plan.json of an earlier run', () => {
    expect(readPlan(JSON.stringify(base, null, 2), 'plan.json', base)).toEqual(base);
  });

  test('with a mistake is refused with the line it stands on', () => {
    const text =
      'nodes: [n1, n2, n3]\n\nschedule:\n  - id: a\n    afterMs: 10\n    forMs: 500\n    fault: { kind: partitoin, target: leader }\n';
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^7: schedule\[0\]\.fault\.kind: .*'partition'/),
    ]);
  });

  test('that is no YAML is refused with the line', () => {
    expect(problemsOf('nodes: [n1, n2\nseed: 3\n')[0]).toMatch(/^[123]: /);
  });

  test.each([
    ['an unknown field', 'sede: 3\n', '1: sede: there is no such field'],
    [
      'a missing field',
      'schedule:\n  - id: a\n    afterMs: 1\n    fault: { kind: pause, target: all }\n',
      '2: schedule[0].forMs: is missing',
    ],
    [
      'a shape too large for the cluster',
      'nodes: [n1, n2, n3]\n' + step('{ kind: partition, shape: bridge, cut: hold }'),
      '3: schedule[0].fault: bridge needs at least five nodes; with 3 it is another shape or none',
    ],
    [
      'a stranger',
      step('{ kind: kill, target: n9 }'),
      '2: schedule[0].fault.target: n9 is not one of the nodes n1, n2, n3, n4, n5',
    ],
    [
      'a target that is none',
      step('{ kind: kill, target: "leader!" }'),
      expect.stringMatching(/^2: schedule\[0\]\.fault\.target: a target is leader, /),
    ],
    [
      'a step after the end',
      step('{ kind: kill, target: all }', 'afterMs: 9800, forMs: 500'),
      '2: schedule[0].forMs: the step ends 10300 ms after the start, and the run lasts 10000 ms (durationMs)',
    ],
    [
      'a one-way cut without direction',
      step('{ kind: partition, shape: one-way, target: leader, cut: hold }'),
      '2: schedule[0].fault: one-way needs a direction: inbound or outbound',
    ],
    [
      'an impatient recovery',
      'recoverWithinMs: 100\n',
      '1: recoverWithinMs: must be at least 10 × the longest election timeout (3000)',
    ],
    [
      'voters from elsewhere',
      'voters: [n1, n7]\n',
      '1: voters: n7 is not one of the nodes n1, n2, n3, n4, n5',
    ],
  ])('%s is refused', (_name, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test('says everything that is wrong at once', () => {
    const text =
      'schedule:\n  - { id: a, afterMs: 90, forMs: 5, fault: { kind: pause, target: all } }\n  - { id: a, afterMs: 10, forMs: 5, fault: { kind: pause, target: all } }\n';
    expect(problemsOf(text)).toEqual([
      '3: schedule[1].id: "a" names two steps',
      '3: schedule[1].afterMs: 10 is before the step above it (90); put steps in the order of their times',
    ]);
  });
});
