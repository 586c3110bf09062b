import { expect, test } from '@jest/globals';
import { receivedByNetwork } from './traffic.ts';
import type { LabNetwork } from './networks.ts';
import { freeSubnets } from './subnets.ts';

const routes = [
  'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
  'eth2\t0800D50A\t00000000\t0001\t0\t0\t0\tF8FFFFFF\t0\t0\t0',
  'eth0\t0000D50A\t00000000\t0001\t0\t0\t0\tF8FFFFFF\t0\t0\t0',
].join('\n');
const counters = [
  'Inter-|   Receive                                                |  Transmit',
  ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop',
  '    lo:       0       0    0    0    0     0          0         0        0       0    0    0',
  '  eth2:123456789  100    0    0    0     0          0         0      777       9    0    0',
  '  eth0:    4242      10    0    0    0     0          0         0      888       9    0    0',
].join('\n');

function networksFor(...nodes: readonly string[]): Map<string, LabNetwork> {
  const subnets = freeSubnets([], () => 0);
  return new Map(
    nodes.map((node) => {
      const next = subnets.next();
      if (next.done === true) throw new Error('no subnet');
      return [node, { name: node, subnet: next.value }];
    }),
  );
}

test('a node has sent what the interface on its subnet has received, whatever its name', () => {
  const traffic = receivedByNetwork(routes, counters, networksFor('n1', 'n2'));
  expect([...traffic]).toEqual([
    ['n1', 4242],
    ['n2', 123_456_789],
  ]);
});

test('a subnet without an interface has no count, rather than a count of nothing', () => {
  const traffic = receivedByNetwork(routes, counters, networksFor('n1', 'n2', 'n3'));
  expect(traffic.has('n3')).toBe(false);
});
