import { describe, expect, test } from '@jest/globals';
import type { Soaked } from './judgement.ts';
import { judge } from './judgement.ts';

const soaked = (changes: Partial<Soaked>, memoryAt: (place: number) => number = () => 100): Soaked => ({
  samples: Array.from({ length: 40 }, (_, place) => ({
    minute: place,
    memoryMiB: [100, memoryAt(place)],
    diskMiB: [1, 1],
  })),
  wrong: [],
  opsPerSecond: 490,
  opsPerSecondAsked: 500,
  ...changes,
});

describe('a soak', () => {
  test('passes with right answers, the load that was asked for, and nothing that grows', () => {
    expect(judge(soaked({})).complaints).toEqual([]);
  });

  test('fails with the member that leaks', () => {
    expect(judge(soaked({}, (place) => 100 + 3 * place)).complaints).toEqual([
      'n2: expected memoryMiB to stay flat, saw a median of 143.50 in the second quarter and 203.50 in the last',
    ]);
  });

  test('fails with a member whose memory is not known', () => {
    expect(judge(soaked({}, () => NaN)).complaints).toHaveLength(1);
  });

  test('fails when it ended before anything could be said', () => {
    const { members, complaints } = judge(soaked({ samples: [] }));
    expect(members).toEqual([]);
    expect(complaints).toEqual(['expected at least 16 samples of each member, saw 0']);
  });

  test('fails with a wrong answer, and with too little load', () => {
    expect(judge(soaked({ wrong: ['a read saw the past'] })).complaints).toEqual(['a read saw the past']);
    expect(judge(soaked({ opsPerSecond: 399 })).complaints).toEqual([
      'expected 500 operations a second, saw 399: the machine is too busy',
    ]);
  });
});
