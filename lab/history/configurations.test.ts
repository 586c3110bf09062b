import { describe, expect, test } from '@jest/globals';
import { RunBuilder } from '../verdict/testdata/run-builder.ts';
import { certainVoters, Configurations, isQuorum, possibleVoters } from './configurations.ts';

const five = ['n1', 'n2', 'n3', 'n4', 'n5'];
const four = ['n1', 'n2', 'n3', 'n4'];
const nodes = [...five, 'n6'];

/** The voters of every configuration that may be in force when the run is over. */
function possible(run: RunBuilder): string[] {
  const { plan, history } = run.build();
  const configurations = new Configurations(plan.voters);
  for (const event of history) configurations.take(event);
  return configurations.possible.map(({ voters }) => voters.join('+'));
}

const run = () => new RunBuilder({ nodes, voters: five });
const [old, smaller] = [five.join('+'), four.join('+')];

describe('configurations that may be in force', () => {
  test('is the first one until something is asked for', () => {
    expect(possible(run().allUp(1))).toEqual([old]);
  });

  test('a change that is open, or of unknown outcome, counts as both', () => {
    expect(possible(run().change(10, 20, { from: five, to: four, outcome: 'open' }))).toEqual([old, smaller]);
    expect(possible(run().change(10, 20, { from: five, to: four, outcome: 'info' }))).toEqual([old, smaller]);
  });

  test('a refused one never was, a granted one is', () => {
    expect(possible(run().change(10, 20, { from: five, to: four, outcome: 'fail' }))).toEqual([old]);
    expect(possible(run().change(10, 20, { from: five, to: four }))).toEqual([smaller]);
  });

  test('a refusal says nothing of an earlier request for the same', () => {
    const twice = run()
      .change(10, 20, { from: five, to: four, outcome: 'info' })
      .change(30, 40, { from: five, to: four, outcome: 'fail' });
    expect(possible(twice)).toEqual([old, smaller]);
  });

  test('a grant settles what was unknown before it', () => {
    const settled = run()
      .change(10, 20, { from: five, to: four, outcome: 'info' })
      .change(30, 40, { from: four, to: five, onTopOf: 9 });
    expect(possible(settled)).toEqual([old]);
  });

  test('a node that calls it committed settles an unknown change of one voter', () => {
    const asked = () => run().change(10, 20, { from: five, to: four, outcome: 'info', onTopOf: 3 });
    const said = (configIndex: number, commitIndex: number, voters = four) =>
      possible(asked().status(30, 'n2', { voters, learners: [], configIndex, commitIndex }));
    expect(said(9, 12)).toEqual([smaller]);
    // Not committed, older than what was to be changed, or another one.
    expect(said(9, 8)).toEqual([old, smaller]);
    expect(said(3, 12)).toEqual([old, smaller]);
    expect(said(9, 12, five)).toEqual([old, smaller]);
  });

  test('of several voters at once it cannot be told whether the joint configuration was left', () => {
    const three = ['n1', 'n2', 'n3'];
    const asked = run()
      .change(10, 20, { from: five, to: three, outcome: 'info' })
      .status(30, 'n2', { voters: three, learners: [], configIndex: 9, commitIndex: 12 });
    expect(possible(asked)).toEqual([old, three.join('+')]);
  });
});

test('a quorum has a majority everywhere; certain voters are in each, possible ones in any', () => {
  const both = [
    { voters: ['n1', 'n2', 'n3'], learners: [] },
    { voters: ['n3', 'n4', 'n5'], learners: [] },
  ];
  const has = (...some: string[]) => isQuorum(both, (node) => some.includes(node));
  expect(has('n1', 'n3', 'n4')).toBe(true);
  expect(has('n1', 'n2', 'n3')).toBe(false);
  expect(certainVoters(both)).toEqual(['n3']);
  expect(possibleVoters(both)).toEqual(five);
});
