/**
 * The cases of the clusters' conformance suite, in virtual time. That suite runs a process of its own that says hello to its peers; here the reference core is
 * what runs, so whether a link carries anything shows in who leads, and in what clients are answered.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { NodeExit } from '../cluster.ts';
import type { DoorAnswer, DoorRequest } from '../door.ts';
import type { CutKind, Flow, LinkRule } from '../../links/links.ts';
import { drawConditions, type Conditions } from './conditions.ts';
import { SimCluster } from './sim-cluster.ts';

const cutKinds: readonly CutKind[] = ['close', 'black-hole', 'hold'];
/** In virtual time, so it costs nothing: what has not come about by then will not. */
const withinMs = 10_000;

/** A world without faults of its own, so that what is seen is due to the links. */
const fair: Conditions = {
  network: {
    delayMs: [0.1, 0.2],
    lost: 0,
    repeated: 0,
    overtaken: 0,
    lateMsMax: 0,
    clogsPerMinute: 0,
    clogMsMax: 0,
    reachesNextLife: false,
    appendEntriesMax: Infinity,
  },
  disk: { flushMs: [0.1, 0.5], slow: 0, slowMsMax: 0, snapshotMsMax: 0 },
  drift: 0,
  startMs: [20, 50],
  churnEveryMs: null,
  snapshotEntries: 20,
  chunkBytes: 2 ** 17,
  wipeEveryMs: null,
};

interface Status {
  readonly role: string;
  readonly term: number;
  readonly leader: string | null;
  readonly appliedIndex: number;
  readonly commitIndex: number;
  readonly snapshotsInstalled: number;
}

