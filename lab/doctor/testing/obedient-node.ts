/** A node that keeps every word of the contract, apart from being a cluster: the doctor must find nothing wrong with it. */
import type { NodeId } from '../../links/links.ts';
import { statusOfProblem, type ProblemType } from '../../client/problem-types.ts';
import type { Republic } from './republic.ts';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Body = Readonly<Record<string, unknown>>;

const valueBytesMax = 65_536;
const features = ['idempotency', 'membership', 'snapshot', 'transfer'] as const;

/** Thrown where a request is refused. */
class Refusal extends Error {
  readonly type: ProblemType;
  readonly fields: Body;

  constructor(type: ProblemType, title: string, fields: Body = {}) {
    super(title);
    this.type = type;
    this.fields = fields;
  }
}

export const ok = (body: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

export const problem = (type: ProblemType, title: string, fields: Body = {}): Answer => ({
  status: statusOfProblem[type],
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ type, title, status: statusOfProblem[type], ...fields }),
});

export function obey(id: NodeId, republic: Republic, request: Request): Answer {
  try {
    return route(id, republic, request);
  } catch (error) {
    if (error instanceof Refusal) return problem(error.type, error.message, error.fields);
    throw error;
  }
}

function route(id: NodeId, republic: Republic, request: Request): Answer {
  const [, area = '', name, action, ...rest] = request.path.split('/');
  const path = [area, name === undefined ? '' : '*', action ?? '', ...rest].join('/').replace(/\/+$/, '');
  switch (path) {
    case 'registers/*':
      return byMethod(request, {
        GET: () => read(id, republic, keyIn(name)),
        PUT: () => write(id, republic, keyIn(name), request),
      });
    case 'registers/*/cas':
      return byMethod(request, { POST: () => compareAndSet(id, republic, keyIn(name), request) });
    case 'status':
      return byMethod(request, { GET: () => ok(statusOf(id, republic)) });
    case 'membership':
      return byMethod(request, {
        GET: () => membershipOf(republic),
        PUT: () => changeMembership(id, republic, request),
      });
    case 'snapshot':
      return byMethod(request, {
        POST: () => {
          authorize(republic, request);
          republic.snapshotIndices.set(id, republic.index);
          return ok({}, {}, 202);
        },
      });
    case 'leader':
      return byMethod(request, { POST: () => transfer(id, republic, request) });
    default:
      throw new Refusal('not-found', 'no such route');
  }
}

function byMethod({ method }: Request, methods: Readonly<Record<string, () => Answer>>): Answer {
  const handle = methods[method];
  if (handle === undefined) throw new Refusal('method-not-allowed', 'no such method here');
  return handle();
}

function keyIn(encoded = ''): string {
  let key: string | undefined;
  try {
    key = decodeURIComponent(encoded);
  } catch {
    key = undefined;
  }
  const isKey = key !== undefined && /^[A-Za-z0-9._-]{1,256}$/.test(key) && key !== '.' && key !== '..';
  if (!isKey || key === undefined) throw new Refusal('bad-request', 'not a key');
  return key;
}

function mustLead(id: NodeId, { leader }: Republic): void {
  if (leader === undefined) throw new Refusal('no-leader', 'nobody leads');
  if (leader !== id) throw new Refusal('not-leader', `${id} does not lead`, { leader });
}

function bodyOf({ headers, body }: Request, fields: readonly string[]): Body {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new Refusal('unsupported-media-type', 'send application/json');
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new Refusal('bad-request', 'not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Refusal('bad-request', 'not an object');
  }
  const given = Object.keys(parsed);
  const missing = fields.find((field) => !given.includes(field));
  if (missing !== undefined) throw new Refusal('bad-request', `${missing} is missing`);
  const unknown = given.find((field) => !fields.includes(field));
  if (unknown !== undefined) throw new Refusal('bad-request', `${unknown} is unknown`);
  return parsed as Body;
}

function valueOf(body: Body, field: string): string {
  const value = body[field];
  if (typeof value !== 'string') throw new Refusal('bad-request', `${field} must be a string`);
  if (Buffer.byteLength(value) > valueBytesMax) throw new Refusal('too-large', 'more than 64 KiB');
  return value;
}

