import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { ephemeralPorts } from './proc.ts';
import { reservePorts } from './ports.ts';

const random = () => 0.5;

describe('ports', () => {
  test('lie outside the range for outgoing connections, and are free', async () => {
    using range = await reservePorts(36, undefined, random);
    const [first, last] = ephemeralPorts();
    expect(range.first + range.count - 1 < first || range.first > last).toBe(true);
    const servers = Array.from({ length: range.count }, (_, index) =>
      createServer().listen(range.first + index, '127.0.0.1'),
    );
    await Promise.all(servers.map((server) => once(server, 'listening')));
    for (const server of servers) server.close();
  });

  test('are nobody else’s until they are given back', async () => {
    const first = await reservePorts(36, undefined, random);
    using second = await reservePorts(100, undefined, random);
    expect(second.first >= first.first + 36 || second.first + 100 <= first.first).toBe(true);
    await expect(reservePorts(10, first.first, random)).rejects.toMatchObject({
      code: 'port',
      message: `ports ${first.first}-${first.first + 63} belong to another run; choose another first port, or none to let the lab find one`,
    });
    first[Symbol.dispose]();
    using again = await reservePorts(10, first.first, random);
    expect(again.first).toBe(first.first);
  });

  test('avoid one that is taken, and name it when it was asked for', async () => {
    const free = await reservePorts(36, undefined, random);
    free[Symbol.dispose]();
    const server = createServer().listen(free.first + 7, '127.0.0.1');
    await once(server, 'listening');
    try {
      await expect(reservePorts(36, free.first, random)).rejects.toMatchObject({
        code: 'port',
        message: `port ${free.first + 7} is in use; choose another first port, or none to let the lab find one`,
      });
      using other = await reservePorts(36, undefined, random);
      expect(other.first).not.toBe(free.first);
    } finally {
      server.close();
    }
  });

  test.each([0, 1000, 40_000, 65_530])('are refused from %d on', async (first) => {
    await expect(reservePorts(36, first, random)).rejects.toMatchObject({ name: 'LabError', code: 'port' });
  });
});
