/** The outcome table of the contract: what an answer, or the lack of one, lets the lab believe of an operation. */
import type { RegisterRequest } from '@raft-lab/workloads';
import { z } from 'zod';
import type { DoorAnswer, DoorError } from '../cluster/door.ts';
import { isProblemType, statusOfProblem } from './problem-types.ts';

export type Outcome =
  /** It happened, and this is what it said. */
  | { readonly type: 'ok'; readonly value: ReadValue | WriteValue | CasValue }
  /** It did not happen and never will. */
  | { readonly type: 'fail'; readonly error: string; readonly leader?: string | null }
  /** It may take effect now, later or never. `broken` where the answer itself breaks the contract. */
  | {
      readonly type: 'info';
      readonly error: string;
      readonly broken?: { readonly problem: string; readonly body: string };
    };

export interface ReadValue {
  readonly f: 'read';
  readonly value: string | null;
}
export interface WriteValue {
  readonly f: 'write';
}
export interface CasValue {
  readonly f: 'cas';
  readonly swapped: boolean;
  /** Undefined where the node does not say what it saw. */
  readonly value?: string | null;
}

/** Whether this answer promises "it did not happen": a 4xx or 503 with a listed type that belongs to that status, and nothing else. */
function isRefusal(status: number, type: string): boolean {
  return isProblemType(type) && statusOfProblem[type] === status && (status < 500 || status === 503);
}

const problemSchema = z.looseObject({ type: z.string(), leader: z.string().nullish() });
const readBody = z.looseObject({ value: z.string().nullable() });
const writeBody = z.looseObject({});
const casBody = z.looseObject({ swapped: z.boolean(), value: z.string().nullish() });
const bodyShownMax = 200;

export function outcomeOfAnswer(request: RegisterRequest, answer: DoorAnswer): Outcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return outcomeOfSuccess(request, answer, parsed(answer.body));
  return outcomeOfProblem(answer);
}

/** An answer that is no success: a refusal, or nothing that can be known. */
export function outcomeOfProblem({ status, body }: DoorAnswer): Exclude<Outcome, { type: 'ok' }> {
  const problem = problemSchema.safeParse(parsed(body));
  if (!problem.success) return { type: 'info', error: `${status} without a problem type` };
  const { type, leader } = problem.data;
  const error = `${status} ${type}`;
  if (!isRefusal(status, type)) return { type: 'info', error };
  return { type: 'fail', error, ...(leader === undefined ? {} : { leader }) };
}

export function outcomeOfError(error: DoorError): Exclude<Outcome, { type: 'ok' }> {
  // Where no connection was made nothing was sent, so nothing can have happened.
  return { type: error.code === 'not-sent' ? 'fail' : 'info', error: error.code };
}

function outcomeOfSuccess(request: RegisterRequest, answer: DoorAnswer, body: unknown): Outcome {
  const broken = (problem: string): Outcome => ({
    type: 'info',
    error: `${answer.status} with a body that is not as the contract says`,
    broken: { problem, body: answer.body.slice(0, bodyShownMax) },
  });
  switch (request.f) {
    case 'read': {
      const read = readBody.safeParse(body);
      return read.success
        ? { type: 'ok', value: { f: 'read', value: read.data.value } }
        : broken('expected {"value": string or null}');
    }
    case 'write':
      return writeBody.safeParse(body).success
        ? { type: 'ok', value: { f: 'write' } }
        : broken('expected a JSON object');
    case 'cas': {
      const cas = casBody.safeParse(body);
      if (!cas.success)
        return broken('expected {"swapped": true} or {"swapped": false, "value": string or null}');
      const { swapped, value } = cas.data;
      return {
        type: 'ok',
        value: { f: 'cas', swapped, ...(swapped || value === undefined ? {} : { value }) },
      };
    }
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
