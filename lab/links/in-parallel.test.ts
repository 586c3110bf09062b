import { expect, test } from '@jest/globals';
import { inParallel } from './in-parallel.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('runs so many at a time, and gives the results in order', async () => {
  let running = 0;
  let most = 0;
  const tasks = Array.from({ length: 10 }, (_, index) => async () => {
    running += 1;
    most = Math.max(most, running);
    for (let turns = 10 - index; turns > 0; turns--) await turn();
    running -= 1;
    return index;
  });
  expect(await inParallel(3, tasks)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(most).toBe(3);
});

test('begins nothing after a failure, and waits for what is under way', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const tasks = Array.from({ length: 10 }, (_, index) => async () => {
    begun.push(index);
    await turn();
    if (index === 1) throw new Error('the second fails');
    await turn();
    ended.push(index);
  });
  await expect(inParallel(2, tasks)).rejects.toThrow('the second fails');
  expect(begun).toEqual([0, 1]);
  expect(ended).toEqual([0]);
});
