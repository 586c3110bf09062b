import { describe, expect, test } from '@jest/globals';
import { checkOperations } from '../check.ts';
import { seededDraw } from '../fuzz/draw.ts';
import { simulate } from '../fuzz/simulated-history.ts';
import { initialNumber, type RegisterOperation } from '../fuzz/small-history.ts';
import { casRegister } from '../models/register.ts';
import type { Anomaly } from '../result.ts';

const model = casRegister<number>({ initial: initialNumber });
const count = 100_000;
const history = simulate(seededDraw(21), { operations: count, clients: 6 });
const isRead = ({ input, outcome }: RegisterOperation) => input.f === 'read' && outcome === 'ok';
const isSwap = ({ input, output }: RegisterOperation) => input.f === 'cas' && output?.swapped === true;
const fresh = count * 10;

/** Changes or adds a few operations near the one with the index `near`. */
type Plant = (near: number) => RegisterOperation[];

const change = (wanted: RegisterOperation | undefined, to: Partial<RegisterOperation>) =>
  history.map((each) => (each === wanted ? { ...each, ...to } : each));
const after = (near: number, holds: (operation: RegisterOperation) => boolean) =>
  history.find((each) => each.id >= near && holds(each));
/** New operations one after the other, with nobody else between them: positions between those of `at` and the next. */
const insert = (at: number, added: readonly Pick<RegisterOperation, 'input' | 'output' | 'outcome'>[]) => {
  const start = history[at]?.call ?? 0;
  const step = 1 / (added.length * 2 + 1);
  const operations = added.map((each, index): RegisterOperation => ({
    ...each,
    id: fresh + index,
    process: 100 + index,
    call: start + (2 * index + 1) * step,
    return: start + (2 * index + 2) * step,
  }));
  return [...history, ...operations].sort((a, b) => a.call - b.call);
};
const key = 'x';
const ok = 'ok';

/** What an operation put in place, if it did. */
const leftBy = ({ input, output }: RegisterOperation) =>
  input.f === 'write' ? [input.value] : input.f === 'cas' && output?.swapped === true ? [input.to] : [];
/** Whether the operation had ended well before a position: nobody doubts that its value was in place. */
const isIn = (operation: RegisterOperation, position: number) =>
  operation.outcome === 'ok' && operation.return < position;
/** By the id of an operation that left a value: the one whose value it replaced, in an order that explains the history. */
const before = new Map<number, RegisterOperation>();
{
  let last: RegisterOperation | undefined;
  for (const id of checkOperations(model, history).partitions[0]?.order ?? []) {
    const operation = history[id];
    if (operation === undefined || leftBy(operation).length === 0) continue;
    if (last !== undefined) before.set(id, last);
    last = operation;
  }
}

const plants: Readonly<Partial<Record<Anomaly, Plant>>> = {
  'stale read': (near) => change(after(near, isRead), { output: after(near - 200, isRead)?.output }),
  'new then old': (near) => {
    // A write that is under way while two reads see it, one after the other; the second is made to see what it replaced.
    for (const write of history.slice(near)) {
      const replaced = before.get(write.id);
      if (write.outcome !== 'ok' || replaced === undefined || !isIn(replaced, write.call)) continue;
      const [value] = leftBy(write);
      const reads = history
        .slice(write.id, write.id + 100)
        .filter((each) => isRead(each) && each.output?.value === value && each.call < write.return);
      const [first] = reads.filter((each) => each.return < write.return);
      const second = reads.find((each) => first !== undefined && each.call > first.return);
      if (second !== undefined) return change(second, { output: { value: leftBy(replaced)[0] ?? 0 } });
    }
    throw new Error('No write of this history is overlapped by two reads that saw it.');
  },
  phantom: (near) => change(after(near, isRead), { output: { value: fresh } }),
  'aborted read': (near) => {
    const victim = after(near, isRead);
    const refused = { input: { f: 'write', key, value: fresh }, output: undefined, outcome: 'fail' } as const;
    const planted = insert(near - 50, [refused]);
    return planted.map((each) => (each === victim ? { ...each, output: { value: fresh } } : each));
  },
  'read from the future': (near) => {
    const later = after(near + 100, ({ input, outcome }) => input.f === 'write' && outcome === 'ok');
    const value = later?.input.f === 'write' ? later.input.value : 0;
    return change(after(near, isRead), { output: { value } });
  },
  'two swaps from one value': (near) => {
    const from = history.find((each) => each.id >= near && isSwap(each))?.input;
    const input = { f: 'cas', key, from: from?.f === 'cas' ? from.from : 0, to: fresh } as const;
    return insert(near + 100, [{ input, output: { swapped: true }, outcome: ok }]);
  },
  'circular swaps': (near) =>
    insert(near, [
      { input: { f: 'cas', key, from: fresh, to: fresh + 1 }, output: { swapped: true }, outcome: ok },
      { input: { f: 'cas', key, from: fresh + 1, to: fresh }, output: { swapped: true }, outcome: ok },
    ]),
  'contradicting answer': (near) =>
    insert(near, [
      { input: { f: 'cas', key, from: 5, to: fresh }, output: { swapped: false, value: 5 }, outcome: ok },
    ]),
  // An acknowledged write that nobody sees, and a read that still sees what it replaced.
  'lost update': (near) =>
    insert(near, [
      { input: { f: 'write', key, value: fresh }, output: {}, outcome: ok },
      { input: { f: 'write', key, value: fresh + 1 }, output: {}, outcome: ok },
      { input: { f: 'read', key }, output: { value: fresh }, outcome: ok },
    ]),
};

describe.each(Object.entries(plants))('%s in 100,000 operations', (anomaly, plant) => {
  test.each([10, 50, 90])('is found at %i %, with a small core', (percent) => {
    const planted = plant((count * percent) / 100);
    const { partitions } = checkOperations(model, planted);
    const violation = partitions.find(({ verdict }) => verdict === 'illegal')?.violation;
    expect(violation?.anomaly).toBe(anomaly);
    expect(violation?.bounding.length).toBeLessThanOrEqual(4);
    expect(violation?.core.length).toBeLessThanOrEqual(40);
    const verdictWith = (isTimed: (id: number) => boolean) => {
      const named = new Set([...(violation?.core ?? []), ...(violation?.support ?? [])]);
      const few = planted.filter(({ id }) => named.has(id));
      return checkOperations(
        model,
        few.map((each) => (isTimed(each.id) ? each : { ...each, call: -Number.MAX_VALUE, return: Infinity })),
      ).verdict;
    };
    const inCore = new Set(violation?.core);
    expect(verdictWith((id) => inCore.has(id))).toBe('illegal');
    for (const bound of violation?.bounding ?? []) {
      expect([bound, verdictWith((id) => id !== bound && inCore.has(id))]).toEqual([bound, 'linearizable']);
    }
  });
});
