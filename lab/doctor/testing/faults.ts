/** Nodes that break one rule each, and the checks that must find them: all of these and no others. */
import { NodeStartError } from '../../cluster/cluster.ts';
import type { DoctorLimits } from '../limits.ts';
import type { Answer, Request } from './obedient-node.ts';
import { ok, problem } from './obedient-node.ts';
import type { Fault, Reply } from './local-cluster.ts';
import type { Republic } from './republic.ts';

export interface PlantedFault extends Fault {
  /** The checks that fail, in the order of the catalogue. */
  readonly fails: readonly string[];
  readonly limits?: Partial<DoctorLimits>;
}

type Body = Readonly<Record<string, unknown>>;
type Obeyed = (changed?: Request) => Answer;

/** Changes what is answered to requests that match. */
const on =
  (
    method: string,
    path: RegExp,
    change: (request: Request, obeyed: Obeyed, node: string, republic: Republic) => Reply | undefined,
  ): NonNullable<Fault['reply']> =>
  (request, obeyed, node, republic) => {
    const matches = request.method === method && path.test(request.path);
    return (matches ? change(request, obeyed, node, republic) : undefined) ?? obeyed();
  };

const parsed = (text: string): Body => JSON.parse(text) as Body;
const jsonOr = <T>(text: string, otherwise: T): Body | T => {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Body) : otherwise;
  } catch {
    return otherwise;
  }
};

/** Changes fields of the status; undefined leaves a field out. */
const status = (change: (node: string) => Body): NonNullable<Fault['reply']> =>
  on('GET', /^\/status$/, (_request, obeyed, node) => ok({ ...parsed(obeyed().body), ...change(node) }));

/** Changes the bodies of writes before the node sees them. */
const written = (change: (body: Body) => Body): NonNullable<Fault['reply']> =>
  on('PUT', /^\/registers\//, (request, obeyed) => {
    const body = jsonOr(request.body, undefined);
    return body !== undefined ? obeyed({ ...request, body: JSON.stringify(change(body)) }) : undefined;
  });

const everything = /^\/registers\//;
const cas = /\/cas$/;
const register = /^\/registers\/[^/]*$/;
const without = (request: Request, header: string): Request => ({
  ...request,
  headers: { ...request.headers, [header]: undefined },
});
const leads = (node: string, republic: Republic): boolean => republic.leader === node;
const membershipCalls = [
  'membership-is-reported',
  'membership-needs-if-match',
  'membership-in-force',
  'membership-refuses-nonsense',
];

