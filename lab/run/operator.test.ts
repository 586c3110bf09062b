import { describe, expect, test } from '@jest/globals';
import { DoorError, type Door, type DoorAnswer, type DoorRequest } from '../cluster/door.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { OperatorEvent } from '../history/history.ts';
import { editOf } from '../nemesis/edit.ts';
import { drawPlan } from '../plan/draw-plan.ts';
import type { Observer } from './observer.ts';
import { Operator } from './operator.ts';
import { Recorder } from './recorder.ts';

const voters = ['n1', 'n2', 'n3'];
const plan = drawPlan({ seed: 1, nodes: 3, durationMs: 1_000, kinds: [], rate: 1 });

const json = (status: number, body: object): DoorAnswer => ({
  status,
  headers: {},
  body: JSON.stringify(body),
});
const refusal = (status: number, type: string) => json(status, { type });

/** A cluster of one door, which answers changes with what it is given, in turn, and then grants them. Its clock runs as fast as it is slept on. */
function operating(answers: readonly (DoorAnswer | DoorError)[], leader: string | null = 'n1') {
  const left = [...answers];
  const seen: DoorRequest[] = [];
  let membership = { index: 3, voters, learners: [] as string[], joint: null };
  let nowMs = 0;
  const door: Door = {
    send(request) {
      if (request.method === 'GET')
        return Promise.resolve({ ...json(200, membership), headers: { etag: `"${membership.index}"` } });
      seen.push(request);
      const next = left.shift();
      if (next instanceof DoorError) return Promise.reject(next);
      if (next !== undefined) return Promise.resolve(next);
      if (request.path !== '/membership') return Promise.resolve(json(200, {}));
      const wanted = JSON.parse(request.body ?? '') as { voters: string[]; learners: string[] };
      membership = { ...wanted, index: membership.index + 2, joint: null };
      return Promise.resolve(json(200, membership));
    },
  };
  const cluster = {
    token: 'secret',
    nodes: [...voters, 'n4'],
    door: () => door,
    clock: {
      nowNs: () => nowMs * 1e6,
      sleep: (ms: number) => {
        nowMs += ms;
        return Promise.resolve();
      },
    },
  };
  const recorder = new Recorder(() => nowMs * 1e6, {
    append: () => undefined,
    close: () => Promise.resolve(),
  });
  const operator = new Operator(
    plan,
    cluster as unknown as Cluster,
    { leader } as unknown as Observer,
    recorder,
    new AbortController().signal,
  );
  const events = () =>
    recorder.events
      .filter((event): event is OperatorEvent => event.process === 'operator')
      .map(({ type }) => type);
  const possible = () => operator.configurations.possible.map((one) => one.voters.join('+'));
  return { operator, events, possible, seen };
}

const withoutLast = () => editOf(['n3'], 'outside');

describe('a change', () => {
  test('carries the token and the configuration that it is on top of', async () => {
    const { operator, seen, possible } = operating([]);
    expect(await operator.change('s', withoutLast)).toEqual({ kind: 'done' });
    expect(seen).toMatchObject([
      {
        method: 'PUT',
        path: '/membership',
        headers: { authorization: 'Bearer secret', 'if-match': '"3"' },
        body: JSON.stringify({ voters: ['n1', 'n2'], learners: [] }),
      },
    ]);
    expect(possible()).toEqual(['n1+n2']);
  });

  test('is tried again after a refusal, and everything is on record', async () => {
    const { operator, events } = operating([
      refusal(409, 'change-in-progress'),
      refusal(412, 'stale-configuration'),
      refusal(503, 'not-leader'),
      refusal(504, 'maybe'),
    ]);
    expect(await operator.change('s', withoutLast)).toEqual({ kind: 'done' });
    expect(events().filter((type) => type !== 'invoke')).toEqual(['fail', 'fail', 'fail', 'info', 'ok']);
  });

  test('may be chosen anew only as long as all before was refused', async () => {
    const free: boolean[] = [];
    const { operator } = operating([
      refusal(409, 'change-in-progress'),
      new DoorError('closed', 'closed'),
      refusal(409, 'change-in-progress'),
    ]);
    await operator.change('s', (_leader, isFree) => {
      free.push(isFree);
      return withoutLast();
    });
    expect(free).toEqual([true, true, false, false]);
  });

  test('is given up after a while, with the last reason, and then both may be in force', async () => {
    const { operator, possible } = operating(Array<DoorAnswer>(1_000).fill(refusal(504, 'maybe')));
    expect(await operator.change('s', withoutLast)).toEqual({
      kind: 'given-up',
      reason: 'it was given up after 12 s; at last: 504 maybe',
    });
    expect(possible()).toEqual(['n1+n2+n3', 'n1+n2']);
  });

  test('waits in vain where nobody leads', async () => {
    const { operator, seen } = operating([], null);
    expect(await operator.change('s', withoutLast)).toMatchObject({ kind: 'given-up' });
    expect(seen).toEqual([]);
  });

  test('waits for the one before', async () => {
    const { operator, possible } = operating([refusal(409, 'change-in-progress')]);
    await Promise.all([
      operator.change('a', withoutLast),
      operator.change('b', () => editOf(['n4'], 'voter')),
    ]);
    expect(possible()).toEqual(['n1+n2+n4']);
  });
});

describe('a transfer', () => {
  test('is asked for until the leader has tried, whatever came of it', async () => {
    const { operator, events } = operating([refusal(503, 'not-leader'), refusal(504, 'maybe')]);
    expect(await operator.transferLeadership('s', 'n2')).toEqual({ kind: 'done' });
    expect(events().filter((type) => type !== 'invoke')).toEqual(['fail', 'info']);
  });

  test('is given up where nobody tries', async () => {
    const { operator } = operating(Array<DoorAnswer>(1_000).fill(refusal(503, 'not-leader')));
    expect(await operator.transferLeadership('s', 'n2')).toMatchObject({ kind: 'given-up' });
  });
});

describe('at the end', () => {
  test('what was given up is asked for once more', async () => {
    const { operator, possible } = operating(Array<DoorAnswer>(120).fill(refusal(504, 'maybe')));
    await operator.change('s', withoutLast);
    expect(possible()).toHaveLength(2);
    await operator.settle();
    expect(possible()).toEqual(['n1+n2']);
  });

  test('nothing is asked for where all was granted', async () => {
    const { operator, seen } = operating([]);
    await operator.settle();
    await operator.change('s', withoutLast);
    await operator.settle();
    expect(seen).toHaveLength(1);
  });
});