describe('sim cluster', () => {
  let cluster: SimCluster;
  let exits: NodeExit[];

  beforeEach(async () => {
    exits = [];
    cluster = new SimCluster({
      seed: 1,
      nodes: ['n1', 'n2', 'n3', 'n4'],
      voters: ['n1', 'n2', 'n3'],
      heartbeatMs: 50,
      electionMs: [150, 300],
      snapshotEntries: 20,
      conditions: fair,
    });
    cluster.onExit((exit) => exits.push(exit));
    await Promise.all(['n1', 'n2', 'n3'].map((node) => cluster.start(node)));
  });
  afterEach(() => cluster[Symbol.asyncDispose]());

  const ask = (
    node: string,
    request: Partial<DoorRequest> & Pick<DoorRequest, 'path'>,
  ): Promise<DoorAnswer> =>
    cluster.door(node, 'clients').send({ method: 'GET', timeoutMs: 2_000, ...request });
  const write = (node: string, value: string): Promise<DoorAnswer> =>
    ask(node, { method: 'PUT', path: '/registers/x', body: JSON.stringify({ value }) });
  const read = async (node: string): Promise<unknown> =>
    JSON.parse((await ask(node, { path: '/registers/x' })).body);
  const status = async (node: string): Promise<Status> => {
    const answer = await cluster
      .door(node, 'observer')
      .send({ method: 'GET', path: '/status', timeoutMs: 2_000 });
    return JSON.parse(answer.body) as Status;
  };
  const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
    const untilNs = cluster.clock.nowNs() + withinMs * 1e6;
    while (cluster.clock.nowNs() < untilNs) {
      const seen = await look();
      if (seen !== undefined) return seen;
      await cluster.clock.sleep(10);
    }
    throw new Error(`nothing came of it within ${withinMs} ms of virtual time`);
  };
  /** Whoever of these leads, and is followed by the others. */
  const leaderOf = (...nodes: readonly string[]): Promise<string> =>
    until(async () => {
      const said = await Promise.all(nodes.map(status));
      const [first] = said;
      const leader = nodes.find((_node, i) => said[i]?.role === 'leader');
      return leader !== undefined && said.every((one) => one.leader === leader && one.term === first?.term)
        ? leader
        : undefined;
    });
  const others = (...without: readonly string[]): string[] =>
    ['n1', 'n2', 'n3'].filter((node) => !without.includes(node));
  const cutOf = (kind: CutKind, ...flows: readonly Flow[]): LinkRule[] =>
    flows.map((flow) => ({ flow, effect: { kind } }));

  test('elects a leader, answers registers at every node, and counts what nodes send', async () => {
    const leader = await leaderOf('n1', 'n2', 'n3');
    expect((await write(leader, 'a')).status).toBe(200);
    for (const node of others()) expect(await read(node)).toEqual({ value: 'a' });
    const swapped = await ask(leader, {
      method: 'POST',
      path: '/registers/x/cas',
      body: JSON.stringify({ from: 'a', to: 'b' }),
    });
    expect(JSON.parse(swapped.body)).toEqual({ swapped: true });
    const sent = await cluster.peerBytesSent();
    for (const node of others()) expect(sent.get(node)).toBeGreaterThan(0);
    expect(await cluster.diskBytes(leader)).toBeGreaterThan(0);
  });

  test('kills a node and starts it on its disk, which wiping empties', async () => {
    await leaderOf('n1', 'n2', 'n3');
    await write('n1', 'kept');
    const { term } = await status('n3');
    await cluster.kill('n3');
    await expect(status('n3')).rejects.toMatchObject({ code: 'not-sent' });
    await cluster.start('n3');
    expect((await status('n3')).term).toBeGreaterThanOrEqual(term);
    await cluster.kill('n1');
    await cluster.kill('n2');
    await cluster.kill('n3');
    await cluster.wipe('n3');
    await cluster.start('n3');
    expect(await status('n3')).toMatchObject({ term: 0, appliedIndex: 0 });
    expect(exits).toEqual([]);
  });

  test('refuses to wipe or to start a node that runs', async () => {
    await expect(cluster.wipe('n1')).rejects.toThrow(/runs/);
    await expect(cluster.start('n1')).rejects.toThrow(/runs/);
  });

  test('stops a node gently and keeps what it printed', async () => {
    await cluster.stop('n3');
    expect(await cluster.output('n3')).toContain('n3 stops');
    await cluster.start('n3');
    await leaderOf('n1', 'n2', 'n3');
    expect(exits).toEqual([]);
  });

  test('pauses a node and resumes it where it was', async () => {
    const leader = await leaderOf('n1', 'n2', 'n3');
    await cluster.pause(leader);
    await expect(status(leader)).rejects.toMatchObject({ code: 'timeout' });
    const next = await leaderOf(...others(leader));
    await cluster.resume(leader);
    expect(await leaderOf('n1', 'n2', 'n3')).toBe(next);
    // Killed while it is paused, it is gone as well.
    await cluster.pause(leader);
    await cluster.kill(leader);
    await cluster.start(leader);
    await leaderOf('n1', 'n2', 'n3');
    expect(exits).toEqual([]);
  });

  test.each(cutKinds)('cuts a leader off in both directions and heals it: %s', async (kind) => {
    const leader = await leaderOf('n1', 'n2', 'n3');
    const { term } = await status(leader);
    const around = others(leader).flatMap((other) => [
      { from: leader, to: other },
      { from: other, to: leader },
    ]);
    await cluster.links.impose('isolated', cutOf(kind, ...around));
    const next = await leaderOf(...others(leader));
    expect((await write(next, 'after')).status).toBe(200);
    // Nothing of it reaches the one that is cut off.
    await cluster.clock.sleep(1_000);
    expect((await status(leader)).term).toBe(term);
    await cluster.links.lift('isolated');
    await leaderOf('n1', 'n2', 'n3');
    expect(await read(leader)).toEqual({ value: 'after' });
    if (kind === 'hold') expect(cluster.counts.messagesHeldAndReleased).toBeGreaterThan(0);
  });

  test.each(cutKinds)('cuts one direction only: %s', async (kind) => {
    const leader = await leaderOf('n1', 'n2', 'n3');
    const [deaf = '', other = ''] = others(leader);
    await write(leader, 'before');
    await cluster.links.impose('one-way', cutOf(kind, { from: leader, to: deaf }));
    await write(other, 'meanwhile');
    const { appliedIndex } = await status(other);
    // It asks for votes, which the others refuse: they hear a leader. Its words arrive, and nothing reaches it.
    const refused = cluster.counts.preVotesRefused;
    await until(() => Promise.resolve(cluster.counts.preVotesRefused > refused || undefined));
    expect((await status(deaf)).appliedIndex).toBeLessThan(appliedIndex);
    expect((await status(leader)).role).toBe('leader');
    await cluster.links.lift('one-way');
    expect(await leaderOf('n1', 'n2', 'n3')).toBe(leader);
  });

  test('adds up what overlaps, and keeps faults in force over a restart', async () => {
    const leader = await leaderOf('n1', 'n2', 'n3');
    const [node = ''] = others(leader);
    const flow = { from: leader, to: node };
    await cluster.links.impose('first', cutOf('black-hole', flow));
    await cluster.links.impose('second', cutOf('hold', flow));
    await expect(cluster.links.impose('second', [])).rejects.toThrow(/second/);
    await cluster.links.lift('first');
    await cluster.kill(node);
    await cluster.start(node);
    await cluster.clock.sleep(1_000);
    expect((await status(node)).leader).toBeNull();
    await cluster.links.lift('second');
    await leaderOf('n1', 'n2', 'n3');
    await expect(cluster.links.lift('second')).rejects.toThrow(/second/);
  });

  test('loses requests and answers of clients, and nothing of the observer’s', async () => {
    const leader = await leaderOf('n1', 'n2', 'n3');
    await cluster.links.impose('requests', cutOf('black-hole', { from: 'clients', to: leader }));
    await expect(write(leader, 'lost')).rejects.toMatchObject({ code: 'timeout' });
    await cluster.links.reset();
    expect(await read(leader)).toEqual({ value: null });

    await cluster.links.impose('answers', cutOf('black-hole', { from: leader, to: 'clients' }));
    await expect(write(leader, 'unanswered')).rejects.toMatchObject({ code: 'timeout' });
    await cluster.links.reset();
    expect(await read(leader)).toEqual({ value: 'unanswered' });

    await cluster.links.impose('late', cutOf('hold', { from: 'clients', to: leader }));
    await expect(write(leader, 'late')).rejects.toMatchObject({ code: 'timeout' });
    expect(await read(others(leader)[0] ?? '')).toEqual({ value: 'unanswered' });
    await cluster.links.reset();
    // The request arrives, although nobody waits for its answer any more.
    await until(async () => ((await read(leader)) as { value: string }).value === 'late' || undefined);

    await cluster.links.impose('closed', cutOf('close', { from: 'clients', to: leader }));
    await expect(write(leader, 'closed')).rejects.toMatchObject({ code: 'closed' });
  });

  test('slows links down, bounds what they carry, and resets them', async () => {
    const leader = await leaderOf('n1', 'n2', 'n3');
    const tookMs = async (): Promise<number> => {
      const beganNs = cluster.clock.nowNs();
      await write(leader, 'x'.repeat(1_000));
      return (cluster.clock.nowNs() - beganNs) / 1e6;
    };
    expect(await tookMs()).toBeLessThan(50);
    const flow = { from: 'clients', to: leader };
    await cluster.links.impose('slow', [{ flow, effect: { kind: 'latency', latencyMs: 300, jitterMs: 0 } }]);
    expect(await tookMs()).toBeGreaterThan(300);
    await cluster.links.reset();
    await cluster.links.impose('narrow', [{ flow, effect: { kind: 'bandwidth', kilobytesPerSecond: 10 } }]);
    expect(await tookMs()).toBeGreaterThan(100);
    await cluster.links.reset();
    const slicer = { kind: 'slicer', averageBytes: 10, variationBytes: 5, delayUs: 1_000 } as const;
    await cluster.links.impose('pieces', [{ flow, effect: slicer }]);
    expect(await tookMs()).toBeGreaterThan(100);
    await cluster.links.reset();
    const slow = { kind: 'latency', latencyMs: 500, jitterMs: 0 } as const;
    await cluster.links.impose('reset', [
      { flow, effect: slow },
      { flow, effect: { kind: 'reset', afterMs: 50 } },
    ]);
    await expect(write(leader, 'torn')).rejects.toMatchObject({ code: 'timeout' });
  });

  test('starts a node that was not there from the beginning, adds it, and brings it up with a snapshot', async () => {
    const leader = await leaderOf('n1', 'n2', 'n3');
    for (let n = 0; n < 60; n += 1) await write(leader, `v${n}`);
    await cluster.start('n4');
    expect((await status('n4')).role).toBe('idle');
    const { index } = JSON.parse((await ask(leader, { path: '/membership' })).body) as { index: number };
    const change = { method: 'PUT', path: '/membership', timeoutMs: 10_000 } as const;
    const body = JSON.stringify({ voters: ['n1', 'n2', 'n3', 'n4'], learners: [] });
    expect((await ask(leader, { ...change, body })).status).toBe(401);
    const authorization = `Bearer ${cluster.token}`;
    expect((await ask(leader, { ...change, body, headers: { authorization } })).status).toBe(428);
    const headers = { authorization, 'if-match': `"${index}"` };
    expect((await ask(leader, { ...change, body, headers })).status).toBe(200);
    expect(await read('n4')).toEqual({ value: 'v59' });
    expect((await status('n4')).snapshotsInstalled).toBe(1);
    expect((await ask(leader, { ...change, body, headers })).status).toBe(412);
    const transfer = { method: 'POST', path: '/leader', body: '{"to":"n4"}', headers } as const;
    expect((await ask(leader, transfer)).status).toBe(200);
    expect((await status('n4')).role).toBe('leader');
  });

  test('has a clock that only goes forward, and leaves nothing behind', async () => {
    const before = cluster.clock.nowNs();
    await cluster.clock.sleep(5);
    expect(cluster.clock.nowNs()).toBe(before + 5e6);
    await cluster[Symbol.asyncDispose]();
    const stopped = cluster.clock.nowNs();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(cluster.clock.nowNs()).toBe(stopped);
  });

  test('has a machine that votes, loses its disk, and comes back under a name that was never used', async () => {
    const changing = new SimCluster({
      seed: 1,
      nodes: ['n1', 'n2', 'n3'],
      voters: ['n1', 'n2', 'n3'],
      heartbeatMs: 50,
      electionMs: [150, 300],
      snapshotEntries: 20,
      conditions: { ...fair, churnEveryMs: 200, wipeEveryMs: 2_000 },
    });
    await Promise.all(changing.nodes.map((node) => changing.start(node)));
    await changing.clock.sleep(20_000);
    const { counts } = changing;
    expect(counts.wipes).toBeGreaterThan(2);
    expect(counts.votersWiped).toBeGreaterThan(0);
    expect(counts.crashes).toBe(counts.wipes);
    // No name has had two lives.
    expect(counts.restarts).toBe(0);
    // What is left in the end is the cluster that the plan speaks of.
    await changing.links.reset();
    await changing.clock.sleep(5_000);
    const answer = await changing
      .door('n1', 'observer')
      .send({ method: 'GET', path: '/status', timeoutMs: 2_000 });
    expect(JSON.parse(answer.body)).toMatchObject({ voters: ['n1', 'n2', 'n3'], learners: [] });
    expect([...(await changing.peerBytesSent()).keys()].toSorted()).toEqual(['n1', 'n2', 'n3']);
    expect(changing.violation).toBeUndefined();
    await changing[Symbol.asyncDispose]();
  });

  test('reports a node that ends by itself, with the law that it broke', async () => {
    const broken = new SimCluster({
      seed: 1,
      nodes: ['n1', 'n2', 'n3'],
      voters: ['n1', 'n2', 'n3'],
      heartbeatMs: 50,
      electionMs: [150, 300],
      snapshotEntries: 20,
      conditions: drawConditions(2),
      mutant: {
        name: 'speaks at once',
        does: 'says what the disk will have before it has it',
        source: 'Raft, figure 2',
        disk: { saysDoneEarly: true },
      },
    });
    const seen: NodeExit[] = [];
    broken.onExit((exit) => seen.push(exit));
    await Promise.all(broken.nodes.map((node) => broken.start(node)));
    await broken.clock.sleep(5_000);
    expect(broken.violation?.law).toBe('durable-before-said');
    expect(seen[0]).toMatchObject({ node: broken.violation?.node, code: 1, signal: null });
    expect(seen[0]?.output).toContain('its disk has');
    await broken[Symbol.asyncDispose]();
  });
});
