/** The package as others get it: built, packed, installed into an empty project, and used as README says. */
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const home = import.meta.dirname;
const compiler = join(home, '..', 'node_modules', 'typescript', 'bin', 'tsc');
let directory: string;
let project: string;
let packed: readonly string[];
let tarball: string;

function run(command: string, argv: readonly string[], cwd: string): string {
  const { stdout, stderr, status } = spawnSync(command, argv, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'porcupine-package-'));
  const staged = join(directory, 'staged');
  const leftOut = ['node_modules', 'dist'];
  cpSync(home, staged, { recursive: true, filter: (source) => !leftOut.includes(basename(source)) });
  // Built where it is packed, so that nothing older is packed with it.
  const build = ['-p', join(home, 'tsconfig.build.json'), '--outDir', join(staged, 'dist')];
  run(process.execPath, [compiler, ...build], home);
  const [pack] = JSON.parse(
    run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', directory], staged),
  ) as readonly { readonly filename: string; readonly files: readonly { readonly path: string }[] }[];
  packed = pack?.files.map(({ path }) => path) ?? [];
  project = join(directory, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"private": true, "type": "module"}');
  tarball = join(directory, pack?.filename ?? '');
  run('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball], project);
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the package', () => {
  test('holds the program, its sources and its documents, and nothing of the tests', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'README.md',
        'dist/index.js',
        'dist/index.d.ts',
        'index.ts',
        'docs/theorem.md',
      ]),
    );
    expect(packed.filter((path) => /test|fuzz|tsbuildinfo/.test(path))).toEqual([]);
  });

  test('brings nothing else along', () => {
    const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as { packages: object };
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/porcupine-ts']);
  });

  test('has nothing to complain of for publint', async () => {
    const { buffer } = new Uint8Array(readFileSync(tarball));
    const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test('has types that resolve wherever an ES module can be imported', async () => {
    const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
    if (!checked.types) throw new Error('The package has no types.');
    expect(Object.keys(checked.entrypoints)).toEqual(['.', './workers']);
    // What is an ES module cannot be required, and a resolution older than "exports" finds no second entry: both are meant so.
    const meant = new Set(['node10', 'node16-cjs']);
    const isMeant = (problem: object) =>
      'resolutionKind' in problem && meant.has(String(problem.resolutionKind));
    expect(checked.problems.filter((problem) => !isMeant(problem))).toEqual([]);
    const found = Object.values(checked.entrypoints).flatMap(({ resolutions }) =>
      [resolutions['node16-esm'], resolutions.bundler].map(({ resolution }) => resolution?.isTypeScript),
    );
    expect(found).toEqual([true, true, true, true]);
  });

  test('runs the first example of README, which also type-checks there', () => {
    const [, code = '', output = ''] =
      /```ts\n(.*?)```\n\n```text\n(.*?)```/s.exec(readFileSync(join(home, 'README.md'), 'utf8')) ?? [];
    writeFileSync(join(project, 'example.ts'), code);
    expect(run(process.execPath, ['example.ts'], project)).toBe(output);
    const types = join(project, 'node_modules', '@types');
    symlinkSync(join(home, '..', 'node_modules', '@types'), types);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024'];
    expect(run(process.execPath, [compiler, ...options, '--types', 'node', 'example.ts'], project)).toBe('');
  });

  test('searches on threads from its build', () => {
    const code = `
      import { checkOperationsInWorkers } from 'porcupine-ts/workers';
      const history = ['a', 'b'].flatMap((key, place) => Array.from({ length: 2_000 }, (_, index) => ({
        id: place * 10_000 + index, process: place, outcome: 'ok', call: index * 2, return: index * 2 + 1, output: {},
        input: { f: index % 2 === 0 ? 'enqueue' : 'dequeue', key, value: 'v' },
      })).map((each) => (each.input.f === 'dequeue' ? { ...each, output: { value: 'v' } } : each)));
      const { verdict, partitions } = await checkOperationsInWorkers({ module: 'porcupine-ts', export: 'queue' }, history, { threads: 2, stepsAtOnce: 0 });
      console.log(verdict, partitions.length);
    `;
    writeFileSync(join(project, 'threads.js'), code);
    expect(run(process.execPath, ['threads.js'], project)).toBe('linearizable 2\n');
  });

  test('has its command', () => {
    const bin = join(project, 'node_modules', '.bin', 'porcupine-ts');
    expect(run(bin, ['--help'], project)).toMatch(/^porcupine-ts check FILE/);
  });
});
