import type { Run } from '../../verdict/property.ts';
import { cutBetween, RunBuilder } from '../../verdict/testdata/run-builder.ts';
import type { RunInfo } from '../run-info.ts';

/** Two seconds of three nodes under a cut and a kill; with `stale`, one read returns what was overwritten long before. */
export function smallRun({ stale }: { readonly stale: boolean }): Run {
  const nodes = ['n1', 'n2', 'n3'];
  const run = new RunBuilder({ seed: 1903, coverage: [{ name: 'fault:kill', atLeast: 1 }] })
    .phase(0, 'start')
    .allUp(40)
    .phase(100, 'faults')
    .step(300, 700, 'isolate-1', { kind: 'partition', shape: 'isolate', target: 'leader', cut: 'black-hole' }, {
      nodes: ['n1'],
      rules: cutBetween(['n1'], ['n2', 'n3']),
    })
    .step(900, 1_200, 'kill-1', { kind: 'kill', target: 'n2' }, { nodes: ['n2'] })
    .life(905, 'n2', 'down', 1)
    .life(1_205, 'n2', 'up', 2)
    .lag(650, 120)
    .phase(1_500, 'heal')
    .phase(1_510, 'recover');
  for (let ms = 60; ms < 2_000; ms += 40)
    nodes.forEach((node, i) => {
      if (node === 'n2' && ms > 900 && ms < 1_240) return;
      const leads = ms < 400 ? 0 : ms < 940 ? 1 : 2;
      const role = i === leads ? 'leader' : 'follower';
      run.status(ms, node, { role, term: leads + 1 }, { life: node === 'n2' && ms > 1_205 ? 2 : 1 });
    });
  for (let ms = 120; ms < 1_700; ms += 20) {
    const node = nodes[(ms / 20) % 3] ?? 'n1';
    run.write(`v${ms}`, { process: 0, key: 'x', node, from: ms, to: ms + 6 });
    run.read(stale && ms === 800 ? 'v200' : `v${ms}`, { process: 1, key: 'x', node, from: ms + 7, to: ms + 12 });
  }
  return run
    .write('lost', { process: 2, key: 'y', node: 'n1', from: 320, to: 650, outcome: 'info', error: 'timeout' })
    .write('refused', { process: 3, key: 'y', node: 'n1', from: 420, to: 430, outcome: 'fail', error: '503 no-leader' })
    .read(null, { process: 3, key: 'y', node: 'n2', from: 500, to: 510 })
    .phase(1_900, 'stop')
    .build();
}

export const smallRunInfo: RunInfo = {
  runId: '20260102T030405-node',
  cluster: 'process',
  node: './my-node --fast',
  directory: 'store/20260102T030405-node',
  command: 'raft-lab',
  durationsMs: { start: 100, run: 1_900, check: 12 },
  replay: 'raft-lab test --seed 1903',
};
