import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeCluster } from '../cluster.conformance.ts';
import { NodeStartError, type ClusterOptions } from '../cluster.ts';
import { leftoversOf } from '../testdata/leftovers.ts';
import { createProcessCluster } from './process-cluster.ts';

const echoNode = fileURLToPath(new URL('../testdata/echo-node.mjs', import.meta.url));

describeCluster('process', {
  create: createProcessCluster,
  source: { kind: 'command', argv: [process.execPath, echoNode] },
  leftovers: (runId) => Promise.resolve(leftoversOf(runId)),
});

describe('a node that does not come up', () => {
  const runId = `bad-start-${process.pid}`;
  let logDirectory: string;
  beforeEach(async () => {
    logDirectory = await mkdtemp(join(tmpdir(), 'raft-lab-logs-'));
  });
  afterEach(async () => {
    await rm(logDirectory, { recursive: true });
    expect(leftoversOf(runId)).toEqual([]);
  });

  const options = (script: string, changes: Partial<ClusterOptions> = {}): ClusterOptions => ({
    runId,
    source: { kind: 'command', argv: [process.execPath, '-e', script] },
    nodes: ['n1'],
    voters: ['n1'],
    logDirectory,
    env: {},
    heartbeatMs: 50,
    electionMs: [150, 300],
    snapshotEntries: 100,
    readyTimeoutMs: 10_000,
    ...changes,
  });

  /** What creating the cluster or starting its node rejects with. */
  const startError = async (of: ClusterOptions): Promise<unknown> => {
    const exits: unknown[] = [];
    try {
      await using cluster = await createProcessCluster(of);
      cluster.onExit((exit) => exits.push(exit));
      await cluster.start('n1');
    } catch (error) {
      expect(exits).toEqual([]);
      return error;
    }
    throw new Error('the node came up');
  };

  test('because it ends: says how, and what it printed', async () => {
    const error = await startError(options('console.error("no such quorum"); process.exit(7)'));
    expect(error).toBeInstanceOf(NodeStartError);
    expect(error).toMatchObject({ node: 'n1', reason: 'exited', output: 'no such quorum\n' });
    expect((error as Error).message).toContain('exit code 7');
  });

  test('because it never answers: says what was seen last', async () => {
    const error = await startError(
      options('console.log("thinking"); setInterval(() => {}, 1000)', { readyTimeoutMs: 500 }),
    );
    expect(error).toMatchObject({ reason: 'not-ready', output: 'thinking\n' });
    expect((error as Error).message).toMatch(/not ready 500 ms after its start.*ECONNREFUSED/s);
  });

  test('because it answers anything but 200', async () => {
    const error = await startError(options(serving(503, '"warming up"'), { readyTimeoutMs: 1000 }));
    expect(error).toMatchObject({ reason: 'not-ready' });
    expect((error as Error).message).toContain('an answer of 503');
  });

  test('because its status is no JSON', async () => {
    const error = await startError(options(serving(200, '"fine, thanks"')));
    expect(error).toMatchObject({ reason: 'bad-status' });
    expect((error as Error).message).toContain('fine, thanks');
  });

  test('because there is no such program, which is the caller’s to mend', async () => {
    const error = await startError(
      options('', { source: { kind: 'command', argv: ['./no-such-node', 'serve'] } }),
    );
    expect(error).toMatchObject({ name: 'LabError', code: 'usage' });
    expect((error as Error).message).toContain('./no-such-node');
  });

  test('because it is an image', async () => {
    const error = await startError(options('', { source: { kind: 'image', image: 'raft:latest' } }));
    expect(error).toMatchObject({ name: 'LabError', code: 'usage' });
    expect((error as Error).message).toContain('raft:latest');
  });

  test('because the port it was promised is taken', async () => {
    const firstPort = 9800;
    const server = createServer().listen(firstPort + 2, '127.0.0.1');
    try {
      const error = await startError(options('', { firstPort }));
      expect(error).toMatchObject({ name: 'LabError', code: 'port' });
      expect((error as Error).message).toContain(`port ${firstPort + 2} is in use`);
    } finally {
      server.close();
    }
  });
});

/** A program that answers every request with this status and the value of this expression. */
function serving(status: number, body: string): string {
  return `
    const [host, port] = process.env.RAFT_LISTEN_CLIENT.split(':');
    require('node:http').createServer((request, response) => {
      response.writeHead(${status}).end(${body});
    }).listen(Number(port), host);`;
}