function read(id: NodeId, republic: Republic, key: string): Answer {
  mustLead(id, republic);
  return ok({ value: republic.registers.get(key) ?? null });
}

function write(id: NodeId, republic: Republic, key: string, request: Request): Answer {
  const value = valueOf(bodyOf(request, ['value']), 'value');
  mustLead(id, republic);
  return once(republic, request, () => {
    republic.registers.set(key, value);
    return {};
  });
}

function compareAndSet(id: NodeId, republic: Republic, key: string, request: Request): Answer {
  const body = bodyOf(request, ['from', 'to']);
  const from = body.from === null ? null : valueOf(body, 'from');
  const to = valueOf(body, 'to');
  mustLead(id, republic);
  return once(republic, request, () => {
    const current = republic.registers.get(key) ?? null;
    if (current !== from) return { swapped: false, value: current };
    republic.registers.set(key, to);
    return { swapped: true };
  });
}

/** Applies a command, or answers as before when it is a repetition. */
function once(republic: Republic, { headers }: Request, apply: () => Body): Answer {
  const [client, number] = (headers['idempotency-key'] ?? '').split('/');
  const session = client === undefined ? undefined : republic.sessions.get(client);
  if (session !== undefined && Number(number) < session.n) throw new Refusal('bad-request', 'an old number');
  if (session?.n === Number(number)) return ok(JSON.parse(session.answer));
  republic.index += 1;
  const answer = apply();
  if (client && number) republic.sessions.set(client, { n: Number(number), answer: JSON.stringify(answer) });
  return ok(answer);
}

export function statusOf(id: NodeId, republic: Republic): Body {
  const { term, index, leader, voters, learners, configIndex, snapshotIndices } = republic;
  return {
    id,
    role: leader === id ? 'leader' : 'follower',
    term,
    leader: leader ?? null,
    features,
    commitIndex: index,
    appliedIndex: index,
    lastLogIndex: index,
    snapshotIndex: snapshotIndices.get(id) ?? 0,
    appliedHash: `hash-of-${index}`,
    voters,
    learners,
    configIndex,
    snapshotsInstalled: 0,
    electionsStarted: 0,
  };
}

function membershipOf({ configIndex: index, voters, learners }: Republic): Answer {
  return ok({ index, voters, learners, joint: null }, { etag: `"${index}"` });
}

function authorize({ token }: Republic, { headers }: Request): void {
  if (headers.authorization === `Bearer ${token}`) return;
  throw new Refusal('unauthorized', 'the cluster token is missing or wrong');
}

const isNames = (value: unknown, known: readonly string[]): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => known.includes(String(name)));

function changeMembership(id: NodeId, republic: Republic, request: Request): Answer {
  authorize(republic, request);
  const { voters, learners } = bodyOf(request, ['voters', 'learners']);
  const { nodes } = republic;
  const isSense = isNames(voters, nodes) && isNames(learners, nodes) && voters.length > 0;
  if (!isSense || learners.some((name) => voters.includes(name))) {
    throw new Refusal('bad-request', 'not a configuration');
  }
  mustLead(id, republic);
  const tag = request.headers['if-match'];
  if (tag === undefined) throw new Refusal('precondition-required', 'If-Match is missing');
  if (tag !== `"${republic.configIndex}"`) throw new Refusal('stale-configuration', 'not in force');
  const changes = nodes.filter((name) => voters.includes(name) !== republic.voters.includes(name));
  if (changes.length > 1) throw new Refusal('unsupported', 'one voter at a time');
  if (changes.length === 1) throw new Error('the tests change no configuration');
  return membershipOf(republic);
}

function transfer(id: NodeId, republic: Republic, request: Request): Answer {
  authorize(republic, request);
  const { to } = bodyOf(request, ['to']);
  const heir = republic.voters.find((name) => name === to);
  if (heir === undefined) throw new Refusal('bad-request', 'not a voter');
  mustLead(id, republic);
  republic.elect(heir);
  return ok({});
}
