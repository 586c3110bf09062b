import { describe, expect, test } from '@jest/globals';
import { RunBuilder } from '../testdata/run-builder.ts';
import { membership } from './membership.ts';

const five = ['n1', 'n2', 'n3', 'n4', 'n5'];
const four = ['n1', 'n2', 'n3', 'n4'];
const nodes = [...five, 'n6'];
const able = { features: ['membership'] };
const isolated = { kind: 'partition', shape: 'isolate', target: 'n1', cut: 'hold' } as const;

/** Five voters that run from the first second on, and a spare that does not. */
function run(): RunBuilder {
  const built = new RunBuilder({ nodes, voters: five }).phase(0, 'start').phase(100, 'faults');
  for (const node of five) built.life(1, node, 'up', 1);
  return built.status(2, 'n1', able);
}

/** What every voter says, every 100 ms. */
function saying(
  built: RunBuilder,
  voters: readonly string[],
  from: number,
  to: number,
  status: (ms: number) => Parameters<RunBuilder['status']>[2],
): RunBuilder {
  for (let ms = from; ms < to; ms += 100) for (const node of voters) built.status(ms, node, status(ms));
  return built;
}

test('is not judged where nobody asked, and says why', () => {
  expect(membership(run().build())).toEqual({
    name: 'membership',
    notJudged: 'nobody asked for another configuration in this run',
  });
  expect(membership(new RunBuilder().status(2, 'n1', {}).build())).toEqual({
    name: 'membership',
    notJudged: 'no node lists the feature "membership"',
  });
});

test('passes where a change is granted, and counts what there was', () => {
  expect(membership(run().change(200, 300, { from: five, to: four }).build())).toMatchObject({
    verdict: 'pass',
    evidence: [{ summary: expect.stringContaining('1 changes were committed (1 × remove)') }],
  });
});

describe('granted', () => {
  test.each([
    ['another configuration', { index: 9, voters: five, learners: [], joint: null }],
    ['one that is still joint', { index: 9, voters: four, learners: [], joint: { outgoing: five } }],
    ['nothing that can be read', null],
  ])('with %s, it fails', (_name, answer) => {
    expect(membership(run().change(200, 300, { from: five, to: four, answer }).build())).toMatchObject({
      verdict: 'fail',
      concern: 'safety',
      evidence: [{ summary: expect.stringMatching(/^Expected n1 to answer 200 to a change once voters/) }],
    });
  });
});

describe('refused', () => {
  const committed = { voters: four, learners: [], configIndex: 8, commitIndex: 9 };
  const refused = (built: RunBuilder) => built.change(200, 300, { from: five, to: four, outcome: 'fail' });

  test('and committed all the same, it fails', () => {
    const result = membership(refused(run()).status(400, 'n3', committed).build());
    expect(result).toMatchObject({ verdict: 'fail', concern: 'safety' });
    expect(JSON.stringify(result)).toContain(
      'n3 said that voters n1, n2, n3 and n4 are committed at index 8',
    );
  });

  test('it may be appended for a while where that is how the node does it', () => {
    expect(
      membership(
        refused(run())
          .status(400, 'n3', { ...committed, commitIndex: 7 })
          .build(),
      ),
    ).toMatchObject({
      verdict: 'pass',
    });
  });

  test('it may come of another request for the same, of unknown outcome', () => {
    const built = refused(run().change(150, 190, { from: five, to: four, outcome: 'info' }));
    expect(membership(built.status(400, 'n3', committed).build())).toMatchObject({ verdict: 'pass' });
  });
});

