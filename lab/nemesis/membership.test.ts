import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@raft-lab/workloads';
import type { Membership, Status } from '../history/history.ts';
import type { Fault } from '../plan/plan.ts';
import { edited } from './edit.ts';
import { membership } from './membership.ts';
import type { Context, Resolved, View } from './nemesis.ts';

type Change = Extract<Fault, { kind: 'membership' }>;

const five = ['n1', 'n2', 'n3', 'n4', 'n5'];
const whole: Membership = { voters: five, learners: [] };
const everything = ['membership', 'joint', 'snapshot'];

function view(features: readonly string[], more: Partial<View> = {}): View {
  const status: Status = {
    id: 'n1',
    role: 'leader',
    term: 1,
    leader: 'n1',
    features: [...features],
    snapshotIndex: 500,
  };
  return {
    nodes: five,
    running: five,
    leader: 'n1',
    voters: five,
    spares: ['n6'],
    guests: [],
    status: () => status,
    ...more,
  };
}

const change = (kind: Change['change'], target: string, stays?: true): Change => ({
  kind: 'membership',
  change: kind,
  target,
  ...(stays === undefined ? {} : { stays }),
});

const resolve = (fault: Change, of: View) => membership.resolve(fault, of, seededRandom(3));

describe('whom a change concerns', () => {
  test('those who leave, then the spare that comes', () => {
    const replaced = resolve(change('replace', 'n2'), view(everything));
    expect(replaced).toMatchObject({ kind: 'resolved', nodes: ['n2', 'n6'] });
    expect(resolve(change('add', 'spare'), view(everything))).toMatchObject({ nodes: ['n6'] });
    expect(resolve(change('remove', 'n4+n5'), view(everything))).toMatchObject({ nodes: ['n4', 'n5'] });
  });

  test.each<[string, Change, View, string]>([
    ['without the feature', change('remove', 'n2'), view([]), 'n1 does not list the feature "membership"'],
    [
      'several voters without joint',
      change('remove', 'n2+n3'),
      view(['membership']),
      'n1 does not list the feature "joint"',
    ],
    [
      'a swap without joint',
      change('replace', 'n2'),
      view(['membership']),
      'n1 does not list the feature "joint"',
    ],
    [
      'without a spare',
      change('add', 'spare'),
      view(everything, { spares: [] }),
      'every node is in the configuration',
    ],
    ['without a leader', change('add', 'spare'), view(everything, { leader: null }), 'nobody leads'],
    [
      'that leaves no voter',
      change('remove', 'n1'),
      view(everything, { voters: ['n1'] }),
      'no voter would be left',
    ],
  ])('a change %s is skipped', (_name, fault, of, reason) => {
    expect(resolve(fault, of)).toMatchObject({ kind: 'skipped', reason });
  });

  test('whom another step has added is not drawn', () => {
    const of = view(everything, {
      nodes: [...five, 'n6'],
      running: ['n6'],
      voters: [...five, 'n6'],
      guests: ['n6'],
    });
    expect(resolve(change('demote', 'voters:1'), of)).toMatchObject({ kind: 'skipped' });
    expect(resolve(change('demote', 'voters:1'), { ...of, guests: [] })).toMatchObject({ nodes: ['n6'] });
  });

  test('one voter more or less needs no joint configuration', () => {
    expect(resolve(change('remove', 'n2'), view(['membership']))).toMatchObject({ kind: 'resolved' });
    expect(resolve(change('add', 'spare'), view(['membership']))).toMatchObject({ kind: 'resolved' });
  });

  test.each([
    [change('add', 'n2'), 5, 'add takes the target spare'],
    [change('remove', 'spare'), 5, 'remove needs a voter as its target'],
    [change('demote', 'n2', true), 5, 'a demoted node is promoted again; leave stays out'],
    [change('remove', 'n1'), 1, 'a lone voter cannot be part of a remove'],
  ])('%j is refused', (fault, size, reason) => {
    expect(membership.refuse(fault, size)).toBe(reason);
  });
});

/** A cluster that grants everything, and what was asked of it. */
function granting(leaders: readonly string[] = ['n1'], refusals = 0) {
  const asked: Membership[] = [];
  const started: string[] = [];
  let now = whole;
  const unused = () => Promise.reject(new Error('not part of a change'));
  const context: Context = {
    links: { impose: unused, lift: unused, reset: unused },
    control: {
      kill: unused,
      pause: unused,
      resume: unused,
      start: (node) => Promise.resolve(void started.push(node)),
    },
    operator: {
      change(_step, choose) {
        for (let attempt = 0; attempt <= refusals; attempt += 1) {
          const wanted = edited(now, choose(leaders[attempt] ?? 'n1', true));
          asked.push(wanted);
          if (attempt === refusals) now = wanted;
        }
        return Promise.resolve({ kind: 'done' });
      },
      takeSnapshot: unused,
      transferLeadership: unused,
    },
    view: () => view(everything),
    snapshotEntries: 100,
    random: seededRandom(1),
    sleep: () => Promise.resolve(),
  };
  return { asked, started, context, now: () => now };
}

const resolved = (fault: Change, nodes: readonly string[]): Resolved<Change> => ({
  step: 's',
  fault,
  nodes,
  rules: [],
});

describe('a step', () => {
  test.each<[Change, string[], Membership]>([
    [change('remove', 'n2'), ['n2'], { voters: ['n1', 'n3', 'n4', 'n5'], learners: [] }],
    [change('demote', 'n2'), ['n2'], { voters: ['n1', 'n3', 'n4', 'n5'], learners: ['n2'] }],
    [change('add', 'spare'), ['n6'], { voters: [...five, 'n6'], learners: [] }],
    [change('replace', 'n2'), ['n2', 'n6'], { voters: ['n1', 'n3', 'n4', 'n5', 'n6'], learners: [] }],
  ])('%j asks for it, and for the way back', async (fault, nodes, expected) => {
    const { asked, context, now } = granting();
    await membership.begin(resolved(fault, nodes), context);
    expect(asked).toEqual([expected]);
    await membership.end(resolved(fault, nodes), context);
    expect(now()).toEqual(whole);
  });

  test('that stays asks for no way back', async () => {
    const { asked, context } = granting();
    await membership.end(resolved(change('replace', 'n2', true), ['n2', 'n6']), context);
    expect(asked).toEqual([]);
  });

  test('starts a spare that never ran, and none that does', async () => {
    const fresh = granting();
    await membership.begin(resolved(change('add', 'spare'), ['n6']), fresh.context);
    expect(fresh.started).toEqual(['n6']);
    const known = granting();
    const context = { ...known.context, view: () => view(everything, { nodes: [...five, 'n6'] }) };
    await membership.begin(resolved(change('add', 'spare'), ['n6']), context);
    expect(known.started).toEqual([]);
  });

  test('against the leader means whoever leads when it is asked', async () => {
    const { context, now } = granting(['n1', 'n3'], 1);
    const begun = await membership.begin(resolved(change('remove', 'leader'), ['n1']), context);
    expect(begun).toEqual({ nodes: ['n3'] });
    expect(now().voters).toEqual(['n1', 'n2', 'n4', 'n5']);
  });

  test('does not bring a spare back that was asked to leave because it led', async () => {
    const { context, now } = granting(['n6']);
    await membership.begin(resolved(change('remove', 'leader'), ['n6']), context);
    await membership.end(resolved(change('remove', 'leader'), ['n6']), context);
    expect(now()).toEqual(whole);
  });
});
