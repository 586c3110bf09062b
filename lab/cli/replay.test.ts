/** A stored run again, with the targets that it had. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readHistory } from '../history/read-history.ts';
import { pinsOf, type Pins } from '../nemesis/pins.ts';
import { drawPlan } from '../plan/draw-plan.ts';

const main = join(import.meta.dirname, 'main.ts');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-replay-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Said {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function raftLab(...args: string[]): Promise<Said> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--conditions=raft-lab:source', main, ...args], {
      cwd: directory,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

interface Results {
  readonly verdict: string;
  readonly run: string;
  readonly replay: string;
  readonly notes: readonly string[];
}

async function pinsIn(run: string): Promise<Pins> {
  return pinsOf((await readHistory(join(directory, 'store', run, 'history.jsonl'))).events);
}

const faults = `
nodes: [n1, n2, n3]
durationMs: 4500
schedule:
  - id: deposed
    afterMs: 300
    fault: { kind: partition, shape: isolate, target: leader, cut: black-hole }
    forMs: 1200
  - id: crash
    afterMs: 2800
    fault: { kind: kill, target: "voters:1" }
    forMs: 500
`;

describe('a replay', () => {
  test('has the targets of the recorded run, and says what it is', async () => {
    await writeFile(join(directory, 'plan.yaml'), faults);
    const first = await raftLab(
      ...['test', '--plan', 'plan.yaml', '--cluster', 'process', '--seed', '5', '--json'],
      ...['--env', 'LANG=C', '--env', 'MY_TOKEN=hush'],
    );
    const recorded = JSON.parse(first.stdout) as Results;
    expect(recorded.replay).toBe(`raft-lab replay store/${recorded.run}`);
    const pins = await pinsIn(recorded.run);
    expect([...pins.values()]).toMatchObject([{ kind: 'resolved' }, { kind: 'resolved' }]);

    const node = await readFile(join(directory, 'store', recorded.run, 'node.json'), 'utf8');
    expect(node).not.toContain('hush');
    expect(JSON.parse(node)).toEqual({
      version: 1,
      cluster: 'process',
      node: { kind: 'reference' },
      env: { LANG: 'C' },
      withheld: ['MY_TOKEN'],
    });
    const forgetful = await raftLab('replay', `store/${recorded.run}`);
    expect(forgetful.stderr).toContain('Give them again: --env MY_TOKEN=…');
    expect(forgetful.exitCode).toBe(64);

    const second = await raftLab('replay', 'store/latest', '--env', 'MY_TOKEN=hush', '--json');
    const replayed = JSON.parse(second.stdout) as Results;
    expect(replayed.notes[0]).toBe(
      `A replay of store/${recorded.run}: 2 of the 2 faults that came in force there did so here, each with the same targets.`,
    );
    expect(replayed.run).not.toBe(recorded.run);
    expect(await pinsIn(replayed.run)).toEqual(pins);
    expect([recorded.verdict, replayed.verdict]).toEqual(['pass', 'pass']);
  }, 120_000);
});

describe('what cannot be replayed is refused with exit code 64, or 4 where the store is at fault', () => {
  const plan = JSON.stringify({
    ...drawPlan({ seed: 1, nodes: 3, durationMs: 9_000, kinds: ['kill'], rate: 10 }),
  });
  const quiet = JSON.stringify(drawPlan({ seed: 1, nodes: 3, durationMs: 2_000, kinds: [], rate: 10 }));
  const start = '{"index":0,"time":0,"process":"observer","type":"info","f":"phase","value":"start"}\n';

  test.each<[string, Readonly<Record<string, string>> | undefined, string, number]>([
    ['no run', undefined, 'There is no run at gone', 64],
    ['a folder without a plan', {}, 'it has no plan.json', 64],
    ['a plan that is none', { 'plan.json': '{' }, 'plan.json is no plan that this version', 64],
    ['a run without a history', { 'plan.json': plan }, 'Expected a history at', 64],
    [
      'a history that is none',
      { 'plan.json': plan, 'history.jsonl': '{"index":7}\n' },
      'history.jsonl, line 1, field process',
      4,
    ],
    [
      'a plan without faults',
      { 'plan.json': quiet, 'history.jsonl': start },
      'its plan has no faults. "raft-lab test --plan',
      64,
    ],
    [
      'a run that ended before its faults',
      { 'plan.json': plan, 'history.jsonl': start },
      'none of its faults came in force before it ended',
      64,
    ],
  ])('%s', async (_name, files, message, expected) => {
    const run = files === undefined ? 'gone' : await mkdtemp(join(directory, 'run-'));
    if (files !== undefined) await mkdir(run, { recursive: true });
    for (const [name, text] of Object.entries(files ?? {})) await writeFile(join(run, name), text);
    const { stderr, exitCode } = await raftLab('replay', run);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(expected);
  });

  test('a run that does not say which node it tested', async () => {
    const run = await mkdtemp(join(directory, 'run-'));
    const stepped = JSON.stringify({
      index: 1,
      time: 1,
      process: 'nemesis',
      type: 'info',
      f: 'kill',
      value: {
        step: 's1',
        stage: 'in-force',
        fault: { kind: 'kill', target: 'n1' },
        nodes: ['n1'],
        rules: [],
      },
    });
    await writeFile(join(run, 'plan.json'), plan);
    await writeFile(join(run, 'history.jsonl'), `${start}${stepped}\n`);
    const { stderr, exitCode } = await raftLab('replay', run);
    expect(stderr).toContain('does not say which node it tested. Name it with --cmd, --image or --mutant.');
    expect(exitCode).toBe(64);
  });
});
