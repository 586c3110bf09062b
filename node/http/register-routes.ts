/** `/registers`: reads, writes and compare-and-set. */
import type { Request } from 'express';
import { Router } from 'express';
import type { SessionKey } from '../registers/command.ts';
import type { Answer } from '../registers/sessions.ts';
import type { Requests, WriteResult } from '../runtime/requests.ts';
import { answerJson } from './json-answer.ts';
import { kindOf, readJsonObject } from './json-body.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { Problem } from './problems.ts';

const maxValueBytes = 65_536;

export function registerRoutes(requests: Requests): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/registers/:key')
    .get(async (request, response) => {
      const result = await requests.read(keyOf(request));
      if (result.kind === 'refused') throw noLeader();
      answerJson(response, { value: result.value });
    })
    .put(async (request, response) => {
      const key = keyOf(request);
      const session = sessionOf(request);
      const body = await readJsonObject(request, ['value']);
      const value = valueOf(body.value, 'value');
      answerOf(await requests.write({ kind: 'write', key, value }, session));
      answerJson(response, {});
    })
    .all(methodNotAllowed('GET, HEAD, PUT'));
  router
    .route('/registers/:key/cas')
    .post(async (request, response) => {
      const key = keyOf(request);
      const session = sessionOf(request);
      const body = await readJsonObject(request, ['from', 'to']);
      const from = body.from === null ? null : valueOf(body.from, 'from');
      const to = valueOf(body.to, 'to');
      const answer = answerOf(await requests.write({ kind: 'cas', key, from, to }, session));
      answerJson(
        response,
        answer.kind === 'not-swapped' ? { swapped: false, value: answer.value } : { swapped: true },
      );
    })
    .all(methodNotAllowed('POST'));
  return router;
}

function keyOf(request: Request<{ key: string }>): string {
  const { key } = request.params;
  if (!/^[A-Za-z0-9._-]{1,256}$/.test(key) || key === '.' || key === '..') {
    throw new Problem(
      'bad-request',
      'Expected a key of 1-256 characters of A-Z a-z 0-9 . _ -, and not . or .. alone.',
    );
  }
  return key;
}

function valueOf(value: unknown, field: string): string {
  if (typeof value !== 'string') {
    throw new Problem('bad-request', `Expected ${field} to be a string, saw ${kindOf(value)}.`);
  }
  // Every character takes a byte at least, so most values need not be measured.
  if (value.length * 3 > maxValueBytes && Buffer.byteLength(value) > maxValueBytes) {
    throw new Problem('too-large', `Expected ${field} to take at most ${maxValueBytes} bytes of UTF-8.`);
  }
  if (!value.isWellFormed()) {
    throw new Problem('bad-request', `Expected ${field} to be Unicode text, saw half a surrogate pair.`);
  }
  return value;
}

function sessionOf(request: Request): SessionKey | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  const [, client, digits] =
    typeof header === 'string' ? (/^([\x21-\x7e]{1,128})\/(\d{1,16})$/.exec(header) ?? []) : [];
  const number = Number(digits);
  if (client === undefined || !Number.isSafeInteger(number)) {
    throw new Problem('bad-request', 'Expected Idempotency-Key: <client>/<n>, with a whole number n.');
  }
  return { client, number };
}

function answerOf(result: WriteResult): Answer {
  switch (result.kind) {
    case 'done':
      return result.answer;
    case 'refused':
      throw result.reason === 'no-leader'
        ? noLeader()
        : new Problem('out-of-space', "The leader's disk is full. The write was not begun.");
    case 'maybe':
      throw new Problem(
        'maybe',
        'The write was begun and its outcome is not known here: it may have happened, or may yet.',
      );
  }
}

function noLeader(): Problem {
  return new Problem('no-leader', 'Nobody led for as long as this request could wait. It had no effect.');
}
