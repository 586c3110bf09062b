/** A lab that starts a cluster and then waits for its death. Arguments: run id, image, directory for logs. */
import { createDockerCluster } from '../docker-cluster.ts';

const [runId = '', image = '', logDirectory = ''] = process.argv.slice(2);
const cluster = await createDockerCluster({
  runId,
  source: { kind: 'image', image },
  nodes: ['n1', 'n2'],
  voters: ['n1', 'n2'],
  logDirectory,
  env: {},
  heartbeatMs: 50,
  electionMs: [150, 300],
  snapshotEntries: 100,
  readyTimeoutMs: 10_000,
});
await cluster.start('n1');
console.log('up');
setInterval(() => undefined, 60_000);
