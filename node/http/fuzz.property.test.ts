/** Whatever comes through the door, made from the description of the door itself: it is answered as described, and the next request is answered too. */
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { NodeStatus } from '../runtime/node-status.ts';
import type { Requests } from '../runtime/requests.ts';
import { createApp } from './door.ts';

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}
interface Operation {
  readonly requestBody?: {
    readonly content: {
      readonly 'application/json': {
        readonly schema: { readonly $ref: string };
        readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
      };
    };
  };
  readonly responses?: Readonly<Record<string, unknown>>;
}

const description = parse(
  await readFile(join(import.meta.dirname, '../../docs/openapi.yaml'), 'utf8'),
) as Description;
const ajv = new Ajv2020({ strict: false });
ajv.addSchema({ $id: 'door', components: description.components });
const isProblem = ajv.compile({ $ref: 'door#/components/schemas/Problem' });

const errors: unknown[] = [];
let server: Server;
let base = '';
beforeAll(async () => {
  const app = createApp({
    requests: {
      read: () => Promise.resolve({ kind: 'done', value: null }),
      write: () => Promise.resolve({ kind: 'done', answer: { kind: 'written' } }),
    } as unknown as Requests,
    cluster: {
      change: () => Promise.resolve({ kind: 'done' }),
      transfer: () => Promise.resolve({ kind: 'done' }),
      close: () => undefined,
    },
    names: ['n1', 'n2', 'n3', 'n4'],
    membership: () => ({ index: 1, voters: ['n1', 'n2'], learners: [], joint: null }),
    token: 'secret',
    status: () => ({ id: 'n1', role: 'idle', term: 0, leader: null, features: [] }) as unknown as NodeStatus,
    askForSnapshot: () => undefined,
    onError: (error) => errors.push(error),
  });
  server = createServer((request, response) => {
    app(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const methods = ['get', 'put', 'post'] as const;
const operations = Object.entries(description.paths).flatMap(([path, item]) =>
  methods.flatMap((method) => {
    const operation = item[method];
    return operation === undefined ? [] : [{ path, method, operation }];
  }),
);

/** Keys, and what may be taken for one. */
const keys = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/),
  fc.constantFrom('..', '.', '%2e%2e', '%00', '%', '%ff', 'a%2fb', 'x'.repeat(300), '__proto__', 'ö'),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 20 })
    .map((text) => encodeURIComponent(text.toWellFormed())),
);
const leaf = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom('n1', 'n2', '', '\ud800'),
  fc.constantFrom(null, true, 0, -1, 1e308),
);
/** Bodies: the description's own examples, the fields that a schema names with values of any kind, others, and what is not JSON at all. */
function bodies(operation: Operation): fc.Arbitrary<string> {
  const content = operation.requestBody?.content['application/json'];
  const name = content?.schema.$ref.split('/').at(-1) ?? '';
  const schema = (description.components.schemas[name] ?? {}) as { properties?: object };
  const fields = Object.keys(schema.properties ?? { value: {} });
  const value = fc.oneof(
    leaf,
    // Often enough to get past everything that is looked at before the size.
    fc.constant('x'.repeat(70_000)),
    fc.constantFrom<unknown>(['n1'], ['n2'], []),
    fc.array(leaf, { maxLength: 3 }),
  );
  const asNamed = fc
    .tuple(...fields.map(() => value))
    .map((values) => JSON.stringify(Object.fromEntries(fields.map((field, at) => [field, values[at]]))));
  const other = fc.oneof(fc.json({ maxDepth: 2 }), fc.string({ unit: 'binary', maxLength: 40 }));
  const examples = Object.values(content?.examples ?? {}).map((example) => JSON.stringify(example.value));
  return fc.oneof(
    { weight: 4, arbitrary: asNamed },
    { weight: 1, arbitrary: other },
    ...(examples.length > 0 ? [{ weight: 2, arbitrary: fc.constantFrom(...examples) }] : []),
  );
}
/** Usually the first. */
const mostly = (usual: string, ...others: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
const headers = fc.record(
  {
    'content-type': mostly('application/json', 'application/json; charset=utf-8', 'text/plain', ';', ''),
    authorization: mostly('Bearer secret', 'Bearer wrong', 'Basic eDp5'),
    'if-match': fc.constantFrom('"1"', '*', '"', '1', 'W/"1"', '"99999999999999999999"'),
    'idempotency-key': fc.constantFrom('c/1', 'c/', '/1', 'c/01', `c/${'9'.repeat(30)}`, 'a b/1'),
    'content-encoding': mostly('identity', 'gzip'),
    'x-anything': fc.stringMatching(/^[!-~]{0,40}$/),
  },
  { requiredKeys: ['content-type', 'authorization'] },
);
const calls = fc.constantFrom(...operations).chain(({ path, method, operation }) =>
  fc.record({
    path: keys.map((key) => path.replace('{key}', key)),
    method: fc.oneof(
      { weight: 8, arbitrary: fc.constant(method.toUpperCase()) },
      { weight: 1, arbitrary: fc.constantFrom('DELETE', 'PATCH', 'OPTIONS', 'POST', 'GET') },
    ),
    headers,
    body: bodies(operation),
    operation: fc.constant({
      method: method.toUpperCase(),
      statuses: Object.keys(operation.responses ?? {}),
    }),
  }),
);

describe('the door', () => {
  test('answers every request that its description leads to, as the description says', async () => {
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(calls, async ({ path, method, headers: sent, body, operation }) => {
        const bare = method === 'GET' || method === 'OPTIONS';
        const answer = await fetch(base + path, { method, headers: sent, ...(bare ? {} : { body }) });
        const text = await answer.text();
        seen.add(answer.status);
        if (answer.status >= 300) {
          expect(answer.headers.get('content-type')).toBe('application/problem+json');
          expect({ text, valid: isProblem(JSON.parse(text)) }).toEqual({ text, valid: true });
        } else if (method === operation.method) expect(operation.statuses).toContain(String(answer.status));
        expect(errors).toEqual([]);
      }),
      { numRuns: 4_000 },
    );
    // A fuzz that was always refused at the first check would have tried nothing.
    for (const status of [200, 202, 400, 401, 404, 405, 413, 415, 428]) expect(seen).toContain(status);
  }, 120_000);

  test('answers or closes whatever bytes come, and goes on', async () => {
    const { port } = server.address() as AddressInfo;
    const starts = fc.constantFrom(
      'GET /status HTTP/1.1\r\nhost: n\r\n',
      'PUT /registers/x HTTP/1.1\r\nhost: n\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
      'PUT /registers/x HTTP/1.1\r\nhost: n\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n',
      '',
    );
    await fc.assert(
      fc.asyncProperty(starts, fc.uint8Array({ maxLength: 200 }), async (start, noise) => {
        await new Promise<void>((resolve) => {
          const socket = connect(port, '127.0.0.1', () =>
            socket.end(Buffer.concat([Buffer.from(start), noise])),
          );
          socket.on('error', () => undefined);
          socket.on('data', () => undefined);
          socket.once('close', () => resolve());
        });
        expect((await fetch(`${base}/status`)).status).toBe(200);
      }),
      { numRuns: 200 },
    );
    expect(errors).toEqual([]);
  }, 120_000);
});
