/** Requests that make no sense, and what a node says to them. A refused write must not have happened. */
import { read, write } from '../asks.ts';
import type { Check } from '../check.ts';
import { describeOutcome } from '../exchange.ts';
import { expectProblem, expectValue, expectWritten } from '../expectations.ts';
import { Mismatch } from '../mismatch.ts';
import type { Ask, Patient } from '../patient.ts';
import type { ProblemType } from '../../client/problem-types.ts';

const json = { 'content-type': 'application/json' };

/** Each of these requests on a register that holds a value is refused with `type`, and the value stays. */
async function refuses(
  patient: Patient,
  type: ProblemType,
  asks: (key: string) => readonly Ask[],
): Promise<void> {
  const key = patient.freshKey();
  expectWritten(await patient.askLeader(write(key, 'before')));
  for (const ask of asks(key)) {
    const refused = await patient.askLeader(ask);
    expectProblem(refused, type);
    expectValue(await patient.askLeader(read(key)), 'before', [refused]);
  }
}

const put = (key: string, body: string, headers: Readonly<Record<string, string>> = json): Ask => ({
  method: 'PUT',
  path: `/registers/${key}`,
  body,
  headers,
});
const post = (key: string, body: string): Ask => ({
  method: 'POST',
  path: `/registers/${key}/cas`,
  body,
  headers: json,
});

const badBody = {
  section: 'errors',
  hint: 'Validate the whole body before the request goes anywhere, and turn your parser’s exception into a problem document.',
} as const;

export const errorChecks: readonly Check[] = [
  {
    ...badBody,
    name: 'body-not-json',
    says: 'A body that is not JSON is 400 bad-request, and changes nothing.',
    run: (patient) =>
      refuses(patient, 'bad-request', (key) => [
        put(key, '{"value":'),
        put(key, 'one'),
        put(key, ''),
        post(key, '{"from":"before","to":"after"'),
      ]),
  },
  {
    ...badBody,
    name: 'body-not-an-object',
    says: 'JSON that is not an object is 400 bad-request.',
    run: (patient) =>
      refuses(patient, 'bad-request', (key) => [
        put(key, '["after"]'),
        put(key, '"after"'),
        put(key, 'null'),
        post(key, '[]'),
      ]),
  },
  {
    ...badBody,
    name: 'body-missing-field',
    says: 'A missing field is 400 bad-request: value, and both from and to.',
    run: (patient) =>
      refuses(patient, 'bad-request', (key) => [
        put(key, '{}'),
        post(key, '{"from":"before"}'),
        post(key, '{"to":"after"}'),
      ]),
  },
  {
    ...badBody,
    name: 'body-unknown-field',
    says: 'An unknown field is 400 bad-request.',
    run: (patient) =>
      refuses(patient, 'bad-request', (key) => [
        put(key, '{"value":"after","ttl":5}'),
        post(key, '{"from":"before","to":"after","value":"x"}'),
      ]),
  },
  {
    name: 'body-other-media-type',
    says: 'A body that is not application/json is 415 unsupported-media-type.',
    section: 'errors',
    hint: 'Look at the content type before you parse.',
    run: (patient) =>
      refuses(patient, 'unsupported-media-type', (key) => [
        put(key, '{"value":"after"}', { 'content-type': 'text/plain' }),
        put(key, 'value=after', { 'content-type': 'application/x-www-form-urlencoded' }),
      ]),
  },
  {
    name: 'body-with-charset',
    says: 'application/json may come with charset=utf-8.',
    section: 'registers',
    hint: 'Compare the media type alone, without its parameters and without regard to case.',
    run: async (patient) => {
      for (const type of ['application/json; charset=utf-8', 'Application/JSON;charset=UTF-8']) {
        expectWritten(
          await patient.askLeader(put(patient.freshKey(), '{ "value" : "one" }\n', { 'content-type': type })),
        );
      }
    },
  },
  {
    name: 'no-such-route',
    says: 'A path that is no route is 404 not-found.',
    section: 'errors',
    hint: 'Replace the page that your framework shows for unknown routes.',
    run: async (patient) => {
      for (const path of ['/', '/nowhere', '/registers', '/registers/x/y', '/status/x']) {
        expectProblem(await patient.ask(patient.first, { method: 'GET', path }), 'not-found');
      }
    },
  },
  {
    name: 'no-such-method',
    says: 'A route with another method is 405 method-not-allowed.',
    section: 'errors',
    hint: 'Many routers answer 404 here, and some take any method.',
    run: async (patient) => {
      const key = patient.freshKey();
      const asks: readonly Ask[] = [
        { method: 'DELETE', path: `/registers/${key}` },
        { method: 'POST', path: `/registers/${key}`, json: { value: 'one' } },
        { method: 'PUT', path: `/registers/${key}/cas`, json: { from: null, to: 'one' } },
        { method: 'GET', path: `/registers/${key}/cas` },
        { method: 'PUT', path: '/status', json: {} },
      ];
      for (const ask of asks) expectProblem(await patient.askLeader(ask), 'method-not-allowed');
      expectValue(await patient.askLeader(read(key)), null);
    },
  },
];

/** Judged at the end, over every answer that came. */
export const contentTypeChecks: readonly Check[] = [
  {
    name: 'content-type-of-answers',
    says: 'JSON answers are application/json.',
    section: 'registers',
    hint: 'Set the header on every answer.',
    triesAnyway: true,
    run: ({ records: { answerInOtherType } }) => {
      if (answerInOtherType === undefined) return;
      throw new Mismatch(
        'content-type: application/json on every answer of 200 with JSON',
        contentTypeIn(answerInOtherType),
        [answerInOtherType],
      );
    },
  },
  {
    name: 'content-type-of-problems',
    says: 'Errors are application/problem+json.',
    section: 'errors',
    hint: 'Set the header wherever you answer with a problem type.',
    triesAnyway: true,
    run: ({ records: { refusalInOtherType } }) => {
      if (refusalInOtherType === undefined) return;
      throw new Mismatch(
        'content-type: application/problem+json on every problem',
        contentTypeIn(refusalInOtherType),
        [refusalInOtherType],
      );
    },
  },
];

function contentTypeIn(exchange: Parameters<typeof describeOutcome>[0]): string {
  const { outcome } = exchange;
  const type = outcome.kind === 'answer' ? outcome.answer.headers['content-type'] : undefined;
  return `${type === undefined ? 'no content-type' : `content-type: ${type}`} on ${describeOutcome(exchange)}`;
}
