/**
 * Bytes that nodes have sent, counted where no restart of a node resets them: at Toxiproxy's interface on each node's network, as the kernel shows it
 * for Toxiproxy's process. (The engine's own statistics take a second a call, and forget a container's bytes with each of its lives.)
 */
import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import type { NodeId } from '../../links/links.ts';
import type { LabNetwork } from './networks.ts';
import { parseCidr, parseRoutes } from './subnets.ts';

/**
 * What each node has sent on its network since Toxiproxy started: frames to its peers and, among them, answers to clients. Empty where the engine's
 * processes cannot be seen from here, as with an engine on another machine.
 */
export async function readTraffic(
  toxiproxy: Docker.Container,
  networks: ReadonlyMap<NodeId, LabNetwork>,
): Promise<Map<NodeId, number>> {
  const { State: state } = await toxiproxy.inspect();
  try {
    const [routes, counters] = await Promise.all([
      readFile(`/proc/${state.Pid}/net/route`, 'utf8'),
      readFile(`/proc/${state.Pid}/net/dev`, 'utf8'),
    ]);
    return receivedByNetwork(routes, counters, networks);
  } catch {
    return new Map();
  }
}

/** Joins the two tables of the kernel: which interface leads to which subnet, and what it has received. A stranger's process has no such subnets. */
export function receivedByNetwork(
  routes: string,
  counters: string,
  networks: ReadonlyMap<NodeId, LabNetwork>,
): Map<NodeId, number> {
  const interfaces = parseRoutes(routes);
  const received = parseReceived(counters);
  const bytes = new Map<NodeId, number>();
  for (const [node, { subnet }] of networks) {
    const { first } = parseCidr(subnet.cidr);
    const name = interfaces.find((route) => route.first === first)?.interface ?? '';
    const count = received.get(name);
    if (count !== undefined) bytes.set(node, count);
  }
  return bytes;
}

/** Received bytes by interface, from the text of `/proc/net/dev`, whose first two lines are headings. */
function parseReceived(counters: string): Map<string, number> {
  const lines = counters.trim().split('\n').slice(2);
  return new Map(
    lines.map((line) => {
      const [name = '', rest = ''] = line.split(':');
      return [name.trim(), Number(rest.trim().split(/\s+/)[0])];
    }),
  );
}
