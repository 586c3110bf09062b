import { createServer } from 'node:net';
import { LabError } from '../../lab-error.ts';
import { ephemeralPorts } from './proc.ts';

/** Ports are locked in blocks of this many, so that runs with different needs notice each other. */
const blockPorts = 64;
const lowestPort = 10_240;
const highestPort = 65_535;
const blocksTriedMax = 1000;

/** Consecutive ports on loopback that no other run takes as long as this is not disposed of. */
export interface PortRange extends Disposable {
  readonly first: number;
  readonly count: number;
}

/**
 * Reserves `count` consecutive ports outside the range from which the system takes ports for outgoing connections: a dial to a dead port of that range can
 * connect to itself. Rejects with a `LabError('port')`, which names the port in use when `firstPort` was asked for.
 *
 * @param random gives a number from 0 up to 1; it spreads concurrent runs.
 */
export async function reservePorts(
  count: number,
  firstPort: number | undefined,
  random: () => number,
): Promise<PortRange> {
  if (firstPort !== undefined) return reserveFrom(firstPort, count);
  const candidates = candidateRanges(count);
  const offset = Math.floor(random() * candidates.length);
  const tries = Math.min(candidates.length, blocksTriedMax);
  for (let index = 0; index < tries; index++) {
    const first = candidates[(index + offset) % candidates.length];
    if (first === undefined) break;
    const range = await tryReserve(first, count);
    if ('first' in range) return range;
  }
  throw new LabError(
    'port',
    `no ${count} consecutive free ports were found below or above the ephemeral range (${ephemeralPorts().join('-')}); end other runs, or name the first port to use`,
  );
}

async function reserveFrom(first: number, count: number): Promise<PortRange> {
  const last = first + count - 1;
  const [ephemeralFirst, ephemeralLast] = ephemeralPorts();
  if (first < 1024 || last > highestPort || (first <= ephemeralLast && last >= ephemeralFirst)) {
    throw new LabError(
      'port',
      `${count} ports from ${first} on are not usable: they must lie in 1024-${highestPort} and outside ${ephemeralFirst}-${ephemeralLast}, which the system gives to outgoing connections; choose another first port`,
    );
  }
  const range = await tryReserve(first, count);
  if ('first' in range) return range;
  throw new LabError('port', `${range.problem}; choose another first port, or none to let the lab find one`);
}

/** The beginnings of ranges to try. */
function candidateRanges(count: number): number[] {
  const [ephemeralFirst, ephemeralLast] = ephemeralPorts();
  const firsts: number[] = [];
  for (let first = lowestPort; first + count - 1 <= highestPort; first += blockPorts) {
    if (first > ephemeralLast || first + count - 1 < ephemeralFirst) firsts.push(first);
  }
  const below = firsts.filter((first) => first < ephemeralFirst);
  return below.length > 0 ? below : firsts;
}

async function tryReserve(first: number, count: number): Promise<PortRange | { readonly problem: string }> {
  const locks: Disposable[] = [];
  const release = () => {
    for (const lock of locks.splice(0)) lock[Symbol.dispose]();
  };
  const lastBlock = Math.floor((first + count - 1) / blockPorts);
  for (let block = Math.floor(first / blockPorts); block <= lastBlock; block++) {
    const lock = await lockBlock(block);
    if (lock === undefined) {
      release();
      return { problem: `ports ${block * blockPorts}-${(block + 1) * blockPorts - 1} belong to another run` };
    }
    locks.push(lock);
  }
  const ports = Array.from({ length: count }, (_, index) => first + index);
  const taken = (await Promise.all(ports.map(whyNotFree))).find((problem) => problem !== undefined);
  if (taken !== undefined) {
    release();
    return { problem: taken };
  }
  return { first, count, [Symbol.dispose]: release };
}

/**
 * Locks a block by listening at a socket of Linux's abstract namespace. Unlike a file, it is released by the kernel however its owner ends, and it is as wide as ports are: one
 * network namespace.
 */
function lockBlock(block: number): Promise<Disposable | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(new LabError('port', `cannot lock a range of ports: ${error.message}`, { cause: error }));
    });
    server.listen({ path: `\0raft-lab-ports-${block * blockPorts}` }, () => {
      server.unref();
      resolve({ [Symbol.dispose]: () => void server.close() });
    });
  });
}

function whyNotFree(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(
        error.code === 'EADDRINUSE'
          ? `port ${port} is in use`
          : `port ${port} cannot be used: ${error.message}`,
      );
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.close(() => resolve(undefined));
    });
  });
}
