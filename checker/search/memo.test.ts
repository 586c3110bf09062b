import { describe, expect, test } from '@jest/globals';
import { Bags, emptyBag } from './bags.ts';
import { Memo } from './memo.ts';

describe('bags', () => {
  test('with the same elements have the same number, whatever the way to them', () => {
    const bags = new Bags();
    const one = bags.add(bags.add(emptyBag, 3), 1);
    const other = bags.remove(bags.add(bags.add(bags.add(emptyBag, 1), 2), 3), 2);
    expect(one).toBe(other);
    expect(bags.contents(one)).toEqual([1, 3]);
    expect(bags.remove(bags.remove(one, 1), 3)).toBe(emptyBag);
  });

  test('count how often they hold an element', () => {
    const bags = new Bags();
    const two = bags.add(bags.add(emptyBag, 5), 5);
    expect(bags.count(two, 5)).toBe(2);
    expect(bags.remove(two, 5)).toBe(bags.add(emptyBag, 5));
    expect(bags.includes(two, bags.add(emptyBag, 5))).toBe(true);
    expect(bags.includes(bags.add(emptyBag, 5), two)).toBe(false);
    expect(bags.includes(bags.add(two, 1), bags.add(emptyBag, 4))).toBe(false);
  });
});

describe('the memo', () => {
  test('knows a configuration once it was added', () => {
    const memo = new Memo(new Bags());
    expect(memo.add(1, 2, 3, 0, emptyBag)).toBe(true);
    expect(memo.add(1, 2, 3, 0, emptyBag)).toBe(false);
    expect(memo.add(1, 3, 2, 0, emptyBag)).toBe(true);
    expect(memo.add(2, 1, 3, 0, emptyBag)).toBe(true);
  });

  test('holds those with fewer unknown operations for better', () => {
    const bags = new Bags();
    const memo = new Memo(bags);
    const one = bags.add(emptyBag, 1);
    const two = bags.add(emptyBag, 2);
    const both = bags.add(one, 2);
    expect(memo.add(1, 1, 1, 0, one)).toBe(true);
    expect(memo.add(1, 1, 1, 0, both)).toBe(false);
    expect(memo.add(1, 1, 1, 0, two)).toBe(true);
    expect(memo.add(1, 1, 1, 0, emptyBag)).toBe(true);
    expect(memo.add(1, 1, 1, 0, two)).toBe(false);
  });

  test('holds those in which more has looked for better', () => {
    const memo = new Memo(new Bags());
    expect(memo.add(1, 1, 1, 0b0110, emptyBag)).toBe(true);
    expect(memo.add(1, 1, 1, 0b0010, emptyBag)).toBe(false);
    expect(memo.add(1, 1, 1, 0b1010, emptyBag)).toBe(true);
    expect(memo.add(1, 1, 1, 0b1110, emptyBag)).toBe(true);
    expect(memo.add(1, 1, 1, 1 << 31, emptyBag)).toBe(true);
    expect(memo.add(1, 1, 1, 1 << 31, emptyBag)).toBe(false);
  });

  test('compares every word, also where entries lie close together', () => {
    const memo = new Memo(new Bags());
    const all = Array.from({ length: 40 ** 3 }, (_, number) => number);
    const add = (number: number) =>
      memo.add(number % 40, Math.floor(number / 40) % 40, Math.floor(number / 1600), 0, emptyBag);
    expect(all.filter(add)).toHaveLength(all.length);
    expect(all.filter(add)).toHaveLength(0);
  });

  test('mixes up none of very many, with numbers as large as they come', () => {
    const bags = new Bags();
    const memo = new Memo(bags);
    const one = bags.add(emptyBag, 1);
    const large = 2 ** 31 - 1;
    for (let number = 0; number < 20_000; number++) {
      expect(memo.add(number, large - number, number, 0, one)).toBe(true);
      expect(memo.add(large - number, number, number % 7, 0, one)).toBe(true);
    }
    for (let number = 0; number < 20_000; number++) {
      expect(memo.add(number, large - number, number, 0, one)).toBe(false);
      expect(memo.add(large - number, number, number % 7, 0, emptyBag)).toBe(true);
    }
  });
});
