/** What an answer must be. Each function returns quietly or throws a `Mismatch` that says what was expected and what was seen. */
import type { DoorAnswer } from '../cluster/door.ts';
import { describeOutcome, jsonObjectOf, type Exchange, excerpt } from './exchange.ts';
import { Mismatch } from './mismatch.ts';
import { isProblemType, statusOfProblem, type ProblemType } from '../client/problem-types.ts';

function fail(expected: string, exchange: Exchange, earlier: readonly Exchange[] = []): never {
  throw new Mismatch(expected, describeOutcome(exchange), [...earlier, exchange]);
}

/** An answer with this status, whatever its body. */
export function expectStatus(exchange: Exchange, status: number): DoorAnswer {
  const { outcome } = exchange;
  if (outcome.kind === 'none' || outcome.answer.status !== status) fail(`${status}`, exchange);
  return outcome.answer;
}

/** 200 and a JSON object. `expected` says what was hoped for. */
export function expectObject(exchange: Exchange, expected: string): Readonly<Record<string, unknown>> {
  const isOk = exchange.outcome.kind === 'answer' && exchange.outcome.answer.status === 200;
  return (isOk ? jsonObjectOf(exchange) : undefined) ?? fail(expected, exchange);
}

/** A read's answer. `earlier` are the exchanges that made the register hold `value`, for the report. */
export function expectValue(
  exchange: Exchange,
  value: string | null,
  earlier: readonly Exchange[] = [],
): void {
  const expected = `200 {"value":${excerpt(JSON.stringify(value))}}`;
  const { value: seen } = expectObject(exchange, expected);
  if (seen === value) return;
  const difference = typeof seen === 'string' && value !== null ? differenceOf(value, seen) : undefined;
  if (difference === undefined) fail(expected, exchange, earlier);
  throw new Mismatch(expected, difference, [...earlier, exchange]);
}

const shortLengthMax = 80;
const contextLength = 8;

/** Where two long values part, which excerpts of their beginnings would not show. Undefined for short ones. */
function differenceOf(wanted: string, seen: string): string | undefined {
  if (wanted.length <= shortLengthMax) return undefined;
  let place = 0;
  while (place < wanted.length && wanted[place] === seen[place]) place += 1;
  const near = (text: string): string =>
    JSON.stringify(text.slice(Math.max(0, place - contextLength), place + contextLength));
  return `a value of ${seen.length} instead of ${wanted.length} UTF-16 units, which differs from unit ${place} on: ${near(seen)} instead of ${near(wanted)}`;
}

/** A write's answer. */
export function expectWritten(exchange: Exchange): void {
  expectObject(exchange, '200 {}');
}

/** The answer of a compare-and-set that matched. */
export function expectSwapped(exchange: Exchange, earlier: readonly Exchange[] = []): void {
  const expected = '200 {"swapped":true}';
  if (expectObject(exchange, expected).swapped !== true) fail(expected, exchange, earlier);
}

/** The answer of a compare-and-set that found `value` instead. */
export function expectNotSwapped(
  exchange: Exchange,
  value: string | null,
  earlier: readonly Exchange[] = [],
): void {
  const expected = `200 {"swapped":false,"value":${excerpt(JSON.stringify(value))}}`;
  const { swapped, value: found } = expectObject(exchange, expected);
  if (swapped !== false || found !== value) fail(expected, exchange, earlier);
}

/** The listed type of a refusal, if it is one: a problem whose type belongs to its status. */
export function problemTypeOf(exchange: Exchange): ProblemType | undefined {
  const type = jsonObjectOf(exchange)?.type;
  if (exchange.outcome.kind === 'none' || !isProblemType(type)) return undefined;
  return statusOfProblem[type] === exchange.outcome.answer.status ? type : undefined;
}

/** A problem with one of these types and the status that belongs to it. */
export function expectProblem(
  exchange: Exchange,
  ...allowed: readonly [ProblemType, ...ProblemType[]]
): void {
  const type = problemTypeOf(exchange);
  if (type !== undefined && allowed.includes(type)) return;
  fail(allowed.map((one) => `${statusOfProblem[one]} {"type":"${one}"}`).join(' or '), exchange);
}
