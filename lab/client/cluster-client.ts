/** The calls that change the cluster, as an operator makes them: with the token, and each with what can be believed of it. */
import { DoorError, type Door, type DoorAnswer, type DoorRequest } from '../cluster/door.ts';
import { membershipAnswerSchema, type Membership, type MembershipAnswer } from '../history/history.ts';
import { outcomeOfError, outcomeOfProblem } from './outcome.ts';

/** `fail`: it did not happen and never will. `info`: it may have, or may yet. */
export type ClusterOutcome =
  | { readonly type: 'ok'; readonly answer?: MembershipAnswer }
  | { readonly type: 'fail' | 'info'; readonly error: string };

export interface Configured extends MembershipAnswer {
  /** As `If-Match` takes it. */
  readonly etag: string;
}

export interface ClusterClient {
  /** What a node takes to be in force, or why it did not say. */
  membership(door: Door): Promise<Configured | string>;
  change(door: Door, to: Membership, etag: string): Promise<ClusterOutcome>;
  takeSnapshot(door: Door): Promise<ClusterOutcome>;
  transfer(door: Door, to: string): Promise<ClusterOutcome>;
}

const askTimeoutMs = 1_000;

/** @param changeTimeoutMs how long a change, or a transfer, may take until its outcome counts as unknown */
export function clusterClient(token: string, changeTimeoutMs: number): ClusterClient {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const json = (method: 'PUT' | 'POST', path: string, body: object, more: object = {}): DoorRequest => ({
    method,
    path,
    headers: { ...headers, ...more },
    body: JSON.stringify(body),
    timeoutMs: changeTimeoutMs,
  });
  return {
    async membership(door) {
      const answer = await sent(door, { method: 'GET', path: '/membership', timeoutMs: askTimeoutMs });
      if ('type' in answer) return answer.error;
      const read = answer.status === 200 ? membershipIn(answer) : undefined;
      if (read === undefined) return `${answer.status}, and no configuration`;
      return { ...read, etag: answer.headers.etag ?? `"${read.index}"` };
    },
    async change(door, to, etag) {
      const answer = await sent(door, json('PUT', '/membership', to, { 'if-match': etag }));
      if ('type' in answer) return answer;
      if (!isSuccess(answer)) return outcomeOfProblem(answer);
      const said = membershipIn(answer);
      return said === undefined ? { type: 'ok' } : { type: 'ok', answer: said };
    },
    async takeSnapshot(door) {
      return outcomeOf(await sent(door, json('POST', '/snapshot', {})));
    },
    async transfer(door, to) {
      return outcomeOf(await sent(door, json('POST', '/leader', { to })));
    },
  };
}

function outcomeOf(answer: DoorAnswer | ClusterOutcome): ClusterOutcome {
  if ('type' in answer) return answer;
  return isSuccess(answer) ? { type: 'ok' } : outcomeOfProblem(answer);
}

function isSuccess({ status }: DoorAnswer): boolean {
  return status >= 200 && status < 300;
}

async function sent(
  door: Door,
  request: DoorRequest,
): Promise<DoorAnswer | { type: 'fail' | 'info'; error: string }> {
  try {
    return await door.send(request);
  } catch (error) {
    if (!(error instanceof DoorError)) throw error;
    return outcomeOfError(error);
  }
}

function membershipIn({ body }: DoorAnswer): MembershipAnswer | undefined {
  try {
    return membershipAnswerSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