describe('never granted', () => {
  const tries = (built: RunBuilder, to: number, wanted = four) => {
    for (let ms = 200; ms < to; ms += 500)
      built.change(ms, ms + 100, {
        from: five,
        to: wanted,
        outcome: 'fail',
        error: '409 change-in-progress',
        goal: 1,
      });
    return built;
  };

  test('although nothing stood in its way, it fails', () => {
    const result = membership(tries(run(), 7_000).build());
    expect(result).toMatchObject({ verdict: 'fail', concern: 'liveness' });
    expect(JSON.stringify(result)).toContain('14 × n1: 409 change-in-progress');
  });

  test('before that could be expected, or while something did, it proves nothing', () => {
    expect(membership(tries(run(), 4_000).build())).toMatchObject({ verdict: 'pass' });
    const faulty = run().step(3_000, 4_000, 's', isolated);
    expect(membership(tries(faulty, 7_000).build())).toMatchObject({ verdict: 'pass' });
    const down = run().life(3_000, 'n5', 'down', 1);
    expect(membership(tries(down, 7_000).build())).toMatchObject({ verdict: 'pass' });
  });

  test('a new voter has half a minute to catch up', () => {
    expect(membership(tries(run(), 29_000, nodes).build())).toMatchObject({ verdict: 'pass' });
    expect(membership(tries(run(), 31_000, nodes).build())).toMatchObject({ verdict: 'fail' });
  });

  test('while the lab stood still, it is undecided', () => {
    expect(membership(tries(run(), 7_000).lag(3_000, 300).build())).toMatchObject({ verdict: 'undecided' });
  });
});

describe('a newcomer', () => {
  const joined = (applied: (ms: number) => number) => {
    const built = run()
      .life(150, 'n6', 'up', 1)
      .status(180, 'n1', { ...able, commitIndex: 50 })
      .change(200, 300, { from: five, to: nodes });
    return saying(built, ['n6'], 400, 6_000, (ms) => ({ appliedIndex: applied(ms) })).phase(6_000, 'heal');
  };

  test('that never applies what was committed when it joined fails', () => {
    const result = membership(joined(() => 49).build());
    expect(result).toMatchObject({ verdict: 'fail', concern: 'liveness' });
    expect(JSON.stringify(result)).toContain('Expected n6, a voter since 0.300 s, to apply');
  });

  test('that does passes, and so does one that had no time', () => {
    expect(membership(joined((ms) => (ms > 3_000 ? 50 : 0)).build())).toMatchObject({ verdict: 'pass' });
    expect(
      membership(
        joined(() => 49)
          .step(2_000, 3_000, 's', isolated)
          .build(),
      ),
    ).toMatchObject({
      verdict: 'pass',
    });
  });
});

describe('whoever was removed', () => {
  const removed = () => run().change(200, 300, { from: five, to: four });
  const climbing = (ms: number) => 1 + Math.floor(ms / 300);

  /** Terms climb among the voters, and n5, who left, campaigns. */
  function disturbed(built: RunBuilder, campaigns: (ms: number) => number): RunBuilder {
    saying(built, four, 400, 3_500, (ms) => ({ ...able, term: climbing(ms) }));
    return saying(built, ['n5'], 400, 3_500, (ms) => ({ ...able, electionsStarted: campaigns(ms) })).phase(
      3_500,
      'stop',
    );
  }

  test('and makes one election after another fails', () => {
    const result = membership(disturbed(removed(), climbing).build());
    expect(result).toMatchObject({ verdict: 'fail', concern: 'liveness' });
    expect(JSON.stringify(result)).toContain(
      'Expected n5, which is outside the configuration, to disturb nobody',
    );
  });

  test('is not to blame for elections that are not its own', () => {
    expect(membership(disturbed(removed(), () => 1).build())).toMatchObject({ verdict: 'pass' });
  });

  test('is not blamed while a fault is in force, leadership is handed over, or it may still belong', () => {
    const faulty = removed().step(400, 3_400, 's', isolated);
    expect(membership(disturbed(faulty, climbing).build())).toMatchObject({ verdict: 'pass' });
    const handedOver = [500, 1_000, 1_500, 2_000, 2_500, 3_000].reduce(
      (built, ms) => built.transfer(ms, 'n2'),
      removed(),
    );
    expect(membership(disturbed(handedOver, climbing).build())).toMatchObject({ verdict: 'pass' });
    const unknown = run().change(200, 300, { from: five, to: four, outcome: 'info' });
    expect(membership(disturbed(unknown, climbing).build())).toMatchObject({ verdict: 'pass' });
  });

  test('and still leads fails; for a moment it may', () => {
    const leading = (until: number) =>
      membership(
        saying(removed(), ['n5'], 300, 3_500, (ms) => ({ ...able, role: ms < until ? 'leader' : 'follower' }))
          .phase(3_500, 'stop')
          .build(),
      );
    expect(leading(4_000)).toMatchObject({ verdict: 'fail', concern: 'liveness' });
    expect(leading(2_000)).toMatchObject({ verdict: 'pass' });
  });
});
