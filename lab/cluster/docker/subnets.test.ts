import { describe, expect, test } from '@jest/globals';
import { freeSubnets, parseCidr, parseRoutes, type Subnet } from './subnets.ts';

function take(count: number, taken: Parameters<typeof freeSubnets>[0], random = 0): Subnet[] {
  return freeSubnets(taken, () => random)
    .take(count)
    .toArray();
}

describe('freeSubnets', () => {
  test('gives places to gateway, proxy and node', () => {
    expect(take(2, [])).toEqual([
      { cidr: '10.213.0.0/29', gateway: '10.213.0.1', proxy: '10.213.0.2', node: '10.213.0.3' },
      { cidr: '10.213.0.8/29', gateway: '10.213.0.9', proxy: '10.213.0.10', node: '10.213.0.11' },
    ]);
  });

  test('begins where the draw says, and comes round to the beginning of the pool', () => {
    const cidrs = take(2, [], 0.999_99).map((subnet) => subnet.cidr);
    expect(cidrs).toEqual(['10.213.255.248/29', '10.213.0.0/29']);
  });

  test('leaves out what is taken, though it be one address of a subnet', () => {
    expect(take(1, [parseCidr('10.213.0.7/32')])[0]?.cidr).toBe('10.213.0.8/29');
  });

  test('goes to the next pool when a route covers the whole of one', () => {
    expect(take(1, [parseCidr('10.0.0.0/8')])[0]?.cidr).toBe('172.29.0.0/29');
  });

  test('sees what the caller adds meanwhile', () => {
    const taken = [parseCidr('10.213.0.0/29')];
    const subnets = freeSubnets(taken, () => 0);
    expect(subnets.next().value).toMatchObject({ cidr: '10.213.0.8/29' });
    taken.push(parseCidr('10.213.0.16/28'));
    expect(subnets.next().value).toMatchObject({ cidr: '10.213.0.32/29' });
  });

  test('ends when everything is taken', () => {
    expect(take(1, [parseCidr('0.0.0.0/0')])).toEqual([]);
  });
});

test('parseRoutes reads destinations and masks, without the default route', () => {
  const table = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    '',
  ].join('\n');
  expect(parseRoutes(table)).toEqual([{ interface: 'docker0', ...parseCidr('172.17.0.0/16') }]);
});
