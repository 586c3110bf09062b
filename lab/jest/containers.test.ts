/** The same in containers, which is where CI uses it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeWithEngine } from '../cluster/docker/test-engine.ts';
import { runWorkload, startCluster } from './index.ts';

const describeContainers = await describeWithEngine();

describeContainers('a cluster driven by hand, in containers', () => {
  test('is cut in two and healed', async () => {
    const out = await mkdtemp(join(tmpdir(), 'raft-lab-jest-'));
    try {
      await using cluster = await startCluster({ nodes: 3, cluster: 'docker', out, seed: 5 });
      const history = await runWorkload(cluster, {
        rate: 60,
        async during() {
          const { nodes } = await cluster.partition('leader', { cut: 'black-hole' });
          await cluster.leader({ except: nodes[0] });
          await cluster.heal();
          await cluster.kill('followers:1');
          await cluster.sleep(200);
        },
      });
      expect(history.plan.nodes).toEqual(['n1', 'n2', 'n3']);
      expect(history).toBeLinearizable();
      expect(history).toHaveOneLeaderPerTerm();
      expect(history).toRecoverWithin(10_000);
    } finally {
      await rm(out, { recursive: true, force: true });
    }
  }, 180_000);
});
