import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkOperations } from '../check.ts';
import { chance, type Draw, seededDraw } from '../fuzz/draw.ts';
import { simulate } from '../fuzz/simulated-history.ts';
import { initialNumber, type RegisterOperation, smallHistory } from '../fuzz/small-history.ts';
import { casRegister } from '../models/register.ts';
import { Monitor } from './monitor.ts';

const model = casRegister<number>({ initial: initialNumber });

interface Event {
  readonly position: number;
  readonly operation: RegisterOperation;
  readonly type: 'call' | 'end';
}

/**
 * Calls and ends in order, calls first where they touch. Unknown operations end, as far as their client knows, somewhere after their
 * call; of 100, `neverPercent` do not end at all.
 */
function eventsOf(history: readonly RegisterOperation[], draw: Draw, neverPercent = 0): Event[] {
  const last = Math.max(...history.map(({ call }) => call)) + 1;
  return history
    .flatMap((operation): Event[] => {
      const end =
        operation.outcome === 'ok' ? operation.return : operation.call + draw(Math.min(last, 50)) + 0.5;
      const called: Event = { position: operation.call, operation, type: 'call' };
      const never = operation.outcome === 'info' && chance(draw, neverPercent);
      return never ? [called] : [called, { position: end, operation, type: 'end' }];
    })
    .sort((a, b) => a.position - b.position || Number(a.type === 'end') - Number(b.type === 'end'));
}

/** What was known of a history after the first events: open operations may have taken effect. */
function prefix(events: readonly Event[]): RegisterOperation[] {
  const ended = new Set(events.filter(({ type }) => type === 'end').map(({ operation }) => operation.id));
  return events
    .filter(({ type }) => type === 'call')
    .map(({ operation }) =>
      ended.has(operation.id)
        ? operation
        : { ...operation, outcome: 'info', output: undefined, return: Infinity },
    );
}

function feed(monitor: Monitor<number, RegisterOperation['input'], object>, { operation, type }: Event) {
  if (type === 'call') return monitor.invoke(operation.id, operation.input);
  return monitor.complete(operation.id, operation.outcome, operation.output);
}

test('after every event the monitor says what a check of the history so far says', () => {
  let decided = 0;
  let illegal = 0;
  fc.assert(
    fc.property(fc.gen(), (generate) => {
      const draw: Draw = (below) => generate(fc.nat, { max: below - 1 });
      const events = eventsOf(smallHistory(draw, 9), draw, 50);
      const monitor = new Monitor(model);
      for (const [index, event] of events.entries()) {
        const { verdict } = feed(monitor, event);
        if (verdict === 'undecided') return;
        decided++;
        const expected = checkOperations(model, prefix(events.slice(0, index + 1))).verdict;
        expect({ index, verdict }).toEqual({ index, verdict: expected });
        if (verdict === 'illegal') {
          illegal++;
          return;
        }
      }
    }),
    { numRuns: 3_000 },
  );
  // Otherwise the test above has tested nothing.
  expect(decided).toBeGreaterThan(5_000);
  expect(illegal).toBeGreaterThan(500);
});

describe('on long histories', () => {
  test('what is remembered stays small, however long the history', () => {
    for (const infoPercent of [0, 1]) {
      const history = simulate(seededDraw(11), { operations: 30_000, clients: 10, infoPercent });
      const monitor = new Monitor(model);
      let most = 0;
      for (const event of eventsOf(history, seededDraw(1))) {
        feed(monitor, event);
        most = Math.max(most, monitor.remembered);
      }
      expect(monitor.verdict).toEqual({ verdict: 'linearizable' });
      const unseen = history.filter(({ outcome, input }) => outcome === 'info' && input.f !== 'read').length;
      expect(most).toBeLessThan(200 + unseen);
    }
  });

  test('a stale read is reported when it ends, and the verdict stays', () => {
    const history = simulate(seededDraw(12), { operations: 5_000, clients: 5 });
    const reads = history.filter(({ input }) => input.f === 'read');
    const wrong = reads[1_000];
    const planted = history.map((each) => (each === wrong ? { ...each, output: reads[900]?.output } : each));
    expect(checkOperations(model, planted).verdict).toBe('illegal');
    const monitor = new Monitor(model);
    for (const event of eventsOf(planted, seededDraw(1))) {
      const { verdict } = feed(monitor, event);
      const isAfter = event.position >= (wrong?.return ?? 0);
      expect(verdict).toBe(isAfter ? 'illegal' : 'linearizable');
    }
    expect(monitor.verdict).toEqual({ verdict: 'illegal', key: 'x', completing: wrong?.id });
  });
});

