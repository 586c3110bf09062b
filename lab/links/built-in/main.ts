/**
 * The proxy as a process of its own: `node main.ts HOST:PORT`. It prints one line, `{"listening": "HOST:PORT"}`, once its API answers, and ends when its
 * standard input does, so that it never outlives whoever started it.
 */
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { parseAddress, renderAddress } from './address.ts';
import { createApi } from './api.ts';
import { ProxyCollection } from './collection.ts';

const address = parseAddress(process.argv[2] ?? '127.0.0.1:0');
const server = createServer(createApi(new ProxyCollection(Math.random)));
server.on('error', (error) => {
  process.stderr.write(`the proxy cannot listen at ${renderAddress(address)}: ${error.message}\n`);
  process.exit(1);
});
server.listen({ ...address, exclusive: true }, () => {
  const bound = server.address() as AddressInfo;
  const listening = renderAddress({ host: bound.address, port: bound.port });
  process.stdout.write(`${JSON.stringify({ listening })}\n`);
});
process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0));
process.stdin.resume();
