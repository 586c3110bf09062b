import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LabError } from '../../lab-error.ts';
import { NodeStartError, type ClusterOptions, type NodeSource } from '../cluster.ts';
import { eventually } from '../testdata/eventually.ts';
import { createDockerCluster } from './docker-cluster.ts';
import { findLabelled } from './remove-labelled.ts';
import { describeWithEngine } from './test-engine.ts';

const describeContainers = await describeWithEngine();
const caseTimeoutMs = 60_000;

describeContainers('when something is wrong', (echoImage) => {
  const runId = `failures-${process.pid}`;
  let logDirectory: string;

  beforeEach(async () => {
    logDirectory = await mkdtemp(join(tmpdir(), 'raft-lab-logs-'));
  });
  afterEach(async () => {
    await rm(logDirectory, { recursive: true });
    expect(await findLabelled(runId)).toEqual([]);
  });

  const optionsFor = (source: NodeSource, readyTimeoutMs = 10_000): ClusterOptions => ({
    runId,
    source,
    nodes: ['n1'],
    voters: ['n1'],
    logDirectory,
    env: {},
    heartbeatMs: 50,
    electionMs: [150, 300],
    snapshotEntries: 100,
    readyTimeoutMs,
  });
  const running = (script: string): NodeSource => ({
    kind: 'image',
    image: echoImage,
    command: ['node', '-e', script],
  });

  /** What creating the cluster or starting its node rejects with; nothing of it is also reported as an exit. */
  const startError = async (options: ClusterOptions): Promise<unknown> => {
    const exits: unknown[] = [];
    try {
      await using cluster = await createDockerCluster(options);
      cluster.onExit((exit) => exits.push(exit));
      await cluster.start('n1');
    } catch (error) {
      expect(exits).toEqual([]);
      return error;
    }
    throw new Error('the node came up');
  };

  test('a command is no image', async () => {
    const error = await startError(optionsFor({ kind: 'command', argv: ['./my-node'] }));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('--image') });
  });

  test(
    'an image that is not there is named, with what to do',
    async () => {
      const error = await startError(optionsFor({ kind: 'image', image: 'raft-lab/no-such-image:1' }));
      expect(error).toBeInstanceOf(LabError);
      expect(error).toMatchObject({
        code: 'image',
        message: expect.stringContaining('docker build -t raft-lab/no-such-image:1'),
      });
    },
    caseTimeoutMs,
  );

  test(
    'a node that ends at once: says how, and what it printed',
    async () => {
      const error = await startError(optionsFor(running('console.error("no such quorum"); process.exit(7)')));
      expect(error).toBeInstanceOf(NodeStartError);
      expect(error).toMatchObject({ node: 'n1', reason: 'exited', output: 'no such quorum\n' });
      expect(error).toMatchObject({ message: expect.stringContaining('exit code 7') });
    },
    caseTimeoutMs,
  );

  test(
    'a command that the image does not hold is the fault of the node',
    async () => {
      const source: NodeSource = { kind: 'image', image: echoImage, command: ['/no/such/program'] };
      const error = await startError(optionsFor(source));
      expect(error).toMatchObject({ name: 'NodeStartError', reason: 'exited' });
      expect(error).toMatchObject({ message: expect.stringContaining('/no/such/program') });
    },
    caseTimeoutMs,
  );

  test(
    'a node that never listens is not waited for longer than agreed',
    async () => {
      const error = await startError(optionsFor(running('setInterval(() => 0, 1000)'), 500));
      expect(error).toMatchObject({ name: 'NodeStartError', reason: 'not-ready' });
    },
    caseTimeoutMs,
  );

  test(
    'a node that takes too much memory is told so',
    async () => {
      const hoard = 'const all = []; for (;;) all.push(Buffer.alloc(16 * 1024 * 1024, 1))';
      const error = await startError(optionsFor(running(hoard)));
      expect(error).toMatchObject({ name: 'NodeStartError', reason: 'exited' });
      expect(error).toMatchObject({ output: expect.stringContaining('memory limit') });
    },
    caseTimeoutMs,
  );

  test(
    'disposing in the middle of a start leaves nothing',
    async () => {
      const cluster = await createDockerCluster(optionsFor(running('setInterval(() => 0, 1000)')));
      const starting = cluster.start('n1').catch((error: unknown) => error);
      await cluster[Symbol.asyncDispose]();
      expect(await starting).toBeInstanceOf(Error);
    },
    caseTimeoutMs,
  );

  test(
    'kill -9 of the lab leaves nothing',
    async () => {
      const script = join(import.meta.dirname, 'testdata', 'doomed-lab.ts');
      const { NODE_OPTIONS: _, ...env } = process.env;
      const lab = spawn(
        process.execPath,
        ['--conditions=raft-lab:source', script, runId, echoImage, logDirectory],
        { env, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      expect(String(await once(lab.stdout, 'data'))).toContain('up');
      // Toxiproxy, one node, three networks, one volume: there is something to leave behind.
      expect(await findLabelled(runId)).toHaveLength(6);
      lab.kill('SIGKILL');
      await once(lab, 'exit');
      await eventually(async () => expect(await findLabelled(runId)).toEqual([]));
    },
    caseTimeoutMs,
  );
});
