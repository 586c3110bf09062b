import { describe, expect, test } from '@jest/globals';
import { jobKey, type Job } from '../jobs/job.ts';
import { nextJob } from '../jobs/next-job.ts';
import {
  examined,
  fail,
  pass,
  prepared,
  progress,
  smallRubric,
  submission,
  undecided,
} from '../testdata/small-class.ts';
import { gradeOf, type Grade } from './grade.ts';

type Outcomes = Parameters<typeof progress>[0];

const next = (outcomes: Outcomes, who = submission()): string | undefined => {
  const job: Job | undefined = nextJob(smallRubric, who, progress(outcomes));
  return job === undefined ? undefined : jobKey(job);
};
const graded = (outcomes: Outcomes, who = submission()): Grade =>
  gradeOf(smallRubric, who, progress(outcomes));
const states = (grade: Grade): string[] =>
  grade.parts.flatMap(({ items }) => items.map(({ standing }) => standing.state));
const three = (cause: 'lab' | 'node') => [undecided(cause), undecided(cause), undecided(cause)];
const all = {
  'reads/deposed/1': pass,
  'reads/deposed/2': pass,
  'reads/fresh/1': pass,
  'once/retries/1': pass,
};

describe('what comes next', () => {
  test('is prepared, examined, and run seed by seed, in the order of the rubric', () => {
    expect(next({})).toBe('prepare');
    expect(next({ prepare: pass })).toBe('contract');
    expect(next(prepared)).toBe('reads/deposed/1');
    expect(next({ ...prepared, 'reads/deposed/1': pass })).toBe('reads/deposed/2');
    expect(next({ ...prepared, ...all })).toBeUndefined();
  });

  test('leaves out what cannot earn any more', () => {
    expect(next({ ...prepared, 'reads/deposed/1': fail })).toBe('reads/fresh/1');
    expect(next({ prepare: fail })).toBeUndefined();
    expect(next({ prepare: pass, contract: examined({ starts: 'fail' }) })).toBeUndefined();
    expect(next({}, submission({ problem: 'no JSON' }))).toBeUndefined();
    expect(
      next({ prepare: pass, contract: examined({}, []), ...all, 'once/retries/1': undecided('lab') }),
    ).toBeUndefined();
    expect(next(prepared, submission({ parts: ['once'] }))).toBe('once/retries/1');
  });

  test('tries again what is undecided, and nothing else, and not for ever', () => {
    const lost = { ...prepared, ...all, 'reads/fresh/1': fail };
    expect(next(lost)).toBeUndefined();
    expect(next({ ...lost, 'reads/fresh/1': undecided('lab') })).toBe('reads/fresh/1');
    expect(next({ ...lost, 'reads/fresh/1': three('lab') })).toBeUndefined();
  });

  test('goes on with later seeds where an earlier one could not be decided: they may still lose the points', () => {
    expect(next({ ...prepared, 'reads/deposed/1': three('lab') })).toBe('reads/deposed/2');
  });
});

describe('points', () => {
  test('are earned by passes of every seed', () => {
    expect(graded({ ...prepared, ...all })).toMatchObject({ earned: 12.5, maximum: 12.5, finished: true });
    const one = graded({ ...prepared, 'reads/deposed/1': pass });
    expect(one).toMatchObject({ earned: 3, maximum: 12.5, finished: false });
    expect(states(one)).toEqual(['earned', 'earned', 'pending', 'pending', 'pending']);
  });

  test('that are lost carry what shows it', () => {
    const grade = graded({ ...prepared, ...all, 'reads/deposed/1': fail });
    expect(grade).toMatchObject({ earned: 8.5, maximum: 12.5, finished: true });
    expect(grade.parts[1]?.items[0]?.standing).toMatchObject({
      state: 'lost',
      shown: [
        { seed: 1, findings: [{ property: 'linearizable' }], replay: expect.stringContaining('replay') },
      ],
    });
  });

  test('that stay undecided through the lab are out of score and maximum', () => {
    const grade = graded({ ...prepared, ...all, 'reads/deposed/2': three('lab') });
    expect(grade).toMatchObject({ earned: 8.5, maximum: 8.5, points: 12.5 });
    expect(states(grade)[2]).toBe('not-graded');
  });

  test('are lost all the same where another seed fails', () => {
    const grade = graded({ ...prepared, ...all, 'reads/deposed/1': three('lab'), 'reads/deposed/2': fail });
    expect(grade).toMatchObject({ earned: 8.5, maximum: 12.5 });
  });

  test('are lost where the node did too little to be judged', () => {
    const grade = graded({ ...prepared, ...all, 'reads/fresh/1': three('node') });
    expect(grade).toMatchObject({ earned: 10, maximum: 12.5 });
  });

  test('of a part count in the maximum where the feature is not listed, or the part is not attempted', () => {
    const unsupported = graded({ prepare: pass, contract: examined({}, []), ...all });
    expect(unsupported).toMatchObject({ earned: 9.5, maximum: 12.5, finished: true });
    expect(unsupported.parts[2]?.items[0]?.standing).toMatchObject({
      state: 'unsupported',
      why: expect.stringContaining('"idempotency"'),
    });
    const brief = graded({ prepare: pass, contract: examined() }, submission({ parts: ['contract'] }));
    expect(brief).toMatchObject({ earned: 3, maximum: 12.5, finished: true });
    expect(states(brief)[2]).toBe('not-attempted');
  });

  test('of what does not build are none, and it is graded', () => {
    const grade = graded({ prepare: fail });
    expect(grade).toMatchObject({ earned: 0, maximum: 12.5, finished: true, obstacle: { cause: 'node' } });
  });

  test('of what does not start are those that the doctor gave', () => {
    const grade = graded({ prepare: pass, contract: examined({ starts: 'fail' }) });
    expect(grade).toMatchObject({ earned: 2, maximum: 12.5, finished: true });
    expect(states(grade)).toEqual(['lost', 'earned', 'out-of-reach', 'out-of-reach', 'out-of-reach']);
  });

  test('of what the lab could not prepare are not graded, and neither is what the doctor could not try', () => {
    expect(graded({ prepare: three('lab') })).toMatchObject({ earned: 0, maximum: 0, finished: true });
    const grade = graded({ prepare: pass, contract: examined({ 'body-not-json': 'lab' }), ...all });
    expect(grade).toMatchObject({ earned: 10.5, maximum: 10.5 });
  });

  test('are not given for what an earlier failure stood in the way of', () => {
    const grade = graded({
      prepare: pass,
      contract: examined({ 'body-not-json': 'earlier-failure' }),
      ...all,
    });
    expect(grade).toMatchObject({ earned: 10.5, maximum: 12.5 });
  });
});
