import { describe, expect, test } from '@jest/globals';
import { checkEvents, checkEventsVerbose } from './check.ts';
import { type OperationEvent, toOperations } from './events.ts';
import { register, type RegisterInput, type RegisterOutput } from './models/register.ts';

const key = 'x';
const events: readonly OperationEvent<RegisterInput<number>, RegisterOutput<number>>[] = [
  { kind: 'call', id: 7, process: 1, input: { f: 'write', key, value: 1 } },
  { kind: 'call', id: 3, process: 2, input: { f: 'write', key, value: 2 } },
  { kind: 'return', id: 7, output: {} },
  { kind: 'call', id: 4, process: 1, input: { f: 'write', key, value: 3 } },
  { kind: 'return', id: 4, output: undefined, outcome: 'fail' },
  { kind: 'call', id: 5, process: 1, input: { f: 'read', key } },
  { kind: 'return', id: 5, output: { value: 2 } },
  { kind: 'call', id: 6, process: 1, input: { f: 'read', key } },
  { kind: 'return', id: 6, output: { value: 1 } },
];
const model = register<number>({ initial: 0 });

describe('calls and returns', () => {
  test('become operations at their positions; what never returns is unknown', () => {
    const told = toOperations(events).map((each) => [
      each.id,
      each.process,
      each.call,
      each.return,
      each.outcome,
    ]);
    expect(told).toEqual([
      [7, 1, 0, 2, 'ok'],
      [3, 2, 1, Infinity, 'info'],
      [4, 1, 3, Infinity, 'fail'],
      [5, 1, 5, 6, 'ok'],
      [6, 1, 7, 8, 'ok'],
    ]); // prettier-ignore
  });

  test('are checked as operations are', () => {
    expect(checkEvents(model, events.slice(0, 7)).verdict).toBe('linearizable');
    expect(checkEvents(model, events)).toMatchObject({
      verdict: 'illegal',
      partitions: [{ violation: { anomaly: 'new then old' } }],
    });
    expect(checkEventsVerbose(model, events)).toMatchObject({
      verdict: 'illegal',
      partitions: [{ prefix: { until: 8, completing: 6, order: [7, 3, 5] } }],
    });
  });

  test.each<[string, readonly OperationEvent<RegisterInput<number>, RegisterOutput<number>>[], string]>([
    ['a second call', events.slice(0, 1).concat(events.slice(0, 1)), 'Event 1 calls operation 7 again'],
    ['a return without a call', events.slice(2, 3), 'Event 0 returns operation 7, which is not open'],
    ['a second return', events.slice(0, 3).concat(events.slice(2, 3)), 'Event 3 returns operation 7'],
  ])('are refused with %s', (_name, wrong, message) => {
    expect(() => checkEvents(model, wrong)).toThrow(message);
  });
});
