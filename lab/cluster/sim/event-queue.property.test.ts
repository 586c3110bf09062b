import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EventQueue } from './event-queue.ts';

test('gives events in the order of their times, and of their scheduling where times are equal', () => {
  // Undefined stands for taking an event between two additions.
  const steps = fc.array(fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined, freq: 3 }));
  fc.assert(
    fc.property(steps, (drawn) => {
      const queue = new EventQueue();
      const expected: { readonly atNs: number; readonly sequence: number }[] = [];
      const takeBoth = (): void => {
        expected.sort((a, b) => a.atNs - b.atNs || a.sequence - b.sequence);
        expect(queue.take()).toEqual(expected.shift());
      };
      for (const atNs of drawn) {
        if (atNs === undefined) takeBoth();
        else expected.push(queue.add(atNs, () => undefined));
      }
      while (expected.length > 0) takeBoth();
      expect(queue.isEmpty).toBe(true);
      expect(queue.take()).toBeUndefined();
    }),
  );
});
