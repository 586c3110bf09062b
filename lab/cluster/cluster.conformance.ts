/** What every implementation of `Cluster` does, as tests on nodes of `testdata/echo-node.mjs`. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CutKind, Flow, LinkRule } from '../links/links.ts';
import type { Cluster, CreateCluster, NodeExit, NodeSource } from './cluster.ts';
import { DoorError } from './door.ts';
import { EchoClient } from './testdata/echo-client.ts';
import { eventually } from './testdata/eventually.ts';

export interface ClusterSubject {
  readonly create: CreateCluster;
  /** Runs `testdata/echo-node.mjs`. */
  readonly source: NodeSource;
  /** Whatever is left on the host of a run, named so that a failure explains itself. */
  readonly leftovers: (runId: string) => Promise<readonly string[]>;
}

/** A peer from whom nothing came for this long is cut off: twelve hellos of an echo node were lost. */
const silenceMs = 600;
/** A request that is meant to be lost waits this long. */
const lostRequestTimeoutMs = 400;
const caseTimeoutMs = 60_000;
const cutKinds: readonly CutKind[] = ['close', 'black-hole', 'hold'];

export function describeCluster(name: string, subject: ClusterSubject): void {
  describe(`${name} cluster`, () => {
    let cluster: Cluster;
    let echo: EchoClient;
    let logDirectory: string;
    const exits: NodeExit[] = [];
    const runId = `conformance-${name}-${process.pid}`;

    const create = (id: string): Promise<Cluster> =>
      subject.create({
        runId: id,
        source: subject.source,
        nodes: ['n1', 'n2', 'n3', 'n4'],
        voters: ['n1', 'n2', 'n3'],
        logDirectory,
        env: { ECHO_GREETING: 'from the caller' },
        heartbeatMs: 50,
        electionMs: [150, 300],
        snapshotEntries: 100,
        readyTimeoutMs: 10_000,
      });

    beforeAll(async () => {
      logDirectory = await mkdtemp(join(tmpdir(), 'raft-lab-logs-'));
      cluster = await create(runId);
      cluster.onExit((exit) => exits.push(exit));
      echo = new EchoClient(cluster);
      // n4 may join and is never started by default: the names of RAFT_PEERS are more than those that run.
      await Promise.all(['n1', 'n2', 'n3'].map((node) => cluster.start(node)));
    }, caseTimeoutMs);

    afterAll(async () => {
      await cluster[Symbol.asyncDispose]();
      await rm(logDirectory, { recursive: true });
    }, caseTimeoutMs);

    const hears = (at: string, from: string): Promise<void> =>
      eventually(async () => {
        const { hello, answer } = await echo.hearing(at, from);
        expect(hello.agoMs ?? Infinity).toBeLessThan(silenceMs);
        expect(answer.agoMs ?? Infinity).toBeLessThan(silenceMs);
      });

    /** Nothing has come from `from` for a while, neither on its own connections nor in answers. */
    const deafTo = (at: string, from: string): Promise<void> =>
      eventually(async () => {
        const { hello, answer } = await echo.hearing(at, from);
        expect(hello.agoMs).toBeGreaterThan(silenceMs);
        expect(answer.agoMs).toBeGreaterThan(silenceMs);
      });

    const cutOf = (kind: CutKind, ...flows: readonly Flow[]): LinkRule[] =>
      flows.map((flow) => ({ flow, effect: { kind } }));

    test(
      'gives each node the contract’s environment',
      async () => {
        const environment = await echo.environment('n2');
        expect(environment).toMatchObject({
          RAFT_ID: 'n2',
          RAFT_VOTERS: 'n1,n2,n3',
          RAFT_HEARTBEAT_MS: '50',
          RAFT_ELECTION_MS: '150-300',
          RAFT_SNAPSHOT_ENTRIES: '100',
          RAFT_CLUSTER_TOKEN: cluster.token,
        });
        expect(cluster.token).toMatch(/^[0-9a-f]{32}$/);
        const peers = environment.RAFT_PEERS?.split(',').map((entry) => entry.split('=')) ?? [];
        expect(peers.map(([peer]) => peer).sort()).toEqual(['n1', 'n2', 'n3', 'n4']);
        // Each address is a link of its own.
        const others = await echo.environment('n1');
        const addresses = [
          ...peers,
          ...(others.RAFT_PEERS?.split(',').map((entry) => entry.split('=')) ?? []),
        ];
        expect(new Set(addresses.map(([, address]) => address)).size).toBe(8);
      },
      caseTimeoutMs,
    );

    test(
      'joins the nodes and counts what they send',
      async () => {
        await Promise.all([hears('n1', 'n2'), hears('n2', 'n1'), hears('n3', 'n1')]);
        await eventually(async () => {
          const sent = await cluster.peerBytesSent();
          for (const node of ['n1', 'n2', 'n3']) expect(sent.get(node)).toBeGreaterThan(100);
        });
      },
      caseTimeoutMs,
    );

    test(
      'keeps the disk over a kill, and empties it when wiped',
      async () => {
        await echo.increment('n3', 'clients');
        await echo.increment('n3', 'clients');
        await cluster.kill('n3');
        await expect(echo.counter('n3')).rejects.toBeInstanceOf(DoorError);
        // A dead peer disturbs nobody, and what dials it is refused or closed, not stuck.
        await hears('n1', 'n2');
        await deafTo('n1', 'n3');
        await cluster.start('n3');
        expect(await echo.counter('n3')).toBe(2);
        await Promise.all([hears('n3', 'n1'), hears('n1', 'n3')]);

        await cluster.kill('n3');
        await cluster.wipe('n3');
        await cluster.start('n3');
        expect(await echo.counter('n3')).toBe(0);
        await hears('n1', 'n3');
        expect(exits).toEqual([]);
      },
      caseTimeoutMs,
    );

    test(
      'refuses to wipe or to start a node that runs',
      async () => {
        await expect(cluster.wipe('n1')).rejects.toThrow(/runs/);
        await expect(cluster.start('n1')).rejects.toThrow(/runs/);
      },
      caseTimeoutMs,
    );

    test(
      'stops a node gently and keeps what it printed',
      async () => {
        await cluster.stop('n3');
        expect(await cluster.output('n3')).toContain('n3 stops');
        await cluster.start('n3');
        await hears('n1', 'n3');
        await eventually(async () => {
          expect(await readFile(join(logDirectory, 'n3.log'), 'utf8')).toContain('n3 stops');
        });
        expect(exits).toEqual([]);
      },
      caseTimeoutMs,
    );

    test(
      'pauses a node and resumes it where it was',
      async () => {
        await cluster.pause('n2');
        await expect(echo.increment('n2', 'observer', lostRequestTimeoutMs)).rejects.toMatchObject({
          code: 'timeout',
        });
        await deafTo('n1', 'n2');
        await cluster.resume('n2');
        await hears('n1', 'n2');
        expect(exits).toEqual([]);
        // Killed while it is paused, it is gone as well.
        await cluster.pause('n2');
        await cluster.kill('n2');
        await cluster.start('n2');
        await hears('n1', 'n2');
      },
      caseTimeoutMs,
    );

    test.each(cutKinds)(
      'cuts one direction between two nodes and heals it: %s',
      async (kind) => {
        await Promise.all([hears('n1', 'n2'), hears('n2', 'n1')]);
        const before = await echo.hearing('n2', 'n1');
        await cluster.links.impose('one-way', cutOf(kind, { from: 'n1', to: 'n2' }));
        await deafTo('n2', 'n1');
        // The other direction lives: hellos still come on the connections that n2 dialled.
        await eventually(async () => {
          expect((await echo.hearing('n1', 'n2')).hello.agoMs).toBeLessThan(silenceMs);
        });
        await Promise.all([hears('n3', 'n1'), hears('n3', 'n2')]);

        await cluster.links.lift('one-way');
        await Promise.all([hears('n1', 'n2'), hears('n2', 'n1')]);
        const after = await echo.hearing('n2', 'n1');
        expect(after.hello.disordered).toBe(before.hello.disordered);
        const lost = after.hello.missing - before.hello.missing;
        if (kind === 'hold') expect(lost).toBe(0);
        else expect(lost).toBeGreaterThan(0);
      },
      caseTimeoutMs,
    );

    test.each(cutKinds)(
      'cuts a node off in both directions: %s',
      async (kind) => {
        const around = ['n2', 'n3'].flatMap((other) => [
          { from: 'n1', to: other },
          { from: other, to: 'n1' },
        ]);
        await cluster.links.impose('isolated', cutOf(kind, ...around));
        await Promise.all([deafTo('n1', 'n2'), deafTo('n1', 'n3'), deafTo('n2', 'n1'), deafTo('n3', 'n1')]);
        await hears('n2', 'n3');
        await cluster.links.lift('isolated');
        await Promise.all([hears('n1', 'n2'), hears('n2', 'n1'), hears('n3', 'n1')]);
      },
      caseTimeoutMs,
    );

    test(
      'adds up what overlaps, and keeps faults in force over a restart',
      async () => {
        const flow = { from: 'n1', to: 'n2' };
        await cluster.links.impose('first', cutOf('black-hole', flow));
        await cluster.links.impose('second', cutOf('hold', flow));
        await expect(cluster.links.impose('second', [])).rejects.toThrow(/second/);
        await cluster.links.lift('first');
        await cluster.kill('n2');
        await cluster.start('n2');
        await hears('n2', 'n3');
        expect((await echo.hearing('n2', 'n1')).hello.agoMs).toBeNull();
        await cluster.links.lift('second');
        await hears('n2', 'n1');
        await expect(cluster.links.lift('second')).rejects.toThrow(/second/);
      },
      caseTimeoutMs,
    );

    test(
      'loses requests and answers of clients, and nothing of the observer’s',
      async () => {
        const before = await echo.counter('n1');
        const lost = () => echo.increment('n1', 'clients', lostRequestTimeoutMs);
        await cluster.links.impose('requests', cutOf('black-hole', { from: 'clients', to: 'n1' }));
        await expect(lost()).rejects.toBeInstanceOf(DoorError);
        expect(await echo.counter('n1')).toBe(before);
        await cluster.links.reset();

        await cluster.links.impose('answers', cutOf('black-hole', { from: 'n1', to: 'clients' }));
        await expect(lost()).rejects.toBeInstanceOf(DoorError);
        await eventually(async () => expect(await echo.counter('n1')).toBe(before + 1));
        await cluster.links.reset();

        await cluster.links.impose('late', cutOf('hold', { from: 'clients', to: 'n1' }));
        await expect(lost()).rejects.toBeInstanceOf(DoorError);
        expect(await echo.counter('n1')).toBe(before + 1);
        await cluster.links.reset();
        // The request arrives, although nobody waits for its answer any more.
        await eventually(async () => expect(await echo.counter('n1')).toBe(before + 2));
        await echo.increment('n1', 'clients');
        expect(await echo.counter('n1')).toBe(before + 3);
      },
      caseTimeoutMs,
    );

    test(
      'slows links down',
      async () => {
        const latencyMs = 300;
        await cluster.links.impose('slow', [
          { flow: { from: 'clients', to: 'n1' }, effect: { kind: 'latency', latencyMs, jitterMs: 0 } },
          {
            flow: { from: 'n1', to: 'clients' },
            effect: { kind: 'slicer', averageBytes: 20, variationBytes: 5, delayUs: 100 },
          },
        ]);
        const sentMs = performance.now();
        await echo.increment('n1', 'clients');
        expect(performance.now() - sentMs).toBeGreaterThan(latencyMs - 5);
        await cluster.links.reset();
      },
      caseTimeoutMs,
    );

    test(
      'reports a node that ends by itself, once, with its last words',
      async () => {
        await echo.exit('n2');
        await eventually(() => expect(exits).toHaveLength(1));
        expect(exits[0]).toMatchObject({ node: 'n2', code: 3, signal: null });
        expect(exits[0]?.output).toContain('n2 was asked to exit');
        // Nothing more comes of it, and the node can be started again.
        await cluster.kill('n2');
        await cluster.start('n2');
        await hears('n1', 'n2');
        expect(exits).toHaveLength(1);
      },
      caseTimeoutMs,
    );

    test(
      'starts a node that was not there from the beginning',
      async () => {
        await cluster.start('n4');
        expect((await echo.environment('n4')).RAFT_VOTERS).toBe('');
        await Promise.all([hears('n4', 'n1'), hears('n1', 'n4')]);
      },
      caseTimeoutMs,
    );

    test('has a clock that only goes forward, and a sleep that can be broken off', async () => {
      const before = cluster.clock.nowNs();
      await cluster.clock.sleep(5);
      expect(cluster.clock.nowNs()).toBeGreaterThan(before);
      const reason = new Error('enough');
      await expect(cluster.clock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    test(
      'leaves nothing behind when it is disposed of',
      async () => {
        const other = `${runId}-gone`;
        const gone = await create(other);
        await Promise.all([gone.start('n1'), gone.start('n2')]);
        // The check that nothing is left could find something.
        expect(await subject.leftovers(other)).not.toEqual([]);
        await gone.pause('n2');
        await gone[Symbol.asyncDispose]();
        await sleep(0);
        expect(await subject.leftovers(other)).toEqual([]);
      },
      caseTimeoutMs,
    );
  });
}
