// A lab that is about to be killed: starts a cluster of echo nodes, a daemon that leaves its node's process group among them, prints what it has, and waits.
import { fileURLToPath } from 'node:url';
import { createProcessCluster } from '../process/process-cluster.ts';

const [runId = '', logDirectory = ''] = process.argv.slice(2);
const node = fileURLToPath(new URL('./echo-node.mjs', import.meta.url));
const cluster = await createProcessCluster({
  runId,
  source: { kind: 'command', argv: ['/bin/sh', '-c', `setsid sleep 600 & exec "${process.execPath}" "${node}"`] },
  nodes: ['n1', 'n2'],
  voters: ['n1', 'n2'],
  logDirectory,
  env: {},
  heartbeatMs: 50,
  electionMs: [150, 300],
  snapshotEntries: 100,
  readyTimeoutMs: 10_000,
});
await Promise.all(cluster.nodes.map((name) => cluster.start(name)));
await cluster.pause('n2');
process.stdout.write('up\n');
setInterval(() => undefined, 60_000);
