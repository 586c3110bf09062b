import type Docker from 'dockerode';
import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import { GenericContainer } from 'testcontainers';
import type { LabNetwork } from './networks.ts';
import { hardened } from './limits.ts';
import { alreadyStarted } from './already-started.ts';

/** One of the networks a container lives on, and its address there. */
export interface Seat {
  readonly network: LabNetwork;
  readonly address: string;
}

export interface LabContainerOptions {
  readonly engine: Docker;
  readonly image: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly command?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** At least one; the container has these addresses and no alias anywhere. */
  readonly seats: readonly [Seat, ...Seat[]];
  /** Published at a free port of the lab's own interface. */
  readonly publish?: { readonly ports: readonly number[]; readonly hostAddress: string };
  readonly hostConfig?: HostConfig;
  /** Runs when the container exists and has not begun to run. */
  readonly onCreated: (container: Docker.Container) => Promise<void>;
}

/**
 * A container as Testcontainers starts it, with what its builder has no words for: static addresses on several networks, ports published on one
 * interface, and the limits of `limits.ts`. Whether what runs inside is ready is the caller's to find out.
 */
export class LabContainer extends GenericContainer {
  readonly #options: LabContainerOptions;

  constructor(options: LabContainerOptions) {
    super(options.image);
    this.#options = options;
    const [seat] = options.seats;
    this.withName(options.name)
      .withLabels(options.labels)
      .withEnvironment({ ...options.env })
      .withNetworkMode(seat.network.name)
      .withWaitStrategy(alreadyStarted);
    if (options.command !== undefined) this.withCommand([...options.command]);
    this.hostConfig = { ...this.hostConfig, ...hardened, ...options.hostConfig };
    this.createOpts = { ...this.createOpts, NetworkingConfig: { EndpointsConfig: endpoint(seat) } };
    if (options.publish !== undefined) this.#publish(options.publish.ports, options.publish.hostAddress);
  }

  #publish(ports: readonly number[], hostAddress: string): void {
    this.withExposedPorts(...ports);
    const binding = [{ HostIp: hostAddress, HostPort: '' }];
    this.hostConfig.PortBindings = Object.fromEntries(ports.map((port) => [`${port}/tcp`, binding]));
  }

  protected override async containerCreated(id: string): Promise<void> {
    const { engine, seats, onCreated } = this.#options;
    await Promise.all(
      seats.slice(1).map(({ network, address }) =>
        engine.getNetwork(network.name).connect({
          Container: id,
          EndpointConfig: { IPAMConfig: { IPv4Address: address } },
        }),
      ),
    );
    await onCreated(engine.getContainer(id));
  }
}

function endpoint(
  seat: Seat,
): NonNullable<NonNullable<ContainerCreateOptions['NetworkingConfig']>['EndpointsConfig']> {
  return { [seat.network.name]: { IPAMConfig: { IPv4Address: seat.address } } };
}
