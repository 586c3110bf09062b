/** A rubric of three parts and submissions with whatever outcomes a test gives them. */
import { drawPlan } from '../../plan/draw-plan.ts';
import { attemptsMax, noEvidence, type CheckResult, type Outcome, type Progress, type Tried } from '../jobs/job.ts';
import type { Rubric } from '../rubric/rubric.ts';
import { gradeOf, type Grade } from '../score/grade.ts';
import type { Manifest, Submission } from '../submission/submission.ts';

const plan = drawPlan({ seed: 0, nodes: 3, durationMs: 1_000, kinds: [], rate: 10 });
const planItem = (name: string, points: number, seeds: readonly number[], needs: readonly string[] = []) =>
  ({ kind: 'plan', name, points, says: `Does ${name}.`, needs, planFile: `${name}.yaml`, plan, seeds }) as const;

export const smallRubric: Rubric = {
  title: 'Small <class>',
  digest: 'rubric',
  parts: [
    {
      name: 'contract',
      says: 'Answers.',
      judgedBy: [],
      items: [
        { kind: 'contract', name: 'starts', points: 1, says: 'Starts.', sections: ['readiness', 'status'] },
        { kind: 'contract', name: 'rest', points: 2, says: 'Refuses.', sections: ['errors'] },
      ],
    },
    {
      name: 'reads',
      says: 'Reads.',
      judgedBy: ['linearizable'],
      items: [planItem('deposed', 4, [1, 2]), planItem('fresh', 2.5, [1])],
    },
    {
      name: 'once',
      says: 'Once.',
      judgedBy: ['linearizable'],
      items: [planItem('retries', 3, [1], ['idempotency'])],
    },
  ],
};

export function submission(manifest: Partial<Manifest> | { readonly problem: string } = {}, id = 'ada'): Submission {
  return {
    id,
    directory: `/class/${id}`,
    digest: 'digest',
    manifest: 'problem' in manifest ? { problem: manifest.problem } : { name: 'Ada & Co', command: './node', ...manifest },
  };
}

export const pass: Outcome = { verdict: 'pass', ...noEvidence };
export const fail: Outcome = {
  verdict: 'fail',
  findings: [{ property: 'linearizable', summary: 'Stale read of "x" < y.', details: ['process 1 at n2', 'process 3 at n1'] }],
  remarks: [{ property: 'budget', summary: 'Sent too much.', details: [] }],
  run: 'submissions/ada/runs/reads-deposed-1',
  replay: 'raft-lab replay submissions/ada/runs/reads-deposed-1',
};
export const undecided = (cause: 'lab' | 'node'): Outcome => ({
  verdict: 'undecided',
  cause,
  findings: [{ property: 'coverage', summary: 'Saw nothing.', details: [] }],
  remarks: [],
});

const checks: readonly (readonly [check: string, section: string])[] = [
  ['starts', 'readiness'],
  ['one-leader', 'status'],
  ['body-not-json', 'errors'],
];

/** An examination in which the named checks fail, or were not tried. */
export function examined(
  wrong: Readonly<Record<string, 'fail' | 'lab' | 'earlier-failure'>> = {},
  features: readonly string[] = ['idempotency'],
): Outcome {
  return {
    verdict: 'examined',
    features: [...features],
    checks: checks.map(([check, section]): CheckResult => {
      const what = wrong[check];
      const about = { check, section, says: `It must ${check}.`, text: `${check}\nexpected this\nseen that` };
      if (what === undefined) return { ...about, outcome: 'pass' };
      return what === 'fail' ? { ...about, outcome: 'fail' } : { ...about, outcome: 'not-tried', cause: what };
    }),
  };
}

/** What is known after these outcomes, each job's in their order. */
export function progress(outcomes: Readonly<Record<string, Outcome | readonly Outcome[]>>): Progress {
  return new Map(
    Object.entries(outcomes).map(([job, some]): [string, Tried] => {
      const all = Array.isArray(some) ? (some as readonly Outcome[]) : [some as Outcome];
      const outcome = all.at(-1) ?? pass;
      const settled = outcome.verdict !== 'undecided' || all.length >= attemptsMax;
      return [job, { outcome, settled, attempts: all.length, ms: 1_500 * all.length }];
    }),
  );
}

export const prepared = { prepare: pass, contract: examined() };

/** One grade of each kind that there is. */
export function smallClass(): Grade[] {
  const never = [undecided('lab'), undecided('lab'), undecided('lab')];
  const build: Outcome = {
    verdict: 'fail',
    findings: [{ property: 'build', summary: 'It does not build: it ended with exit code 2, running make', details: ['node.c:1: error'] }],
    remarks: [],
  };
  const all = { 'reads/deposed/1': pass, 'reads/deposed/2': pass, 'reads/fresh/1': pass, 'once/retries/1': pass };
  const of = (who: Submission, outcomes: Parameters<typeof progress>[0]) => gradeOf(smallRubric, who, progress(outcomes));
  return [
    of(submission({ name: '=HYPERLINK("x")' }, 'whole'), { ...prepared, ...all }),
    of(submission({}, 'ada'), { ...prepared, ...all, 'reads/deposed/1': fail }),
    of(submission({}, 'broken'), { prepare: build }),
    of(submission({ problem: 'raft-lab.json:2: name: is missing' }, 'nameless'), {}),
    of(submission({}, 'unlucky'), { ...prepared, ...all, 'reads/fresh/1': never }),
    of(submission({ parts: ['contract'] }, 'brief'), { prepare: pass, contract: examined({ 'body-not-json': 'fail' }, []) }),
    of(submission({}, 'waiting'), { prepare: pass }),
  ];
}
