import { describe, expect, test } from '@jest/globals';
import { RunBuilder } from '../verdict/testdata/run-builder.ts';
import { pairOperations } from './operations.ts';

describe('pairing invocations with completions', () => {
  test('keeps the order of the invocations, whatever order they complete in', () => {
    const { history } = new RunBuilder()
      .write('a', { process: 0, from: 1, to: 9 })
      .read('a', { process: 1, from: 2, to: 3 })
      .write('b', { process: 2, from: 4, to: 5, outcome: 'fail' })
      .write('c', { process: 3, from: 6, to: 7, outcome: 'info' })
      .write('d', { process: 4, from: 8, to: 8, outcome: 'open' })
      .build();
    const operations = pairOperations(history);
    expect(operations.map(({ process, outcome }) => `${process} ${outcome}`)).toEqual([
      '0 ok',
      '1 ok',
      '2 fail',
      '3 info',
      '4 info',
    ]);
    expect(operations.map(({ endNs }) => endNs / 1e6)).toEqual([9, 3, 5, 7, Infinity]);
  });

  test.each([
    [
      'a second invocation',
      new RunBuilder().write('a', { process: 0, from: 1, to: 9 }).write('b', { process: 0, from: 2, to: 10 }),
      'history line 2: process 0 invokes while its last operation is still open',
    ],
    [
      'a process number that is used again after an info',
      new RunBuilder()
        .write('a', { process: 0, from: 1, to: 2, outcome: 'info' })
        .write('b', { process: 0, from: 3, to: 4 }),
      'process 0 goes on although an operation of it ended as info',
    ],
  ])('refuses %s', (_, builder, message) => {
    const { history } = builder.build();
    expect(() => pairOperations(history)).toThrow(message);
  });

  test('refuses a completion without its invocation, and one of another operation', () => {
    const { history } = new RunBuilder()
      .write('a', { process: 0, from: 1, to: 2 })
      .read('a', { process: 1, from: 3, to: 4 })
      .build();
    expect(() => pairOperations(history.slice(1))).toThrow('completes an operation that it did not invoke');
    const mixed = history.map((event) => (event.process === 1 ? { ...event, process: 0 } : event));
    expect(() => pairOperations([...mixed.slice(0, 1), ...mixed.slice(3)])).toThrow(
      'completes a read of x but invoked write of x',
    );
  });
});
