/** The command line as a user meets it: real processes, exit codes, and what is said on the way out. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const main = join(import.meta.dirname, 'main.ts');
const loneNode = join(import.meta.dirname, 'testdata/lone-node.mjs');
const loneCommand = `${process.execPath} ${loneNode}`;
/** A run of a lone node for three seconds, which takes some five in all. */
const brief = ['--nodes', '1', '--time', '3', '--nemesis', 'none', '--rate', '200', '--seed', '1'];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-cli-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Said {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function raftLab(
  args: readonly string[],
  during: (pid: number, stdout: () => string) => void = () => undefined,
): Promise<Said> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--conditions=raft-lab:source', main, ...args], {
      cwd: directory,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
      if (child.pid !== undefined) during(child.pid, () => stdout);
    });
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

const lone = (wrong: string | undefined, ...more: string[]) =>
  raftLab([
    'test',
    '--cmd',
    loneCommand,
    ...brief,
    ...(wrong === undefined ? [] : ['--env', `LONE_NODE=${wrong}`]),
    ...more,
  ]);

async function latest(file: string, store = 'store'): Promise<string> {
  return readFile(join(directory, store, 'latest', file), 'utf8');
}

describe('usage', () => {
  test.each<[string, string[], string]>([
    ['an unknown command', ['tset'], "unknown command 'tset'"],
    ['an unknown flag', ['test', '--sede', '3'], "unknown option '--sede'"],
    [
      'an unknown fault',
      ['test', '--nemesis', 'partition,earthquake'],
      'There is no fault "earthquake". --nemesis takes all, none, or some of: partition, latency',
    ],
    [
      'a number that is none',
      ['test', '--time', 'long'],
      '--time takes a whole number from 1 to 86400, not "long".',
    ],
    ['too many nodes', ['test', '--nodes', '99'], '--nodes takes a whole number from 1 to 15, not "99".'],
    ['an unknown cluster', ['test', '--cluster', 'cloud'], 'Allowed choices are auto, docker, process'],
    [
      'an unknown mutant',
      ['test', '--mutant', 'gremlin'],
      'There is no mutant "gremlin". --mutant takes one of: ',
    ],
    [
      'a command in containers',
      ['test', '--cluster', 'docker', '--cmd', 'node x'],
      '--cmd is run on this machine; use --cluster process',
    ],
    [
      'two things under test',
      ['test', '--cmd', 'a', '--image', 'b'],
      '--cmd and --image each name what is under test; give one of them.',
    ],
    ["the lab's own variables", ['test', '--env', 'RAFT_ID=n7'], '--env cannot set RAFT_ID'],
    ['a plan that is not there', ['test', '--plan', 'nowhere.yaml'], 'cannot read the plan nowhere.yaml'],
    ['a run that is not there', ['check', 'nowhere'], 'nowhere'],
  ])('%s is refused with exit code 64', async (_name, args, message) => {
    const { exitCode, stderr } = await raftLab(args);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(64);
  });

  test('a plan with a mistake on line 7 is refused, and names line 7', async () => {
    const plan =
      'nodes: [n1, n2, n3]\ndurationMs: 5000\nschedule:\n  - id: one\n    afterMs: 100\n    forMs: 500\n    fault: { kind: partition, shape: triangle, cut: hold }\n';
    await writeFile(join(directory, 'plan.yaml'), plan);
    const { exitCode, stderr } = await raftLab(['test', '--plan', 'plan.yaml']);
    expect(stderr).toContain('plan.yaml:7: schedule[0].fault.shape:');
    expect(exitCode).toBe(64);
  });

  test('help is no mistake, and names the exit codes', async () => {
    const { exitCode, stdout } = await raftLab(['--help']);
    expect(stdout).toContain('Exit codes: 0 pass, 1 violation');
    expect(exitCode).toBe(0);
  });
});

