import { createServer } from 'node:net';

/** Below the range that dials take their own ports from. */
const [lowestPort, highestPort] = [21_000, 31_000];
const tries = 50;

/** Ports of loopback that are free now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  for (let left = tries; left > 0; left -= 1) {
    const first = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort - count));
    const ports = Array.from({ length: count }, (_, at) => first + at);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return ports;
  }
  throw new Error(`expected ${count} free ports in a row between ${lowestPort} and ${highestPort}, saw none`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
