/**
 * examples/ci as its user has it: the packed lab in its dependencies, and nothing of this checkout. Green as it stands; red with a broken rule, and then the text
 * of the failure says what went wrong.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fencesIn } from '../docs/testing/markdown.ts';
import { eventually } from '../lab/cluster/testdata/eventually.ts';
import { leftoversOf } from '../lab/cluster/testdata/leftovers.ts';

const root = resolve(import.meta.dirname, '..');
const packs = join(root, '.cache/packs');
/** How each package's file begins, and where it is installed. */
const packages = {
  'raft-lab-0': 'raft-lab',
  'porcupine-ts-0': 'porcupine-ts',
  'raft-lab-node-0': '@raft-lab/node',
  'raft-lab-workloads-0': '@raft-lab/workloads',
};

let project: string;
beforeAll(() => {
  run('make', ['--silent', '--directory', root, 'pack']);
  project = mkdtempSync(join(tmpdir(), 'raft-lab-example-'));
  cpSync(join(root, 'examples/ci'), project, {
    recursive: true,
    filter: (path) => !/node_modules|store/.test(path.slice(root.length)),
  });
  installAsPacked(join(project, 'node_modules'));
}, 300_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Links what this checkout has from the registry, and unpacks what the registry would have of ours. */
function installAsPacked(modules: string): void {
  mkdirSync(join(modules, '@raft-lab'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('.') || name === '@raft-lab' || Object.values(packages).includes(name)) continue;
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  for (const [begins, name] of Object.entries(packages)) {
    const [pack, ...others] = readdirSync(packs).filter((file) => file.startsWith(begins));
    if (pack === undefined || others.length > 0) throw new Error(`expected one ${begins}… in ${packs}`);
    const target = join(modules, name);
    mkdirSync(target);
    run('tar', ['-xzf', join(packs, pack), '-C', target, '--strip-components=1']);
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
}

/** `npm test`, with the Node that runs this. */
function startTests(env: Readonly<Record<string, string>>) {
  return spawn(process.execPath, ['node_modules/jest/bin/jest.js', '--colors=false'], {
    cwd: project,
    env: {
      ...process.env,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function npmTest(env: Readonly<Record<string, string>>): Promise<{ exitCode: number | null; said: string }> {
  return new Promise((done) => {
    const child = startTests(env);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    child.on('close', (exitCode) => done({ exitCode, said }));
  });
}

test('the example and the samples of docs/jest.md compile against the packed types', () => {
  const samples = fencesIn('jest.md').filter(({ language }) => language === 'ts');
  expect(samples.length).toBeGreaterThan(1);
  mkdirSync(join(project, 'samples'));
  for (const { line, text } of samples)
    writeFileSync(join(project, `samples/jest-md-${line}.test.ts`), `${text}\n`);
  const compilerOptions = { noEmit: true };
  const tsconfig = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions,
    include: ['tests', 'samples'],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project]);
}, 120_000);

test('the tests of the example are green', async () => {
  const { exitCode, said } = await npmTest({});
  expect(said).toContain('Tests:       2 passed, 2 total');
  expect(exitCode).toBe(0);
}, 180_000);

test('with a node that breaks a rule they are red, and their text says which answers prove it', async () => {
  const { exitCode, said } = await npmTest({ RAFT_LAB_MUTANT: 'early-ack' });
  expect(exitCode).toBe(1);
  expect(said).toContain('Tests:       2 failed, 2 total');
  expect(said).toContain('expect(history).toBeLinearizable()');
  expect(said).toMatch(/(Stale read|Lost update|New then old) on key x\d: /);
  expect(said).toMatch(/process \d+ at n\d, [\d.]+ s to [\d.]+ s: write x\d := "/);
  expect(said).toMatch(/history\.jsonl, lines \d+/);
  expect(said).toMatch(/isolate n\d \(black-hole\), [\d.]+ s to [\d.]+ s/);
  expect(said).toMatch(/Report: store\/\S+\/report\.html/);
  expect(said).toMatch(/Replay: npx raft-lab replay store\/\S+/);
}, 180_000);

test('of tests that are killed nothing is left', async () => {
  rmSync(join(project, 'store'), { recursive: true, force: true });
  const child = startTests({});
  const ended = once(child, 'exit');
  const runId = await eventually(() => `${readlinkSync(join(project, 'store/latest'))}-${child.pid}`);
  // Three nodes at least, the links' proxy, the watchdog, and their directory.
  await eventually(() => expect(leftoversOf(runId).length).toBeGreaterThanOrEqual(6));
  child.kill('SIGKILL');
  await ended;
  await eventually(() => expect(leftoversOf(runId)).toEqual([]));
}, 90_000);
