import { describe, expect, test } from '@jest/globals';
import type { RegisterRequest } from '@raft-lab/workloads';
import { DoorError, type Door, type DoorAnswer, type DoorRequest } from '../cluster/door.ts';
import { registerClient, type Approach } from './register-client.ts';

type Scripted = DoorAnswer | DoorError;
const ok: DoorAnswer = { status: 200, headers: {}, body: '{}' };
const refused: DoorAnswer = { status: 503, headers: {}, body: '{"type":"not-leader","leader":"n2"}' };
const lost = new DoorError('timeout', 'no answer');

/** A client whose doors answer, in turn, as the script says; and what was asked of whom. */
function scripted(...script: Scripted[]) {
  const asked: { node: string; request: DoorRequest }[] = [];
  const door = (node: string): Door => ({
    send(request) {
      asked.push({ node, request });
      const next = script.shift() ?? lost;
      return next instanceof DoorError ? Promise.reject(next) : Promise.resolve(next);
    },
  });
  return { asked, client: registerClient({ door, timeoutMs: 100, timeNs: () => asked.length }) };
}

const write: RegisterRequest = { f: 'write', key: 'a b', value: 'v' };
const keyed: Approach = { first: 'n1', idempotencyKey: 'p1/7', next: (_previous, leader) => leader ?? 'n3' };

describe('an operation', () => {
  test('without a key has one attempt, whatever becomes of it', async () => {
    const { asked, client } = scripted(lost, ok);
    const performed = await client.perform(write, { ...keyed, idempotencyKey: undefined });
    expect(performed.outcome).toEqual({ type: 'info', error: 'timeout' });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.request.headers).not.toHaveProperty('idempotency-key');
  });

  test('with a key is tried again where its leader is said to be, under the same key, and is one operation', async () => {
    const { asked, client } = scripted(lost, refused, ok);
    const performed = await client.perform(write, keyed);
    expect(performed.outcome.type).toBe('ok');
    expect(asked.map(({ node }) => node)).toEqual(['n1', 'n3', 'n2']);
    expect(new Set(asked.map(({ request }) => request.headers?.['idempotency-key']))).toEqual(
      new Set(['p1/7']),
    );
    expect(performed.attempts.map(({ node, result }) => `${node} ${result}`)).toEqual([
      'n1 timeout',
      'n3 503 not-leader',
      'n2 ok',
    ]);
  });

  test('that was lost once stays unknown although its last attempt was refused', async () => {
    const { client } = scripted(lost, refused, refused);
    expect((await client.perform(write, keyed)).outcome).toEqual({ type: 'info', error: 'timeout' });
  });

  test('failed where every attempt was refused', async () => {
    const { asked, client } = scripted(refused, refused, refused, ok);
    expect((await client.perform(write, keyed)).outcome).toMatchObject({
      type: 'fail',
      error: '503 not-leader',
    });
    expect(asked).toHaveLength(3);
  });

  test('that reads carries no key', async () => {
    const { asked, client } = scripted({ status: 200, headers: {}, body: '{"value":null}' });
    await client.perform({ f: 'read', key: 'x' }, keyed);
    expect(asked[0]?.request).toEqual({ method: 'GET', path: '/registers/x', timeoutMs: 100 });
  });

  test('has its key escaped in the path', async () => {
    const { asked, client } = scripted(ok);
    await client.perform(write, keyed);
    expect(asked[0]?.request.path).toBe('/registers/a%20b');
  });
});
