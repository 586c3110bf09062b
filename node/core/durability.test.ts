import { describe, expect, test } from '@jest/globals';
import { Durability } from './durability.ts';

const fresh = (): Durability => new Durability({ term: 1, votedFor: null, commit: 0 }, 1);

describe('what is known to be on disk', () => {
  test('grows with the writes that are done, in order', () => {
    const durability = fresh();
    const first = durability.begin(1, 3);
    const second = durability.begin(2, 5);
    expect([durability.index, durability.term, durability.idle]).toEqual([1, 1, false]);
    durability.persisted(first);
    expect([durability.index, durability.term, durability.idle]).toEqual([3, 1, false]);
    durability.persisted(second);
    expect([durability.index, durability.term, durability.idle]).toEqual([5, 2, true]);
  });

  test('a write in flight says nothing of entries that replaced its own, even if they are the same again', () => {
    const durability = fresh();
    const held = durability.begin(1, 2);
    durability.truncated(2);
    const other = durability.begin(2, 2);
    durability.truncated(2);
    const again = durability.begin(3, 2);
    durability.persisted(held);
    expect(durability.index).toBe(1);
    durability.persisted(other);
    expect(durability.index).toBe(1);
    durability.persisted(again);
    expect(durability.index).toBe(2);
  });

  test('a snapshot is there once the write that names it is done', () => {
    const durability = fresh();
    const naming = durability.begin(1, 9, 7);
    expect(durability.snapshotIndex).toBe(0);
    durability.persisted(naming);
    durability.persisted(durability.begin(1, 10));
    expect(durability.snapshotIndex).toBe(7);
  });

  test('a truncation takes back what was on disk', () => {
    const durability = new Durability({ term: 1, votedFor: null, commit: 0 }, 9);
    durability.truncated(4);
    expect(durability.index).toBe(3);
  });

  test('a write that was never begun cannot be done', () => {
    expect(() => fresh().persisted(1)).toThrow(/An invariant of Raft does not hold: write 1/);
  });
});