export const plantedFaults: Readonly<Record<string, PlantedFault>> = {
  'ends at once': {
    fails: ['starts'],
    start: (node) =>
      node === 'n2'
        ? new NodeStartError(node, 'exited', 'n2 ended with exit code 1', 'no such file')
        : undefined,
  },
  'answers its status with an array': {
    fails: ['status-is-an-object', 'one-leader'],
    limits: { leaderMs: 500 },
    reply: on('GET', /^\/status$/, (_request, _obeyed, node) => (node === 'n3' ? ok([]) : undefined)),
  },
  'has another name': { fails: ['status-id'], reply: status(() => ({ id: 'node' })) },
  'has a role of its own': {
    fails: ['status-role'],
    reply: status((node) => (node === 'n3' ? { role: 'pre-candidate' } : {})),
  },
  'writes its term as a string': {
    fails: ['status-term', 'one-leader'],
    limits: { leaderMs: 500 },
    reply: status((node) => (node === 'n3' ? { term: '1' } : {})),
  },
  'names the leader by its address': {
    fails: ['status-leader', 'one-leader'],
    limits: { leaderMs: 500 },
    reply: status((node) => (node === 'n3' ? { leader: { address: '10.0.1.9:7001' } } : {})),
  },
  'misspells a feature': { fails: ['status-features'], reply: status(() => ({ features: ['idempotence'] })) },
  'has a commit beyond its log': {
    fails: ['status-log-places'],
    reply: status(() => ({ lastLogIndex: 0 })),
  },
  'hashes to a number': { fails: ['status-applied-hash'], reply: status(() => ({ appliedHash: 17 })) },
  'counts in words': { fails: ['status-counters'], reply: status(() => ({ electionsStarted: 'two' })) },
  'keeps its voters to itself': {
    fails: ['status-configuration'],
    reply: status(() => ({ voters: undefined })),
  },
  'claims to lead beside the leader': {
    fails: ['one-leader'],
    limits: { leaderMs: 500 },
    reply: status((node) => (node === 'n3' ? { role: 'leader', leader: 'n3' } : {})),
  },
  'does not know keys that were never written': {
    fails: [
      'never-written-is-null',
      'keys-are-apart',
      'value-too-large',
      'value-is-a-string',
      'keys-allowed',
      'no-such-method',
      'follower-refusals-are-true',
      'follower-cas',
    ],
    reply: on('GET', register, (_request, obeyed) => {
      const answer = obeyed();
      return answer.body === '{"value":null}' ? problem('not-found', 'no such key') : answer;
    }),
  },
  'keeps the first value of a key': {
    fails: ['reads-what-was-written', 'repeated-write', 'repeated-cas', 'lower-number', 'numbers-skip'],
    reply: on('PUT', register, (request, obeyed, node, republic) => {
      const key = request.path.split('/')[2] ?? '';
      const isSecond =
        leads(node, republic) && republic.registers.has(key) && 'value' in jsonOr(request.body, {});
      const isPlain =
        /^\{"value":"[^"]*"\}$/.test(request.body) && request.headers['content-type'] === 'application/json';
      return isSecond && isPlain ? ok({}) : obeyed();
    }),
  },
  'has one register': {
    fails: [
      'keys-are-apart',
      'cas-from-null',
      'cas-on-never-written',
      'value-empty',
      'value-too-large',
      'value-is-a-string',
      'keys-allowed',
      'keys-percent-encoded',
      'no-such-method',
      'follower-refusals-are-true',
      'follower-cas',
      'majority-goes-on',
      'repeated-after-restart',
    ],
    reply: (request, obeyed) =>
      obeyed({
        ...request,
        path: request.path.replace(/^\/registers\/[\w.-]{3,250}(?=\/|$)/, '/registers/the-one'),
      }),
  },
  'compares and does not set': {
    fails: ['cas-swaps', 'cas-from-null', 'value-empty', 'repeated-cas'],
    reply: on('POST', cas, (request, obeyed, node, republic) => {
      const key = request.path.split('/')[2] ?? '';
      const before = republic.registers.get(key);
      const answer = obeyed();
      if (before === undefined) republic.registers.delete(key);
      else republic.registers.set(key, before);
      return answer;
    }),
  },
  'calls a mismatch a conflict': {
    fails: ['cas-mismatch-answers', 'cas-from-null', 'cas-on-never-written', 'repeated-cas'],
    reply: on('POST', cas, (_request, obeyed) => {
      const answer = obeyed();
      return answer.body.startsWith('{"swapped":false') ? { ...answer, status: 409 } : answer;
    }),
  },
  'takes null for missing': {
    fails: ['cas-from-null', 'value-empty', 'follower-cas', 'repeated-after-restart'],
    reply: on('POST', cas, (request) =>
      jsonOr<Body>(request.body, {}).from === null ? problem('bad-request', 'from is missing') : undefined,
    ),
  },
  'takes the string null for null': {
    fails: ['cas-on-never-written'],
    reply: on('POST', cas, (request, obeyed) => {
      const body = jsonOr<Body>(request.body, {});
      return body.from === 'null'
        ? obeyed({ ...request, body: JSON.stringify({ ...body, from: null }) })
        : undefined;
    }),
  },
  'takes the empty string for nothing': {
    fails: ['value-empty'],
    reply: on('PUT', register, (request) =>
      jsonOr<Body>(request.body, {}).value === '' ? problem('bad-request', 'value is missing') : undefined,
    ),
  },
  'writes Latin-1': {
    fails: ['value-unicode', 'value-64-kib', 'value-too-large'],
    reply: written((body) => ({
      ...body,
      ...(typeof body.value === 'string' ? { value: Buffer.from(body.value, 'latin1').toString() } : {}),
    })),
  },
  'limits bodies to 100 KiB': {
    fails: ['value-64-kib'],
    reply: on('PUT', register, ({ body }) =>
      body.length > 102_400 ? problem('too-large', 'the body is too large') : undefined,
    ),
  },
  'counts characters': {
    fails: ['value-too-large'],
    reply: on('PUT', register, (request, obeyed, _node, republic) => {
      const value = jsonOr<Body>(request.body, {}).value;
      const isShort = typeof value === 'string' && value.length <= 65_536;
      if (!isShort || obeyed().status !== 413) return undefined;
      republic.registers.set(request.path.split('/')[2] ?? '', value);
      return ok({});
    }),
  },
  'writes anything': {
    fails: ['value-is-a-string', 'errors-are-not-remembered'],
    reply: written((body) => ('value' in body ? { ...body, value: asString(body.value) } : body)),
  },
  'knows no capital letters': {
    fails: ['keys-allowed'],
    reply: (request, obeyed) => obeyed({ ...request, path: request.path.replaceAll('.A', '.a') }),
  },
  'does not decode its paths': {
    fails: ['keys-percent-encoded'],
    reply: (request, obeyed) => (request.path.includes('%') ? problem('bad-request', 'not a key') : obeyed()),
  },
  'takes any key': {
    fails: ['keys-refused'],
    reply: (request, obeyed) =>
      obeyed({ ...request, path: request.path.replace(/a%20b|a%2Fb|%C3%A9|%zz|a:b|a~b|k{257}/, 'any') }),
  },
  'takes dots for keys': {
    fails: ['keys-dots-refused'],
    reply: (request, obeyed) =>
      obeyed({ ...request, path: request.path.replace(/^\/registers\/(%2e)+/i, '/registers/dots') }),
  },
  'fails on what is not JSON': {
    fails: ['body-not-json'],
    reply: on('PUT', register, (_request, obeyed) => {
      const answer = obeyed();
      return answer.body.includes('"not JSON"') ? { status: 500, headers: {}, body: 'SyntaxError' } : answer;
    }),
  },
  'ends on a body of null': {
    fails: ['body-not-an-object'],
    reply: on('PUT', register, (request) => (request.body === 'null' ? 'exit' : undefined)),
  },
  'needs no from': {
    fails: ['body-missing-field'],
    reply: on('POST', cas, (request, obeyed) => {
      const body = jsonOr<Body>(request.body, {});
      return 'to' in body && !('from' in body)
        ? obeyed({ ...request, body: JSON.stringify({ from: null, ...body }) })
        : undefined;
    }),
  },
  'ignores fields that it does not know': {
    fails: ['body-unknown-field'],
    reply: written((body) => ('ttl' in body ? { value: body.value } : body)),
  },
  'does not look at the content type': {
    fails: ['body-other-media-type'],
    reply: (request, obeyed) =>
      obeyed({ ...request, headers: { ...request.headers, 'content-type': 'application/json' } }),
  },
  'allows no charset': {
    fails: ['body-with-charset'],
    reply: (request, obeyed) =>
      request.headers['content-type']?.includes('charset')
        ? problem('unsupported-media-type', 'no')
        : obeyed(),
  },
  'shows the page of its framework': {
    fails: ['no-such-route'],
    reply: (_request, obeyed) => {
      const answer = obeyed();
      if (!answer.body.includes('no such route')) return answer;
      return { status: 404, headers: { 'content-type': 'text/html' }, body: '<pre>Cannot GET /</pre>' };
    },
  },
  'has no routes for other methods': {
    fails: ['no-such-method'],
    reply: (_request, obeyed) => {
      const answer = obeyed();
      return answer.status === 405 ? problem('not-found', 'no such route') : answer;
    },
  },
  'hangs on DELETE': {
    fails: ['no-such-method'],
    limits: { callMs: 400 },
    reply: on('DELETE', everything, () => 'hang'),
  },
  'stands still after DELETE': {
    fails: ['no-such-method'],
    limits: { callMs: 400 },
    reply: on('DELETE', everything, () => 'freeze'),
  },
  'hangs up on DELETE': { fails: ['no-such-method'], reply: on('DELETE', everything, () => 'close') },
  'names an address instead of the leader': {
    fails: ['follower-writes', 'refusal-names-the-leader'],
    reply: on('PUT', register, (_request, obeyed) => {
      const answer = obeyed();
      return answer.status === 503 ? problem('not-leader', 'elsewhere', { leader: '10.0.1.9:8080' }) : answer;
    }),
  },
  'refuses without a type': {
    fails: ['follower-writes', 'repeated-write'],
    reply: on('PUT', register, (_request, obeyed) => {
      const answer = obeyed();
      return answer.status === 503 ? { status: 503, headers: {}, body: '' } : answer;
    }),
  },
  'refuses and writes all the same': {
    fails: ['follower-refusals-are-true', 'repeated-write'],
    reply: on('PUT', register, (request, obeyed, _node, republic) => {
      const answer = obeyed();
      if (answer.status === 503) republic.registers.set(request.path.split('/')[2] ?? '', 'refused');
      return answer;
    }),
  },
  'reads from the memory of a follower': {
    fails: ['follower-reads-are-current'],
    reply: on('GET', register, (request, _obeyed, node, republic) => {
      const value = republic.registers.get(request.path.split('/')[2] ?? '');
      return !leads(node, republic) && value?.startsWith('round-') ? ok({ value: 'round-1' }) : undefined;
    }),
  },
  'serves compare-and-set on its leader only': {
    fails: ['follower-cas', 'repeated-cas'],
    reply: on('POST', cas, (_request, _obeyed, node, republic) =>
      leads(node, republic) ? undefined : problem('not-found', 'not here'),
    ),
  },
  'names the next node as the leader': {
    fails: ['refusal-names-the-leader'],
    reply: on('PUT', register, (_request, obeyed, node) => {
      const answer = obeyed();
      return answer.status === 503 && node === 'n2'
        ? problem('not-leader', 'try n3', { leader: 'n3' })
        : answer;
    }),
  },
  'closes after each answer': {
    fails: ['keep-alive'],
    reply: (_request, obeyed) => {
      const answer = obeyed();
      return { ...answer, headers: { ...answer.headers, connection: 'close' } };
    },
  },
  'serves a hundred connections': {
    fails: ['many-connections'],
    server: (server) => {
      server.maxConnections = 100;
    },
  },
  'ignores idempotency keys': {
    fails: ['repeated-write', 'repeated-cas', 'lower-number', 'repeated-after-restart'],
    reply: (request, obeyed) => obeyed(without(request, 'idempotency-key')),
  },
  'compares again': {
    fails: ['repeated-cas', 'repeated-after-restart'],
    reply: on('POST', cas, (request, obeyed) => obeyed(without(request, 'idempotency-key'))),
  },
  'says yes to an old number': {
    fails: ['lower-number'],
    reply: (_request, obeyed) => {
      const answer = obeyed();
      return answer.body.includes('an old number') ? ok({}) : answer;
    },
  },
  'waits for every number': {
    fails: ['lower-number', 'numbers-skip'],
    reply: (request, obeyed, _node, republic) => {
      const [client = '', n = '0'] = (request.headers['idempotency-key'] ?? '').split('/');
      const last = republic.sessions.get(client)?.n ?? 0;
      return Number(n) > last + 1 ? problem('bad-request', 'a number is missing') : obeyed();
    },
  },
  'remembers errors': {
    fails: ['errors-are-not-remembered'],
    reply: (() => {
      const errors = new Map<string, Answer>();
      return on('PUT', register, (request, obeyed) => {
        const id = request.headers['idempotency-key'];
        const answer = (id === undefined ? undefined : errors.get(id)) ?? obeyed();
        if (id !== undefined && answer.status === 400) errors.set(id, answer);
        return answer;
      });
    })(),
  },
  'asks nobody for the token': {
    fails: ['token-guards-membership', 'token-guards-snapshot', 'token-guards-leader'],
    reply: (request, obeyed, _node, { token }) =>
      obeyed({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } }),
  },
  'sends no ETag': {
    fails: membershipCalls,
    reply: (_request, obeyed) => {
      const { headers, ...answer } = obeyed();
      return { ...answer, headers: { 'content-type': headers['content-type'] ?? '' } };
    },
  },
  'needs no If-Match': {
    fails: ['membership-needs-if-match'],
    reply: on('PUT', /^\/membership$/, (request, obeyed, _node, { configIndex }) =>
      request.headers['if-match'] === undefined
        ? obeyed({ ...request, headers: { ...request.headers, 'if-match': `"${configIndex}"` } })
        : undefined,
    ),
  },
  'knows no change to what is': {
    fails: ['membership-in-force'],
    reply: on('PUT', /^\/membership$/, (_request, obeyed) => {
      const answer = obeyed();
      return answer.status === 200 ? problem('change-in-progress', 'nothing to change') : answer;
    }),
  },
  'takes strangers in': {
    fails: ['membership-refuses-nonsense'],
    reply: on('PUT', /^\/membership$/, (request, obeyed) =>
      obeyed({ ...request, body: request.body.replace(',"nobody"', '') }),
    ),
  },
  'promises a snapshot': {
    fails: ['snapshot-compacts'],
    limits: { effectMs: 200 },
    reply: on('POST', /^\/snapshot$/, (request, obeyed, node, republic) => {
      const answer = obeyed();
      republic.snapshotIndices.delete(node);
      return answer;
    }),
  },
  'promises to hand over': {
    fails: ['transfer-leads'],
    reply: on('POST', /^\/leader$/, (request, obeyed, node, republic) => {
      const answer = obeyed();
      if (answer.status === 200) republic.leader = node;
      return answer;
    }),
  },
  'ignores SIGTERM': { fails: ['sigterm-ends-it'], ignoresSigterm: true },
  'keeps its log in memory': {
    fails: ['restart-keeps-data', 'kill-keeps-data'],
    restarted: (republic) => {
      if (republic.running.size === 0) republic.registers.clear();
    },
  },
  'keeps its sessions in memory': {
    fails: ['repeated-after-restart'],
    restarted: ({ sessions }) => sessions.clear(),
  },
  'forgets its term': {
    fails: ['status-never-goes-back'],
    restarted: (republic) => {
      if (republic.running.size === 0) republic.term = 0;
    },
  },
  'waits for the old leader': {
    fails: ['majority-goes-on', 'repeated-after-restart'],
    limits: { leaderMs: 500 },
    reply: (request, obeyed, _node, { running }) =>
      running.size < 3 && request.path.startsWith('/registers/') ? problem('no-leader', 'waiting') : obeyed(),
  },
  'answers in plain text': {
    fails: ['content-type-of-answers'],
    reply: on('GET', register, (_request, obeyed) => {
      const answer = obeyed();
      return answer.status === 200 ? { ...answer, headers: { 'content-type': 'text/plain' } } : answer;
    }),
  },
  'sends its problems as JSON': {
    fails: ['content-type-of-problems'],
    reply: (_request, obeyed) => {
      const answer = obeyed();
      const isProblem = answer.headers['content-type'] === 'application/problem+json';
      return isProblem ? { ...answer, headers: { 'content-type': 'application/json' } } : answer;
    },
  },
};

function asString(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
