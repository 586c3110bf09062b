import { describe, expect, test } from '@jest/globals';
import { coverage, coverageCounts, seenCounts } from './coverage.ts';
import { RunBuilder } from './testdata/run-builder.ts';

const needs = (...names: string[]) => ({ coverage: names.map((name) => ({ name, atLeast: 1 })) });

describe('coverage', () => {
  test('counts a fault only when an operation was open while it was in force', () => {
    const seenOf = (kind: 'kill' | 'pause') => (from: number, to: number) =>
      seenCounts(
        new RunBuilder()
          .step(100, 200, 's', { kind, target: 'n1' }, { nodes: ['n1'] })
          .write('a', { process: 0, from, to })
          .build(),
      ).get(`fault:${kind}`);
    const seen = seenOf('pause');
    expect(seen(50, 99)).toBeUndefined();
    expect(seen(50, 105)).toBeUndefined();
    expect(seen(50, 111)).toBe(1);
    expect(seen(150, 160)).toBe(1);
    expect(seen(150, 300)).toBe(1);
    expect(seen(201, 300)).toBeUndefined();
    // What a kill cuts short was open before it could be recorded as in force.
    expect(seenOf('kill')(50, 105)).toBe(1);
    expect(seenOf('kill')(50, 99)).toBeUndefined();
  });

  test('counts an operation that was never completed as open', () => {
    const run = new RunBuilder()
      .write('a', { process: 0, from: 50, to: 50, outcome: 'open' })
      .step(100, 200, 's', { kind: 'pause', target: 'n1' }, { nodes: ['n1'] });
    expect(seenCounts(run.build()).get('fault:pause')).toBe(1);
  });

  test('names partitions by cut and by shape', () => {
    const run = new RunBuilder()
      .write('a', { process: 0, from: 50, to: 300 })
      .step(100, 200, 's', { kind: 'partition', shape: 'halves', target: 'all', cut: 'hold' })
      .step(210, 250, 't', { kind: 'partition', shape: 'isolate', target: 'n1', cut: 'hold' });
    expect(Object.fromEntries(seenCounts(run.build()))).toEqual({
      'operations-ok': 1,
      elections: 0,
      'fault:partition': 2,
      'fault:partition:hold': 2,
      'fault:partition:halves': 1,
      'fault:partition:isolate': 1,
      'snapshot-installs': 0,
      'snapshot-installs:joiner': 0,
    });
  });

  test('a disturbed client link counts only for operations at its node', () => {
    const lost = (node: string) =>
      seenCounts(
        new RunBuilder()
          .write('a', { process: 0, node, from: 50, to: 300 })
          .step(100, 200, 's', { kind: 'lost-answers', target: 'n1', cut: 'close' }, { nodes: ['n1'] })
          .build(),
      ).get('fault:lost-answers');
    expect(lost('n1')).toBe(1);
    expect(lost('n2')).toBeUndefined();
  });

  test('a step that was skipped, or failed before it was in force, was not seen', () => {
    const fault = { kind: 'kill', target: 'leader' } as const;
    const run = new RunBuilder()
      .write('a', { process: 0, from: 50, to: 300 })
      .stage(100, 's', 'begins', fault)
      .stage(101, 's', 'skipped', fault)
      .stage(110, 't', 'begins', fault)
      .stage(111, 't', 'failed', fault);
    expect(seenCounts(run.build()).has('fault:kill')).toBe(false);
  });

  test('says why a step was skipped', () => {
    const fault = { kind: 'kill', target: 'leader' } as const;
    const run = new RunBuilder(needs('fault:kill', 'fault:pause'))
      .stage(100, 's4', 'begins', fault)
      .stage(101, 's4', 'skipped', fault, { reason: 'nobody leads' });
    expect(coverage(run.build())).toMatchObject({
      evidence: [
        {
          summary:
            'Expected to see fault:kill at least once, saw it never. Step s4 was skipped: nobody leads. A longer run, or another seed, would decide it.',
          events: [1],
        },
        { summary: expect.not.stringContaining('skipped') },
      ],
    });
  });

  test('a change that was not granted in time is why it was not seen', () => {
    const fault = { kind: 'membership', change: 'add', target: 'spare' } as const;
    const run = new RunBuilder(needs('change:add'))
      .stage(100, 's1', 'begins', fault)
      .stage(900, 's1', 'skipped', fault, { reason: 'it was given up after 12 s; at last: 504 maybe' });
    expect(coverage(run.build())).toMatchObject({
      verdict: 'undecided',
      evidence: [{ summary: expect.stringContaining('Step s1 was skipped: it was given up after 12 s') }],
    });
  });

  test('counts changes of leader under load, not the first leader, not a deposed one, not an idle cluster', () => {
    const leads = (ms: number, node: string, term: number, run: RunBuilder) =>
      run.status(ms, node, { role: 'leader', term });
    const run = new RunBuilder().write('a', { process: 0, from: 5, to: 35 });
    leads(10, 'n1', 1, run);
    leads(20, 'n2', 2, run);
    leads(21, 'n1', 1, run);
    leads(30, 'n2', 2, run);
    leads(40, 'n2', 2, run);
    leads(50, 'n3', 7, run);
    expect(seenCounts(run.build()).get('elections')).toBe(1);
  });

  test('is undecided, and says what is lacking, until everything was seen', () => {
    const run = new RunBuilder(needs('operations-ok', 'fault:kill', 'fault:unheard-of')).write('a', {
      process: 0,
      from: 1,
      to: 2,
    });
    expect(coverageCounts(run.build())).toEqual([
      { name: 'operations-ok', needed: 1, seen: 1 },
      { name: 'fault:kill', needed: 1, seen: 0 },
      { name: 'fault:unheard-of', needed: 1, seen: 0 },
    ]);
    expect(coverage(run.build())).toMatchObject({ verdict: 'undecided', evidence: [{}, {}] });
    expect(coverage(new RunBuilder(needs('operations-ok')).build())).toMatchObject({ verdict: 'undecided' });
    const enough = new RunBuilder(needs('operations-ok')).write('a', { process: 0, from: 1, to: 2 });
    expect(coverage(enough.build())).toMatchObject({ verdict: 'pass' });
    expect(coverage(new RunBuilder().build())).toHaveProperty('notJudged');
  });

  describe('of changes', () => {
    const five = ['n1', 'n2', 'n3', 'n4', 'n5'];
    const kindsOf = (run: RunBuilder) =>
      [...seenCounts(run.build())].filter(([name]) => name.startsWith('change:')).map(([name]) => name);
    const open = () =>
      new RunBuilder({ nodes: [...five, 'n6'], voters: five }).write('a', { process: 0, from: 5, to: 500 });
    const rest = five.slice(1);

    test.each<[string, Parameters<RunBuilder['change']>[2], string[]]>([
      ['a voter less', { from: five, to: rest, at: 'n3' }, ['change:remove']],
      ['the leader less', { from: five, to: rest, at: 'n1' }, ['change:remove', 'change:remove-leader']],
      ['a voter more', { from: rest, to: five }, ['change:add']],
      ['a voter that learns', { from: five, to: rest, learners: ['n1'] }, ['change:demote']],
      ['a learner that votes', { from: rest, learnersBefore: ['n1'], to: five }, ['change:promote']],
      ['two at once', { from: five, to: [...rest, 'n6'] }, ['change:joint']],
      ['nothing changed', { from: five, to: five }, []],
      ['a refusal', { from: five, to: rest, outcome: 'fail' }, []],
      ['nobody knows', { from: five, to: rest, outcome: 'info' }, []],
    ])('%s', (_name, change, kinds) => {
      expect(kindsOf(open().change(100, 200, change))).toEqual(kinds);
    });

    test('counts one only where an operation was open across it', () => {
      expect(kindsOf(open().change(510, 520, { from: five, to: rest }))).toEqual([]);
    });

    test('compares what was granted with what the first try found', () => {
      const twice = open()
        .change(100, 200, { from: five, to: rest, outcome: 'info', at: 'n3', goal: 1 })
        .change(210, 220, { from: rest, to: rest, at: 'n3', goal: 1 });
      expect(kindsOf(twice)).toEqual(['change:remove']);
    });
  });

  test('counts the snapshots that brought nodes up to date, life by life, and newcomers apart', () => {
    const run = new RunBuilder({ nodes: ['n1', 'n2'], voters: ['n1'] })
      .status(10, 'n1', { snapshotsInstalled: 1 })
      .status(20, 'n1', { snapshotsInstalled: 2 })
      .status(30, 'n1', { snapshotsInstalled: 1 }, { life: 2 })
      .status(40, 'n2', { snapshotsInstalled: 1 });
    const seen = seenCounts(run.build());
    expect(seen.get('snapshot-installs')).toBe(4);
    expect(seen.get('snapshot-installs:joiner')).toBe(1);
  });

  test('does not judge what takes a feature that no node lists', () => {
    const needed = ['change:joint', 'fault:membership', 'snapshot-installs', 'fault:transfer', 'fault:kill'];
    const lacking = (features: string[], more = {}) =>
      coverageCounts(new RunBuilder(needs(...needed)).status(5, 'n1', { features, ...more }).build())
        .filter(({ notJudged }) => notJudged === undefined)
        .map(({ name }) => name);
    expect(lacking([])).toEqual(['fault:kill']);
    expect(lacking(['membership', 'transfer'])).toEqual(['fault:membership', 'fault:transfer', 'fault:kill']);
    expect(lacking(['membership', 'joint', 'snapshot', 'transfer'], { snapshotsInstalled: 0 })).toEqual(
      needed,
    );
    // A node that does not count its installs loses a diagnosis, not a verdict.
    expect(lacking(['snapshot'])).toEqual(['fault:kill']);
    const without = new RunBuilder(needs('fault:membership')).status(5, 'n1', {}).build();
    expect(coverage(without)).toMatchObject({ verdict: 'pass' });
    // Where no node was heard, nobody knows what it would have listed.
    expect(coverage(new RunBuilder(needs('fault:membership')).build())).toMatchObject({
      verdict: 'undecided',
    });
  });
});
