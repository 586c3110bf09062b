import { expect, test } from '@jest/globals';
import { runWorkload, startCluster } from 'raft-lab/jest';
import { nodeUnderTest } from './node-under-test.ts';

test('what a leader acknowledges while it is cut off is not lost', async () => {
  await using cluster = await startCluster({ ...nodeUnderTest, nodes: 3 });
  const history = await runWorkload(cluster, {
    async during() {
      await cluster.sleep(500);
      const cut = await cluster.partition('leader', { cut: 'black-hole' });
      await cluster.leader({ except: cut.nodes[0] });
      await cluster.sleep(1_500);
      await cluster.heal();
      await cluster.sleep(500);
    },
  });
  expect(history).toBeLinearizable();
  expect(history).toHaveOneLeaderPerTerm();
  expect(history).toRecoverWithin(5_000);
});
