import { RunBuilder } from '../../verdict/testdata/run-builder.ts';
import type { Run } from '../../verdict/property.ts';

/** Writes on one key for two seconds and reads beside them, with what a test wants to be wrong. */
export function smallRun(
  wrong: {
    /** A read during the faults returns what was overwritten long before. */
    readonly stale?: true;
    /** The last write that was acknowledged during the faults is nowhere afterwards. */
    readonly lost?: true;
    readonly lagMs?: number;
    readonly skipped?: true;
    readonly coverage?: readonly { readonly name: string; readonly atLeast: number }[];
    readonly labFailure?: true;
  } = {},
): Run {
  const run = new RunBuilder({ coverage: [...(wrong.coverage ?? [])] }).phase(0, 'start').allUp(10).phase(50, 'faults');
  for (let ms = 60; ms < 2_200; ms += 40)
    for (const node of ['n1', 'n2', 'n3'])
      run.status(ms, node, { role: node === 'n1' ? 'leader' : 'follower', term: 1, commitIndex: 1, appliedIndex: 1 });
  for (let ms = 100; ms <= 1_000; ms += 100) {
    run.write(`v${ms}`, { process: 0, from: ms, to: ms + 10 });
    run.read(wrong.stale && ms === 800 ? 'v200' : `v${ms}`, { process: 1, from: ms + 20, to: ms + 30 });
  }
  const kept = wrong.lost === true ? 'v900' : 'v1000';
  run.phase(1_200, 'heal').phase(1_210, 'recover');
  run.write('after', { process: 0, key: 'y', from: 1_220, to: 1_230 });
  run.phase(1_300, 'final-reads');
  for (const [at, voter] of ['n1', 'n2', 'n3'].entries()) {
    const from = 1_400 + 100 * at;
    const node = voter === 'n1' ? 'n2' : 'n1';
    run.cutOff(from, [voter]);
    run.read(kept, { process: 2, node, from: from + 10, to: from + 20 });
    run.read('after', { process: 3, key: 'y', node, from: from + 30, to: from + 40 });
    run.cutOff(from + 50, []);
  }
  if (wrong.lagMs !== undefined) run.lag(900, wrong.lagMs);
  if (wrong.skipped === true)
    run.stage(500, 's1', 'skipped', { kind: 'kill', target: 'leader' }, { reason: 'nobody leads' });
  if (wrong.labFailure === true) run.observe(950, { f: 'lab-failure', value: { message: 'the disk is full' } });
  return run.observe(1_900, { f: 'usage', value: { peerBytesSent: {}, diskBytes: {} } }).phase(2_300, 'stop').build();
}
