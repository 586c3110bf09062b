/** Nothing gets past the links: from inside a node's container only Toxiproxy's listeners for that node can be reached. */
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Cluster } from '../cluster.ts';
import { createDockerCluster } from './docker-cluster.ts';
import { openEngine } from './engine.ts';
import { adminPort, clientPort, peerPort } from './ports.ts';
import { describeWithEngine } from './test-engine.ts';

const describeContainers = await describeWithEngine();

const reportSchema = z.object({
  dials: z.record(z.string(), z.string()),
  foreignName: z.string(),
  interfaces: z.array(z.string()),
  capabilities: z.string(),
  noNewPrivileges: z.string(),
  engineSocket: z.boolean(),
  writes: z.object({ root: z.string(), temporary: z.string(), data: z.string() }),
});
type Report = z.infer<typeof reportSchema>;

interface Target {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

const setUpLimitMs = 120_000;

describeContainers('from inside a node', (echoImage) => {
  const runId = `escape-${process.pid}`;
  const engine = openEngine();
  let logDirectory: string;
  let cluster: Cluster;
  let listener: Server;

  beforeAll(async () => {
    logDirectory = await mkdtemp(join(tmpdir(), 'raft-lab-escape-'));
    cluster = await createDockerCluster({
      runId,
      source: { kind: 'image', image: echoImage },
      nodes: ['n1', 'n2'],
      voters: ['n1', 'n2'],
      logDirectory,
      env: {},
      heartbeatMs: 50,
      electionMs: [150, 300],
      snapshotEntries: 100,
      readyTimeoutMs: 10_000,
    });
    await Promise.all(cluster.nodes.map((node) => cluster.start(node)));
    // Something on every address of the host that would answer, if a node's packets came there.
    listener = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => listener.listen(0, '0.0.0.0', resolve));
  }, setUpLimitMs);

  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
    await new Promise((resolve) => listener.close(resolve));
    await rm(logDirectory, { recursive: true });
  }, setUpLimitMs);

  test.each(['', '0:0'])('only its own links can be reached (user %p)', async (user) => {
    const [own, other, front, published] = await Promise.all([
      addressesOf('n1'),
      addressesOf('n2'),
      frontOf(),
      publishedPortsOf('toxiproxy'),
    ]);
    const listening = (listener.address() as AddressInfo).port;
    const hosts = { 'its gateway': own.gateway, 'the front gateway': front.gateway, ...hostAddresses() };
    const onHost = Object.entries(hosts).flatMap(([name, host]): Target[] => [
      { name: `a listener of the host at ${name}`, host, port: listening },
      { name: `the engine at ${name}`, host, port: 2375 },
      ...published.map((port) => ({ name: `published port ${port} at ${name}`, host, port })),
    ]);
    const forbidden: Target[] = [
      ...onHost,
      { name: "Toxiproxy's admin port on its own network", host: own.toxiproxy, port: adminPort },
      { name: "Toxiproxy's admin port on the front", host: front.toxiproxy, port: adminPort },
      { name: "Toxiproxy's admin port on the other network", host: other.toxiproxy, port: adminPort },
      { name: 'its own entrance', host: front.toxiproxy, port: 9001 },
      { name: "the other node's peer port", host: other.node, port: peerPort },
      { name: "the other node's client port", host: other.node, port: clientPort },
      { name: "the other node's links", host: other.toxiproxy, port: 7001 },
      // An address reserved for documentation. (Docker gives a node a default route, which leads to an address that nobody has.)
      { name: 'the world', host: '203.0.113.1', port: 80 },
    ];
    const link: Target = { name: 'its link to n2', host: own.toxiproxy, port: 7002 };

    const report = await probe(user, [link, ...forbidden], containerName('n2'));

    expect(report.dials[link.name]).toBe('connected');
    const reached = forbidden.filter(({ name }) => report.dials[name] === 'connected');
    expect(reached).toEqual([]);
    // A refusal comes from somebody: only Toxiproxy on its own network may be there to refuse.
    const refused = forbidden.filter(({ name }) => report.dials[name] === 'ECONNREFUSED');
    expect(refused.map(({ name }) => name)).toEqual(["Toxiproxy's admin port on its own network"]);
    expect(report.interfaces).toEqual([own.node]);
    expect(report.foreignName).toBe('unknown');
    expect(report.engineSocket).toBe(false);
  });

  test('the listener and the admin port that a node cannot reach are there', async () => {
    const listening = (listener.address() as AddressInfo).port;
    for (const host of Object.values(hostAddresses()))
      expect(await probeFromHere(host, listening)).toBe('connected');
    const front = await frontOf();
    expect(await probeFromHere(front.toxiproxy, adminPort)).toBe('connected');
  });

  test.each(['', '0:0'])(
    'it holds no privilege and may write where the contract says (user %p)',
    async (user) => {
      const report = await probe(user, [], containerName('n2'));
      expect(report).toMatchObject({ capabilities: '0000000000000000', noNewPrivileges: '1' });
      expect(report.writes).toEqual({ root: 'EROFS', temporary: 'written', data: 'written' });
    },
  );

  test('memory, processes and processor time are bounded', async () => {
    const { HostConfig: limits } = await engine.getContainer(containerName('n1')).inspect();
    expect(limits).toMatchObject({ Memory: 512 * 1024 * 1024, PidsLimit: 512, ReadonlyRootfs: true });
    expect(limits.NanoCpus).toBeGreaterThan(0);
  });

  function containerName(of: string): string {
    return `raft-lab-${runId}-${of}`;
  }

  async function probe(user: string, targets: readonly Target[], foreignName: string): Promise<Report> {
    const script = await readFile(join(import.meta.dirname, 'testdata', 'escape-probe.mjs'), 'utf8');
    const command = ['node', '--input-type=module', '--eval', script, JSON.stringify([targets, foreignName])];
    const run = await engine
      .getContainer(containerName('n1'))
      .exec({ Cmd: command, User: user, AttachStdout: true, AttachStderr: true });
    const stream = await run.start({});
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    engine.modem.demuxStream(stream, stdout, stderr);
    stream.once('end', () => {
      stdout.end();
      stderr.end();
    });
    const [printed, complaints] = await Promise.all([stdout, stderr].map((output) => output.toArray()));
    const text = Buffer.concat((printed ?? []) as Buffer[]).toString();
    if (text === '') throw new Error(Buffer.concat((complaints ?? []) as Buffer[]).toString());
    return reportSchema.parse(JSON.parse(text));
  }

  async function addressesOf(node: string): Promise<{ gateway: string; toxiproxy: string; node: string }> {
    const name = `${containerName(node)}-net`;
    const network: unknown = await engine.getNetwork(name).inspect();
    const { IPAM: ipam } = z
      .object({ IPAM: z.object({ Config: z.array(z.object({ Gateway: z.string() })).length(1) }) })
      .parse(network);
    const addressOn = async (container: string): Promise<string> => {
      const { NetworkSettings: settings } = await engine.getContainer(containerName(container)).inspect();
      return settings.Networks[name]?.IPAddress ?? '';
    };
    return {
      gateway: ipam.Config[0]?.Gateway ?? '',
      toxiproxy: await addressOn('toxiproxy'),
      node: node === 'front' ? '' : await addressOn(node),
    };
  }

  async function frontOf(): Promise<{ gateway: string; toxiproxy: string }> {
    const { NetworkSettings: settings } = await engine.getContainer(containerName('toxiproxy')).inspect();
    const front = settings.Networks[containerName('front')];
    return { gateway: front?.Gateway ?? '', toxiproxy: front?.IPAddress ?? '' };
  }

  async function publishedPortsOf(container: string): Promise<number[]> {
    const { NetworkSettings: settings } = await engine.getContainer(containerName(container)).inspect();
    return Object.values(settings.Ports).map((bindings) => Number(bindings[0]?.HostPort));
  }
});

/** Every IPv4 address of this machine but the loopback's, which is the container's own there. */
function hostAddresses(): Record<string, string> {
  const entries = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }): [string, string] => [name, address]),
  );
  return Object.fromEntries(entries);
}

async function probeFromHere(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (outcome: string): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('connect', () => settle('connected'));
    socket.once('error', (error) => settle(error.message));
    socket.setTimeout(1_500, () => settle('no answer'));
  });
}
