import { describe, expect, test } from '@jest/globals';
import type { LinkEffect } from './links.ts';
import { toxicsOf } from './toxics-of.ts';

/** `from~to stream type attributes`, a line for each toxic, in the order of adding. */
function lines(from: string, to: string, effect: LinkEffect): string[] {
  return toxicsOf({ flow: { from, to }, effect }).flatMap((placement) =>
    placement.toxics.map(
      ({ type, attributes }) =>
        `${placement.from}~${placement.to} ${placement.stream} ${type} ${Object.values(attributes).join(' ')}`,
    ),
  );
}

describe('a rule between two nodes is two toxics', () => {
  test.each<[LinkEffect, string[]]>([
    [{ kind: 'close' }, ['i~j upstream reset_peer 0', 'j~i downstream timeout 0']],
    [{ kind: 'black-hole' }, ['i~j upstream timeout 0', 'j~i downstream timeout 0']],
    [{ kind: 'hold' }, ['i~j upstream latency 1000000000 0', 'j~i downstream latency 1000000000 0']],
    [
      { kind: 'latency', latencyMs: 30, jitterMs: 5 },
      ['i~j upstream latency 30 5', 'j~i downstream latency 30 5'],
    ],
    [
      { kind: 'bandwidth', kilobytesPerSecond: 9 },
      ['i~j upstream bandwidth 9', 'j~i downstream bandwidth 9'],
    ],
    [
      { kind: 'slicer', averageBytes: 8, variationBytes: 100, delayUs: 7 },
      ['i~j upstream slicer 8 7 7', 'j~i downstream slicer 8 7 7'],
    ],
    [{ kind: 'reset', afterMs: 0 }, ['i~j upstream reset_peer 0', 'j~i downstream reset_peer 0']],
    [
      { kind: 'reset', afterMs: 50 },
      [
        'i~j upstream latency 50 0',
        'i~j upstream reset_peer 0',
        'j~i downstream latency 50 0',
        'j~i downstream reset_peer 0',
      ],
    ],
  ])('%j', (effect, expected) => {
    expect(lines('i', 'j', effect)).toEqual(expected);
  });
});

describe('a rule between clients and a node is one, for clients are never dialled', () => {
  test.each<[LinkEffect, string]>([
    [{ kind: 'close' }, 'reset_peer 0'],
    [{ kind: 'black-hole' }, 'timeout 0'],
    [{ kind: 'hold' }, 'latency 1000000000 0'],
  ])('%j', (effect, toxic) => {
    expect(lines('clients', 'n', effect)).toEqual([`clients~n upstream ${toxic}`]);
    expect(lines('n', 'clients', effect)).toEqual([`clients~n downstream ${toxic}`]);
  });
});
