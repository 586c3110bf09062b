/** The door of a simulated node: the contract's calls, answered in process. */
import type { Membership } from '@raft-lab/node/core/configuration.ts';
import type { SessionKey } from '@raft-lab/node/registers/command.ts';
import { z } from 'zod';
import type { DoorAnswer, DoorRequest } from '../door.ts';
import type { NodeLife } from './node-life.ts';
import type { Result } from './sim-requests.ts';
import type { ChangeResult } from './waiting-changes.ts';

/** What the door has to know of the cluster. */
export interface DoorServices {
  readonly token: string;
  readonly nodes: readonly string[];
}

type Respond = (answer: DoorAnswer) => void;

const features = ['idempotency', 'membership', 'joint', 'snapshot', 'transfer'];
const keyPattern = /^[A-Za-z0-9._-]{1,256}$/;
const writeBody = z.strictObject({ value: z.string() });
const casBody = z.strictObject({ from: z.string().nullable(), to: z.string() });
const membershipBody = z.strictObject({
  voters: z.array(z.string()).min(1),
  learners: z.array(z.string()),
});
const leaderBody = z.strictObject({ to: z.string() });

export function answerTo(
  request: DoorRequest,
  node: NodeLife,
  services: DoorServices,
  respond: Respond,
): void {
  const [, root, key, cas, ...more] = request.path.split('/');
  if (root === 'registers' && key !== undefined && more.length === 0) {
    if (!keyPattern.test(key) || key === '.' || key === '..') respond(problem(400, 'bad-request'));
    else if (cas === undefined) answerRegister(request, node, key, respond);
    else if (cas === 'cas') answerCas(request, node, key, respond);
    else respond(problem(404, 'not-found'));
    return;
  }
  switch (`${request.method} ${request.path}`) {
    case 'GET /status':
      respond(json(200, statusOf(node)));
      return;
    case 'GET /membership':
      respond(membershipOf(node));
      return;
    case 'PUT /membership':
      withToken(request, services, respond, () => answerChange(request, node, services, respond));
      return;
    case 'POST /leader':
      withToken(request, services, respond, () => answerTransfer(request, node, respond));
      return;
    case 'POST /snapshot':
      withToken(request, services, respond, () => {
        node.askForSnapshot();
        respond(json(202, {}));
      });
      return;
    default:
      respond(problem(404, 'not-found'));
  }
}

function answerRegister(request: DoorRequest, node: NodeLife, key: string, respond: Respond): void {
  const answer = (result: Result): void => respond(answerOf(result));
  if (request.method === 'GET') {
    node.requests.read(key, answer);
    return;
  }
  if (request.method !== 'PUT') {
    respond(problem(405, 'method-not-allowed'));
    return;
  }
  const session = sessionOf(request);
  const body = writeBody.safeParse(bodyOf(request));
  if (session === 'bad' || !body.success) respond(problem(400, 'bad-request'));
  else node.requests.write({ kind: 'write', key, value: body.data.value }, session, answer);
}

function answerCas(request: DoorRequest, node: NodeLife, key: string, respond: Respond): void {
  if (request.method !== 'POST') {
    respond(problem(405, 'method-not-allowed'));
    return;
  }
  const session = sessionOf(request);
  const body = casBody.safeParse(bodyOf(request));
  if (session === 'bad' || !body.success) respond(problem(400, 'bad-request'));
  else {
    node.requests.write({ kind: 'cas', key, ...body.data }, session, (result) => respond(answerOf(result)));
  }
}

function answerOf(result: Result): DoorAnswer {
  switch (result.kind) {
    case 'read':
      return json(200, { value: result.value });
    case 'refused':
      return problem(503, result.reason);
    case 'maybe':
      return problem(504, 'maybe');
    case 'written':
      switch (result.answer.kind) {
        case 'written':
          return json(200, {});
        case 'swapped':
          return json(200, { swapped: true });
        case 'not-swapped':
          return json(200, { swapped: false, value: result.answer.value });
      }
  }
}

function statusOf({ raft, registers }: NodeLife): object {
  const { outgoing: _outgoing, ...status } = raft.status;
  const { appliedIndex, appliedHash } = registers;
  return { ...status, features, appliedIndex, appliedHash };
}

function membershipOf({ raft }: NodeLife): DoorAnswer {
  const { configIndex: index, voters, learners, outgoing } = raft.status;
  const body = { index, voters, learners, joint: outgoing.length > 0 ? { outgoing } : null };
  const answer = json(200, body);
  return { ...answer, headers: { ...answer.headers, etag: `"${index}"` } };
}

function answerChange(request: DoorRequest, node: NodeLife, { nodes }: DoorServices, respond: Respond): void {
  const body = membershipBody.safeParse(bodyOf(request));
  const known = (target: Membership): boolean => {
    const all = [...target.voters, ...target.learners];
    return new Set(all).size === all.length && all.every((name) => nodes.includes(name));
  };
  if (!body.success || !known(body.data)) {
    respond(problem(400, 'bad-request'));
    return;
  }
  const match = request.headers?.['if-match'];
  const [, digits] = /^"(\d{1,15})"$/.exec(match ?? '') ?? [];
  if (match === undefined) respond(problem(428, 'precondition-required'));
  else if (digits === undefined) respond(problem(400, 'bad-request'));
  else {
    node.change(body.data, Number(digits), (result) => respond(changeAnswer(result, node)));
  }
}

function changeAnswer(result: ChangeResult, node: NodeLife): DoorAnswer {
  switch (result) {
    case 'done':
      return membershipOf(node);
    case 'in-progress':
      return problem(409, 'change-in-progress');
    case 'stale':
      return problem(412, 'stale-configuration');
    case 'not-caught-up':
    case 'maybe':
      return problem(504, 'maybe');
    case 'not-leader':
      return problem(503, 'not-leader', { leader: node.raft.status.leader });
  }
}

function answerTransfer(request: DoorRequest, node: NodeLife, respond: Respond): void {
  const body = leaderBody.safeParse(bodyOf(request));
  const { voters, outgoing, role, leader } = node.raft.status;
  if (!body.success || ![...voters, ...outgoing].includes(body.data.to)) {
    respond(problem(400, 'bad-request'));
  } else if (leader === body.data.to) respond(json(200, {}));
  else if (role !== 'leader') respond(problem(503, 'not-leader', { leader }));
  else node.transfer(body.data.to, (done) => respond(done ? json(200, {}) : problem(504, 'maybe')));
}

function withToken(request: DoorRequest, { token }: DoorServices, respond: Respond, work: () => void): void {
  if (request.headers?.authorization === `Bearer ${token}`) work();
  else respond(problem(401, 'unauthorized'));
}

function sessionOf(request: DoorRequest): SessionKey | null | 'bad' {
  const header = request.headers?.['idempotency-key'];
  if (header === undefined) return null;
  const [, client, digits] = /^([\x21-\x7e]{1,128})\/(\d{1,16})$/.exec(header) ?? [];
  const number = Number(digits);
  return client === undefined || !Number.isSafeInteger(number) ? 'bad' : { client, number };
}

function bodyOf({ body }: DoorRequest): unknown {
  try {
    return JSON.parse(body ?? '') as unknown;
  } catch {
    return undefined;
  }
}

function json(status: number, body: object): DoorAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function problem(status: number, type: string, extensions: object = {}): DoorAnswer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type, title: type.replaceAll('-', ' '), status, ...extensions }),
  };
}