describe('on many keys', () => {
  /** Ten overlapping writes and a read of one, on every key in turn. */
  const round = (monitor: Monitor<number, RegisterOperation['input'], object>, key: string, id: number) => {
    for (let write = 0; write < 10; write++)
      monitor.invoke(id + write, { f: 'write', key, value: id + write });
    for (let write = 0; write < 10; write++) monitor.complete(id + write, 'ok', {});
  };

  test('a key that nobody uses any more keeps no more than its value', () => {
    const monitor = new Monitor(model);
    const keys = 50;
    // While this read is open nothing can be forgotten.
    const slow = 900_000;
    monitor.invoke(slow, { f: 'read', key: 'other' });
    for (let key = 0; key < keys; key++) round(monitor, `k${key}`, key * 100 + 1);
    for (let key = 0; key < keys; key++) {
      const id = 200_000 + key;
      monitor.invoke(id, { f: 'read', key: `k${key}` });
      monitor.complete(id, 'ok', { value: key * 100 + 1 });
    }
    const whileOpen = monitor.remembered;
    monitor.complete(slow, 'ok', { value: initialNumber });
    for (let id = 300_000; id < 300_000 + keys * 3; id++) {
      monitor.invoke(id, { f: 'read', key: 'other' });
      monitor.complete(id, 'ok', { value: initialNumber });
    }
    expect(monitor.verdict).toEqual({ verdict: 'linearizable' });
    expect(whileOpen).toBeGreaterThan(keys * 10);
    // A block and a value a key, and those of the key in use.
    expect(monitor.remembered).toBeLessThanOrEqual((keys + 1) * 2);
  });

  test('a violation on one of them is reported at once, with its key', () => {
    const monitor = new Monitor(model);
    for (let key = 0; key < 5; key++) round(monitor, `k${key}`, key * 100 + 1);
    monitor.invoke(9_000, { f: 'read', key: 'k3' });
    expect(monitor.complete(9_000, 'ok', { value: 401 })).toEqual({
      verdict: 'illegal',
      key: 'k3',
      completing: 9_000,
    });
  });
});

test('a value that comes again while it may be seen makes the verdict undecided, and later again none', () => {
  const monitor = new Monitor(model);
  const write = (id: number, value: number) => {
    monitor.invoke(id, { f: 'write', key: 'x', value });
    return monitor.complete(id, 'ok', {}).verdict;
  };
  expect([write(1, 5), write(2, 6), write(3, 5)]).toEqual(['linearizable', 'linearizable', 'linearizable']);
  monitor.invoke(4, { f: 'read', key: 'x' });
  expect([write(5, 7), write(6, 5)]).toEqual(['linearizable', 'undecided']);
  expect(monitor.verdict).toMatchObject({ key: 'x', reason: expect.stringContaining('operation 6') });
});

test('misuse is an error', () => {
  const monitor = new Monitor(model);
  monitor.invoke(1, { f: 'read', key: 'x' });
  expect(() => monitor.invoke(1, { f: 'read', key: 'x' })).toThrow(/open already/);
  expect(() => monitor.complete(2, 'info')).toThrow(/not open/);
  const { register: _, ...other } = model;
  expect(() => new Monitor(other)).toThrow(/record the history and check it/);
});

test('a value that is there again is not the one that left', () => {
  const monitor = new Monitor(model);
  const swaps = [
    [0, 1],
    [1, 0],
    [0, 0],
    [0, 2],
  ] as const;
  for (const [id, [from, to]] of swaps.entries()) {
    monitor.invoke(id, { f: 'cas', key: 'x', from, to });
    monitor.complete(id, 'ok', { swapped: true });
  }
  expect(monitor.verdict.verdict).toBe('linearizable');
});