describe('a run', () => {
  test('of a right node passes, leaves everything in the store, and is judged the same from there', async () => {
    const { exitCode, stdout } = await lone(undefined);
    expect(stdout).toContain('PASS Every promise');
    expect(exitCode).toBe(0);
    const results = JSON.parse(await latest('results.json')) as Record<string, unknown>;
    expect(results).toMatchObject({
      verdict: 'pass',
      exitCode: 0,
      seed: 1,
      cluster: 'process',
      nodes: 1,
    });
    for (const file of ['plan.json', 'history.jsonl', 'junit.xml', 'report.html', 'nodes/n1.log']) {
      expect(existsSync(join(directory, 'store/latest', file))).toBe(true);
    }
    const again = await raftLab(['check', 'store/latest', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ verdict: 'pass', properties: results.properties });
    expect(again.exitCode).toBe(0);
  }, 60_000);

  test.each<[string, string, number, string]>([
    ['that reads stale', 'reads-are-stale', 1, 'linearizable'],
    ['that dies under load', 'dies-under-load', 1, 'exit code 7'],
    ['that exits at once', 'exits-at-once', 1, 'cannot find my configuration'],
    ['whose status is no JSON', 'status-is-text', 1, 'status'],
    ['whose answers are no JSON', 'reads-are-text', 1, 'expected {"value": string or null}'],
  ])(
    'of a node %s ends with its exit code and its reason, and keeps its history',
    async (_name, wrong, expected, reason) => {
      const { exitCode, stdout, stderr } = await lone(wrong);
      expect(stdout + stderr).toContain(reason);
      expect(exitCode).toBe(expected);
      expect((await latest('history.jsonl')).split('\n').length).toBeGreaterThan(1);
      expect(JSON.parse(await latest('results.json'))).toMatchObject({ exitCode: expected });
    },
    60_000,
  );

  test('of a node that never becomes ready did not recover; where the lab itself stood still meanwhile, that is undecided', async () => {
    const { exitCode, stdout } = await lone('never-ready');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('n1 was not ready');
    expect(exitCode).toBe(stdout.includes('stood still') ? 3 : 2);
  }, 60_000);

  test('prints its results, and nothing else, on standard output when asked for JSON', async () => {
    const { stdout, stderr } = await lone(undefined, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass' });
    expect(stderr).toContain('raft-lab');
  }, 60_000);

  test('on a port in use says which, and is the lab’s failure', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
    });
    const { exitCode, stderr, stdout } = await lone(undefined, '--first-port', String(port));
    taken.close();
    expect(stdout + stderr).toContain(String(port));
    expect(exitCode).toBe(4);
  }, 60_000);

  const canMount = process.getuid?.() === 0;
  if (!canMount)
    console.warn('SKIPPED: a full disk is made by mounting a small file system, which needs root');
  (canMount ? test : test.skip)(
    'on a disk that fills up is the lab’s failure, and keeps its history so far',
    async () => {
      const small = join(directory, 'small');
      await mkdir(small);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', small]);
      try {
        const { exitCode, stdout } = await lone(undefined, '--out', small, '--time', '20');
        expect(stdout.replaceAll(/\s+/g, ' ')).toContain('ENOSPC: no space left on device');
        expect(exitCode).toBe(4);
        expect(
          (await readFile(join(small, 'latest/history.jsonl'), 'utf8')).split('\n').length,
        ).toBeGreaterThan(100);
        const again = await raftLab(['check', join(small, 'latest'), '--json']);
        expect(JSON.parse(again.stdout)).toMatchObject({ operations: { ok: expect.any(Number) as unknown } });
      } finally {
        execFileSync('umount', [small]);
      }
    },
    60_000,
  );

  test('that is interrupted stops in good order, keeps its history and is undecided', async () => {
    let interrupted = false;
    const said = await raftLab(['test', '--cmd', loneCommand, ...brief, '--time', '60'], (pid, stdout) => {
      if (interrupted || !stdout().includes('clients and faults at work')) return;
      interrupted = true;
      process.kill(pid, 'SIGINT');
    });
    expect(said.stderr).toContain('SIGINT: healing and stopping');
    expect(said.exitCode).toBe(3);
    expect(JSON.parse(await latest('results.json'))).toMatchObject({ verdict: 'undecided' });
  }, 60_000);

  test('without a container engine that was asked for is the lab’s failure', async () => {
    const child = spawn(
      process.execPath,
      ['--conditions=raft-lab:source', main, 'test', '--cluster', 'docker'],
      {
        cwd: directory,
        env: { ...process.env, DOCKER_HOST: 'unix:///nowhere/docker.sock' },
      },
    );
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    const exitCode = await new Promise((resolve) => child.on('close', resolve));
    expect(stderr).toMatch(/container engine/);
    expect(stderr).toContain('--cluster process');
    expect(exitCode).toBe(4);
  }, 60_000);
});
