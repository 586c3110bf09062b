/** What every server with Toxiproxy's API answers, call by call. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Api, ProxyBody } from './testdata/api.ts';

const upstream = '127.0.0.1:9';
const listen = '127.0.0.1:0';

export function describeApi(api: () => Api): void {
  const call: Api['call'] = (...request) => api().call(...request);
  const create = (name: string) => api().proxyTo(upstream, name);

  afterEach(async () => {
    const { body } = await call('GET', '/proxies');
    for (const name of Object.keys(body as object)) await call('DELETE', `/proxies/${name}`);
  });

  describe('proxies', () => {
    test('are created, listed, shown and deleted', async () => {
      const created = await call('POST', '/proxies', { name: 'a~b', listen, upstream });
      // Toxiproxy lets a field of its own insides through beside these.
      expect(created).toMatchObject({
        status: 201,
        body: {
          name: 'a~b',
          listen: expect.stringMatching(/^127\.0\.0\.1:[1-9]\d*$/) as unknown,
          upstream,
          enabled: true,
          toxics: [],
        },
      });
      expect(await call('GET', '/proxies/a~b')).toEqual({ status: 200, body: created.body });
      expect(await call('GET', '/proxies')).toEqual({ status: 200, body: { 'a~b': created.body } });
      expect(await call('DELETE', '/proxies/a~b')).toEqual({ status: 204, body: '' });
      expect(await call('GET', '/proxies')).toEqual({ status: 200, body: {} });
    });

    test('may be created disabled, and then do not listen yet', async () => {
      const { body } = await call('POST', '/proxies', { name: 'a', listen, upstream, enabled: false });
      expect(body).toMatchObject({ enabled: false, listen });
    });

    test.each(['POST', 'PATCH'])('change with %s, field by field', async (method) => {
      const { listen: bound } = await create('a');
      const off = await call(method, '/proxies/a', { enabled: false });
      expect(off).toMatchObject({ status: 200, body: { enabled: false, listen: bound, upstream } });
      const on = await call(method, '/proxies/a', { enabled: true });
      expect(on).toMatchObject({ status: 200, body: { enabled: true, listen: bound } });
      const moved = await call(method, '/proxies/a', { upstream: '127.0.0.1:10' });
      expect(moved).toMatchObject({ status: 200, body: { enabled: true, upstream: '127.0.0.1:10' } });
      expect((await call('GET', '/proxies/a')).body).toEqual(moved.body);
    });

    test('are refused without a name or an upstream, twice, or where the port is taken', async () => {
      expect(await call('POST', '/proxies', { upstream })).toEqual(
        refusal(400, 'missing required field: name'),
      );
      expect(await call('POST', '/proxies', { name: 'a' })).toEqual(
        refusal(400, 'missing required field: upstream'),
      );
      await create('a');
      expect(await call('POST', '/proxies', { name: 'a', upstream })).toEqual(
        refusal(409, 'proxy already exists'),
      );
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const taken = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      expect(await call('POST', '/proxies', { name: 'b', upstream, listen: taken })).toEqual(
        refusal(500, `listen tcp ${taken}: bind: address already in use`),
      );
      server.close();
      expect((await call('GET', '/proxies/b')).status).toBe(404);
    });

    test('that do not exist are not found', async () => {
      for (const [method, path] of [
        ['GET', '/proxies/none'],
        ['POST', '/proxies/none'],
        ['PATCH', '/proxies/none'],
        ['DELETE', '/proxies/none'],
        ['GET', '/proxies/none/toxics'],
        ['POST', '/proxies/none/toxics'],
        ['DELETE', '/proxies/none/toxics/t'],
      ] as const) {
        const body = method === 'GET' || method === 'DELETE' ? undefined : {};
        expect(await call(method, path, body)).toEqual(refusal(404, 'proxy not found'));
      }
    });

    test.each(['{', '[]', '{"name": 7}', '{"name":"a","upstream":"b:1","enabled":"yes"}'])(
      'are not made from %s',
      async (body) => {
        expect(await call('POST', '/proxies', body)).toMatchObject({
          status: 400,
          body: { status: 400, error: expect.stringMatching(/^bad request body: /) as unknown },
        });
      },
    );
  });

  describe('toxics', () => {
    test('have defaults for everything but the type', async () => {
      await create('a');
      const latency = {
        attributes: { latency: 0, jitter: 0 },
        name: 'latency_downstream',
        type: 'latency',
        stream: 'downstream',
        toxicity: 1,
      };
      expect(await call('POST', '/proxies/a/toxics', { type: 'latency' })).toEqual({
        status: 200,
        body: latency,
      });
      expect(await call('GET', '/proxies/a/toxics/latency_downstream')).toEqual({
        status: 200,
        body: latency,
      });
      expect(await call('GET', '/proxies/a/toxics')).toEqual({ status: 200, body: [latency] });
      expect(((await call('GET', '/proxies/a')).body as ProxyBody).toxics).toEqual([latency]);
    });

    test.each([
      ['latency', { latency: 1, jitter: 2 }],
      ['bandwidth', { rate: 3 }],
      ['slow_close', { delay: 4 }],
      ['timeout', { timeout: 5 }],
      ['reset_peer', { timeout: 6 }],
      ['slicer', { average_size: 7, size_variation: 3, delay: 8 }],
      ['limit_data', { bytes: 9 }],
    ])('of type %s keep their attributes', async (type, attributes) => {
      await create('a');
      const toxic = { name: 't', type, stream: 'upstream', toxicity: 0.25, attributes };
      expect(await call('POST', '/proxies/a/toxics', toxic)).toEqual({ status: 200, body: toxic });
      expect(await call('DELETE', '/proxies/a/toxics/t')).toEqual({ status: 204, body: '' });
      expect(await call('GET', '/proxies/a/toxics')).toEqual({ status: 200, body: [] });
    });

    test.each(['POST', 'PATCH'])('change with %s, attribute by attribute', async (method) => {
      await create('a');
      await call('POST', '/proxies/a/toxics', {
        name: 't',
        type: 'latency',
        attributes: { latency: 10, jitter: 3 },
      });
      expect(await call(method, '/proxies/a/toxics/t', { attributes: { latency: 20 } })).toMatchObject({
        status: 200,
        body: { toxicity: 1, attributes: { latency: 20, jitter: 3 } },
      });
      expect(await call(method, '/proxies/a/toxics/t', { toxicity: 0.5 })).toMatchObject({
        status: 200,
        body: { toxicity: 0.5, attributes: { latency: 20, jitter: 3 } },
      });
    });

    test('are listed upstream first, each stream in the order of adding', async () => {
      await create('a');
      for (const [name, stream] of [
        ['d1', 'downstream'],
        ['u1', 'upstream'],
        ['d2', 'downstream'],
        ['u2', 'upstream'],
      ]) {
        await call('POST', '/proxies/a/toxics', { name, stream, type: 'slow_close' });
      }
      const { body } = await call('GET', '/proxies/a/toxics');
      expect((body as { name: string }[]).map(({ name }) => name)).toEqual(['u1', 'u2', 'd1', 'd2']);
    });

    test('are refused when they make no sense', async () => {
      await create('a');
      const add = (toxic: object) => call('POST', '/proxies/a/toxics', toxic);
      expect(await add({ type: 'plague' })).toEqual(refusal(400, 'invalid toxic type'));
      expect(await add({})).toEqual(refusal(400, 'invalid toxic type'));
      expect(await add({ type: 'latency', stream: 'sideways' })).toEqual(
        refusal(400, 'stream was invalid, can be either upstream or downstream'),
      );
      await add({ type: 'latency' });
      expect(await add({ type: 'latency' })).toEqual(refusal(409, 'toxic already exists'));
      // A name is the proxy's, whichever the stream.
      expect(await add({ type: 'timeout', stream: 'upstream', name: 'latency_downstream' })).toEqual(
        refusal(409, 'toxic already exists'),
      );
      for (const attributes of [{ latency: 'long' }, { latency: 1.5 }, 7]) {
        expect(await add({ name: 'u', type: 'latency', attributes })).toMatchObject({
          status: 400,
          body: { error: expect.stringMatching(/^bad request body: /) as unknown },
        });
      }
      expect(await call('GET', '/proxies/a/toxics/u')).toEqual(refusal(404, 'toxic not found'));
      expect(await call('POST', '/proxies/a/toxics/u', {})).toEqual(refusal(404, 'toxic not found'));
      expect(await call('DELETE', '/proxies/a/toxics/u')).toEqual(refusal(404, 'toxic not found'));
    });
  });

  describe('populate', () => {
    test('creates what is missing, leaves what is the same, replaces what moved', async () => {
      const { listen: bound } = await create('a');
      await call('POST', '/proxies/a/toxics', { type: 'latency', name: 't' });
      const same = await call('POST', '/populate', [
        { name: 'a', listen: bound, upstream },
        { name: 'b', listen, upstream, enabled: false },
      ]);
      expect(same).toMatchObject({
        status: 201,
        body: {
          proxies: [
            { name: 'a', toxics: [{ name: 't' }] },
            { name: 'b', enabled: false, toxics: [] },
          ],
        },
      });
      const moved = await call('POST', '/populate', [{ name: 'a', listen: bound, upstream: '127.0.0.1:10' }]);
      expect(moved).toMatchObject({
        status: 201,
        body: { proxies: [{ upstream: '127.0.0.1:10', toxics: [] }] },
      });
      expect(Object.keys((await call('GET', '/proxies')).body as object)).toEqual(['a', 'b']);
    });

    test('makes nothing of a list with a gap', async () => {
      expect(await call('POST', '/populate', [{ name: 'a', upstream, listen }, { name: 'b' }])).toMatchObject(
        refusal(400, 'missing required field: upstream at proxy 2'),
      );
      expect(await call('POST', '/populate', { name: 'a' })).toMatchObject({ status: 400 });
      expect(await call('GET', '/proxies')).toEqual({ status: 200, body: {} });
    });
  });

  describe('the rest', () => {
    test('reset enables every proxy and removes every toxic', async () => {
      await create('a');
      await create('b');
      await call('POST', '/proxies/a/toxics', { type: 'latency' });
      await call('POST', '/proxies/a/toxics', { type: 'timeout', stream: 'upstream' });
      await call('POST', '/proxies/b', { enabled: false });
      expect(await call('POST', '/reset')).toEqual({ status: 204, body: '' });
      expect((await call('GET', '/proxies')).body).toMatchObject({
        a: { enabled: true, toxics: [] },
        b: { enabled: true, toxics: [] },
      });
    });

    test('version is told', async () => {
      expect(await call('GET', '/version')).toMatchObject({
        status: 200,
        body: { version: expect.any(String) as unknown },
      });
    });

    test('browsers are turned away, and unknown paths not found', async () => {
      expect((await call('GET', '/proxies', undefined, { 'user-agent': 'Mozilla/5.0' })).status).toBe(403);
      expect((await call('GET', '/nowhere')).status).toBe(404);
    });
  });
}

function refusal(status: number, error: string): { status: number; body: object } {
  return { status, body: { error, status } };
}
