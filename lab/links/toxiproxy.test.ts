import { describe, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { eventually } from '../cluster/testdata/eventually.ts';
import { ProxyProcess } from './built-in/proxy-process.ts';
import { describeToxiproxy, type RunningProxy } from './toxiproxy.conformance.ts';

describeToxiproxy('our own proxy', () => ProxyProcess.start(0), { letsGoOfHead: false });

/** Where `make toxiproxy` puts it. */
const built = fileURLToPath(new URL('../../.cache/bin/toxiproxy-server', import.meta.url));
const binary = process.env.RAFT_LAB_TOXIPROXY ?? built;
if (existsSync(binary)) {
  describeToxiproxy('Toxiproxy itself', () => startToxiproxy(binary), { letsGoOfHead: true });
} else {
  const reason = `there is no server at ${binary}; \`make toxiproxy\` builds one where Go is installed`;
  process.stderr.write(`SKIPPED: the conformance cases on the real Toxiproxy: ${reason}\n`);
  describe('Toxiproxy itself', () => {
    test.skip(`is not tested: ${reason}`, () => undefined);
  });
}

async function startToxiproxy(path: string): Promise<RunningProxy> {
  const port = await freePort();
  const child = spawn(path, ['-host', '127.0.0.1', '-port', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const gone = once(child, 'exit');
  await eventually(async () => {
    await fetch(`${url}/version`);
  });
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Nothing else of the test dials meanwhile, so that the port stays free for the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
