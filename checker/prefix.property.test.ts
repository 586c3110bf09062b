import { describe, expect, test } from '@jest/globals';
import { bruteForce } from './brute-force.ts';
import { verifyOrder } from './certificate.ts';
import { checkOperations, checkOperationsVerbose } from './check.ts';
import { seededDraw } from './fuzz/draw.ts';
import { simulate } from './fuzz/simulated-history.ts';
import { initialNumber, type RegisterOperation, smallHistory } from './fuzz/small-history.ts';
import { casRegister } from './models/register.ts';

const model = casRegister<number>({ initial: initialNumber });

/** What somebody knew who watched up to a position: answers that came later are open, refusals are known at once. */
function known(history: readonly RegisterOperation[], isOver: (end: number) => boolean, position: number) {
  return history
    .filter(({ call }) => call <= position)
    .map((each): RegisterOperation =>
      each.outcome === 'ok' && !isOver(each.return)
        ? { ...each, outcome: 'info', output: undefined, return: Infinity }
        : each,
    );
}

function breaksAt(history: readonly RegisterOperation[]): number {
  const ends = history.filter(({ outcome }) => outcome === 'ok').map((each) => each.return);
  const isBroken = (position: number) =>
    !bruteForce(
      model,
      known(history, (end) => end <= position, position),
    );
  return ends.sort((a, b) => a - b).find(isBroken) ?? Infinity;
}

describe('the longest prefix with an order', () => {
  test.each(['best', 'search'] as const)('ends where brute force says (%s)', (engine) => {
    const seen = { whole: 0, broken: 0, later: 0 };
    for (let seed = 1; seed <= 4_000; seed++) {
      const history = smallHistory(seededDraw(seed), 7);
      const [part] = checkOperationsVerbose(model, history, { engine }).partitions;
      const prefix = part?.prefix;
      expect({ seed, until: prefix?.until }).toEqual({ seed, until: breaksAt(history) });
      const until = prefix?.until ?? 0;
      expect(
        verifyOrder(
          model,
          known(history, (end) => end < until, until),
          prefix?.order ?? [],
        ),
      ).toBe(undefined);
      if (until === Infinity) seen.whole++;
      else seen.broken++;
      if (part?.completing !== undefined && part.completing !== prefix?.completing) seen.later++;
    }
    expect(seen.whole).toBeGreaterThan(500);
    expect(seen.broken).toBeGreaterThan(500);
    // The search alone, which knows what open operations will answer, gets stuck too early in some of them.
    if (engine === 'search') expect(seen.later).toBeGreaterThan(0);
  });

  test('is found in a long history, and the rest of the result is that of the plain check', () => {
    const history = simulate(seededDraw(4), { operations: 50_000, clients: 8, infoPercent: 1 });
    const reads = history.filter(({ input, outcome }) => input.f === 'read' && outcome === 'ok');
    const wrong = reads[10_000];
    const planted = history.map((each) =>
      each === wrong ? { ...each, output: reads[9_000]?.output } : each,
    );
    const [part] = checkOperationsVerbose(model, planted).partitions;
    expect(part?.prefix).toMatchObject({ until: wrong?.return, completing: wrong?.id });
    const [plain] = checkOperations(model, planted).partitions;
    expect(part).toMatchObject({ verdict: 'illegal', violation: { core: plain?.violation?.core } });
  });
});
