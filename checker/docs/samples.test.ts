/** Every `ts` block of the documents compiles against this package and prints what the `text` block after it says. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const home = resolve(import.meta.dirname, '..');
const documents = [
  'README.md',
  ...readdirSync(import.meta.dirname).flatMap((name) => (name.endsWith('.md') ? `docs/${name}` : [])),
];

interface Sample {
  readonly name: string;
  readonly code: string;
  readonly output: string;
}

const samples = documents.flatMap((document): Sample[] => {
  const text = readFileSync(join(home, document), 'utf8');
  const blocks = [...text.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)```/gs)];
  return blocks.map(([, code = '', output = ''], index) => ({
    name: `${document.replaceAll(/\W/g, '-')}-${index + 1}`,
    code,
    output,
  }));
});

let project: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'porcupine-samples-'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(home, join(project, 'node_modules', 'porcupine-ts'));
  writeFileSync(join(project, 'package.json'), '{"type": "module"}');
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      extends: join(home, '..', 'tsconfig.base.json'),
      compilerOptions: {
        noEmit: true,
        customConditions: ['raft-lab:source'],
        typeRoots: [join(home, '..', 'node_modules', '@types')],
      },
    }),
  );
  for (const { name, code } of samples) writeFileSync(join(project, `${name}.ts`), code);
});
afterAll(() => {
  rmSync(project, { recursive: true });
});

/** Runs a program of this repository, or Node itself, in the project of the samples. */
function runIn(argv: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { cwd: project, encoding: 'utf8' });
  return status === 0 ? stdout : `exit ${status}\n${stdout}${stderr}`;
}

describe('the samples of the documents', () => {
  test('are there, and no ts block goes without its output', () => {
    expect(samples.length).toBeGreaterThan(3);
    for (const document of documents) {
      const text = readFileSync(join(home, document), 'utf8');
      const count = samples.filter(({ name }) => name.startsWith(document.replaceAll(/\W/g, '-'))).length;
      expect([document, text.match(/```ts\n/g)?.length ?? 0]).toEqual([document, count]);
    }
  });

  test('compile', () => {
    expect(runIn([join(home, '..', 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.'])).toBe('');
  });

  test.each(samples)('$name prints what it says', ({ name, output }) => {
    expect(runIn(['--conditions=raft-lab:source', `${name}.ts`])).toBe(output);
  });
});
