/** `/membership` and `/leader`: who takes part, and who leads. */
import type { Request, Response } from 'express';
import { Router } from 'express';
import type { Membership } from '../core/configuration.ts';
import type { ChangeResult, ClusterRequests, TransferResult } from '../runtime/cluster-requests.ts';
import type { NodeMembership } from '../runtime/node-status.ts';
import { requireToken } from './authorization.ts';
import { kindOf, readJsonObject } from './json-body.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { Problem } from './problems.ts';

export interface MembershipServices {
  readonly token: string;
  /** Every name of `RAFT_PEERS`. */
  readonly names: readonly string[];
  readonly membership: () => NodeMembership;
  readonly cluster: Pick<ClusterRequests, 'change' | 'transfer' | 'close'>;
}

export function membershipRoutes({ token, names, membership, cluster }: MembershipServices): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const send = (response: Response): void => {
    const body = membership();
    response.set('etag', `"${body.index}"`).json(body);
  };
  router
    .route('/membership')
    .get((_request, response) => send(response))
    .put(requireToken(token), async (request, response) => {
      const body = await readJsonObject(request, ['voters', 'learners']);
      const target = targetOf(body, names);
      const onTopOf = ifMatch(request);
      checkChange(await cluster.change(target, onTopOf), membership());
      send(response);
    })
    .all(methodNotAllowed('GET, HEAD, PUT'));
  router
    .route('/leader')
    .post(requireToken(token), async (request, response) => {
      const { to } = await readJsonObject(request, ['to']);
      const { voters, joint } = membership();
      if (typeof to !== 'string' || ![...voters, ...(joint?.outgoing ?? [])].includes(to)) {
        throw new Problem('bad-request', `Expected to to be one of the voters, ${voters.join(', ')}.`);
      }
      checkTransfer(await cluster.transfer(to));
      response.json({});
    })
    .all(methodNotAllowed('POST'));
  return router;
}

function targetOf(body: Readonly<Record<string, unknown>>, names: readonly string[]): Membership {
  const voters = namesOf(body.voters, 'voters', names);
  const learners = namesOf(body.learners, 'learners', names);
  if (voters.length === 0) throw new Problem('bad-request', 'Expected a voter at least, saw none.');
  if (new Set([...voters, ...learners]).size < voters.length + learners.length) {
    throw new Problem('bad-request', 'Expected each node once, as a voter or as a learner.');
  }
  return { voters, learners };
}

function namesOf(value: unknown, field: string, names: readonly string[]): readonly string[] {
  if (!Array.isArray(value)) {
    throw new Problem('bad-request', `Expected ${field} to be an array of names, saw ${kindOf(value)}.`);
  }
  return value.map((name: unknown) => {
    if (typeof name === 'string' && names.includes(name)) return name;
    throw new Problem(
      'bad-request',
      `Expected ${field} to hold names of RAFT_PEERS (${names.join(', ')}), saw ${JSON.stringify(name)}.`,
    );
  });
}

function ifMatch(request: Request): number {
  const header = request.headers['if-match'];
  if (header === undefined) {
    throw new Problem(
      'precondition-required',
      'Expected If-Match with the ETag of the configuration that is to be changed; GET /membership has it.',
    );
  }
  const [, digits] = /^"(\d{1,15})"$/.exec(header) ?? [];
  if (digits === undefined) {
    throw new Problem('bad-request', 'Expected If-Match: "<index>", as in the ETag of GET /membership.');
  }
  return Number(digits);
}

function checkChange(result: ChangeResult, current: NodeMembership): void {
  switch (result.kind) {
    case 'done':
      return;
    case 'not-leader':
      throw notLeader(result.leader);
    case 'in-progress':
      throw new Problem(
        'change-in-progress',
        'Another change is under way, or the leader has not yet committed anything of its term. Try again.',
      );
    case 'stale':
      throw new Problem(
        'stale-configuration',
        `Expected If-Match to name the configuration in force, which is "${current.index}".`,
      );
    case 'not-caught-up':
      throw new Problem(
        'maybe',
        'The new voters did not catch up in time. The configuration before is in force again.',
      );
    case 'maybe':
      throw new Problem('maybe', 'The change was begun and its outcome is not known here.');
  }
}

function checkTransfer(result: TransferResult): void {
  switch (result.kind) {
    case 'done':
      return;
    case 'not-leader':
      throw notLeader(result.leader);
    case 'maybe':
      throw new Problem('maybe', 'The node that was asked to lead does not lead yet.');
  }
}

function notLeader(leader: string | null): Problem {
  return new Problem(
    'not-leader',
    `Only the leader does this; ${leader === null ? 'nobody is known to lead' : `ask ${leader}`}.`,
    { extensions: { leader } },
  );
}
