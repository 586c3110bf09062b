import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { getContainerRuntimeClient } from 'testcontainers';
import type { Toxiproxy } from 'toxiproxy-node-client';
import type { NodeId } from '../../links/links.ts';
import { connectToxiproxy } from '../../links/toxiproxy-client.ts';
import { LabError } from '../../lab-error.ts';
import type { NodeLog } from '../node-log.ts';
import { attachOutput } from './attach-output.ts';
import { LabContainer, type Seat } from './lab-container.ts';
import type { LabNetworks } from './networks.ts';
import { adminPort, publishedPorts } from './ports.ts';

const readyLimitMs = 10_000;
const pollMs = 20;

export interface StartedToxiproxy {
  readonly container: Docker.Container;
  readonly toxiproxy: Toxiproxy;
  /** Where the lab reaches one of the published ports, such as `http://127.0.0.1:32768`. */
  readonly urlOf: (port: number) => string;
}

export interface ToxiproxyOptions {
  readonly engine: Docker;
  readonly runId: string;
  readonly labels: Record<string, string>;
  readonly image: string;
  readonly networks: LabNetworks;
  readonly nodes: readonly NodeId[];
  /** For what Toxiproxy prints: it has something to say only when it is in trouble. */
  readonly log: NodeLog;
}

/** Starts the one Toxiproxy of a run, on all its networks; resolves when its API answers. Rejects with `LabError('links')`. */
export async function startToxiproxy(options: ToxiproxyOptions): Promise<StartedToxiproxy> {
  const { engine, runId, labels, image, networks, nodes, log } = options;
  const { host } = (await getContainerRuntimeClient()).info.containerRuntime;
  const isLocal = host === 'localhost' || host === '127.0.0.1';
  const seats = [networks.front, ...networks.ofNode.values()].map((network) => ({
    network,
    address: network.subnet.proxy,
  })) as unknown as [Seat, ...Seat[]];
  const started = await new LabContainer({
    engine,
    image,
    name: `raft-lab-${runId}-toxiproxy`,
    labels,
    command: [`-host=${networks.front.subnet.proxy}`, `-port=${adminPort}`],
    env: { LOG_LEVEL: 'fatal' },
    seats,
    // An engine behind DOCKER_HOST publishes to the network between it and us; there is no other way in.
    publish: { ports: publishedPorts(nodes), hostAddress: isLocal ? '127.0.0.1' : '0.0.0.0' },
    // A router it must not be: what a node sends to an address beyond its network goes nowhere. It has no bound on
    // processor time, which would be a fault on all links that nobody planned.
    hostConfig: { Sysctls: { 'net.ipv4.ip_forward': '0' } },
    onCreated: async (container) => {
      await attachOutput(engine, container, log);
    },
  }).start();
  const urlOf = (port: number): string =>
    `http://${isLocal ? '127.0.0.1' : host}:${started.getMappedPort(port)}`;
  const toxiproxy = connectToxiproxy(urlOf(adminPort));
  await untilAnswering(toxiproxy);
  return { container: engine.getContainer(started.getId()), toxiproxy, urlOf };
}

async function untilAnswering(toxiproxy: Toxiproxy): Promise<void> {
  const deadline = performance.now() + readyLimitMs;
  for (;;) {
    try {
      await toxiproxy.getVersion();
      return;
    } catch (error) {
      if (performance.now() > deadline)
        throw new LabError(
          'links',
          `Toxiproxy did not answer within ${readyLimitMs / 1000} s of its start.`,
          {
            cause: error,
          },
        );
    }
    await sleep(pollMs);
  }
}
