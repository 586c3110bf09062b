import { describe, expect, test } from '@jest/globals';
import { budget, peerBytesSent } from './budget.ts';
import { RunBuilder } from './testdata/run-builder.ts';

const usage = (peerBytesSent: Record<string, number>) => ({
  f: 'usage',
  value: { peerBytesSent, diskBytes: {} },
});
/** One second, ten answered operations: room for 10 × 32 KiB + 64 KiB. */
const base = () => {
  const run = new RunBuilder().allUp(1).phase(1_000, 'stop');
  for (let i = 0; i < 10; i += 1) run.write(`v${i}`, { process: 0, from: 10 + i, to: 10.5 + i });
  return run;
};

describe('budget', () => {
  test('passes within the bound and tells the node that sent most', () => {
    expect(
      budget(
        base()
          .observe(900, usage({ n1: 4_000, n2: 9_000 }))
          .build(),
      ),
    ).toMatchObject({
      verdict: 'pass',
      evidence: [{ summary: 'n2 sent 9 KiB to its peers, 900 bytes for each of 10 answered operations.' }],
    });
  });

  test('fails above it', () => {
    const bytes = 384 * 1_024;
    expect(
      budget(
        base()
          .observe(900, usage({ n1: bytes }))
          .build(),
      ),
    ).toMatchObject({ verdict: 'pass' });
    expect(
      budget(
        base()
          .observe(900, usage({ n1: bytes + 1 }))
          .build(),
      ),
    ).toMatchObject({
      verdict: 'fail',
      concern: 'safety',
    });
  });

  test('a counter that begins anew with its node goes on from where it was', () => {
    const run = base()
      .observe(100, usage({ n1: 500 }))
      .observe(200, usage({ n1: 20 }))
      .observe(300, usage({ n1: 70 }));
    expect(peerBytesSent(run.build())?.bytes.get('n1')).toBe(570);
  });

  test('is undecided without usage, and not judged where the cluster counts no bytes', () => {
    expect(budget(base().build())).toMatchObject({ verdict: 'undecided' });
    expect(budget(base().observe(900, usage({})).build())).toHaveProperty('notJudged');
  });
});
