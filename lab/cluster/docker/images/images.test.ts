import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ryukImage } from './go-image.ts';
import { listNodeFiles } from './node-files.ts';
import { runScript } from './run-script.ts';
import { findWorkspace } from './workspace.ts';

test('Ryuk is the one that Testcontainers pins', async () => {
  const testcontainers = dirname(createRequire(import.meta.url).resolve('testcontainers'));
  const reaper = await readFile(join(testcontainers, 'reaper', 'reaper.js'), 'utf8');
  expect(reaper).toContain(`"${ryukImage.image}"`);
  expect(ryukImage.goPackage.split('@v')[1]).toBe(ryukImage.image.split(':')[1]);
});

describe('listNodeFiles', () => {
  let workspace: string;
  const write = async (path: string, text = ''): Promise<void> => {
    await mkdir(dirname(join(workspace, path)), { recursive: true });
    await writeFile(join(workspace, path), text);
  };
  const manifest = (name: string, version: string, ...dependencies: string[]): string =>
    JSON.stringify({
      name,
      version,
      dependencies: Object.fromEntries(dependencies.map((one) => [one, '*'])),
    });

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'raft-lab-files-'));
  });
  afterEach(() => rm(workspace, { recursive: true }));

  test('takes sources without tests, and packages as Node would find them', async () => {
    await write('node/package.json', manifest('node', '1.0.0', 'a'));
    await write('node/main.ts');
    await write('node/core/raft.ts');
    await write('node/core/raft.test.ts');
    await write('node/core/testdata/golden.txt');
    await write('node_modules/a/package.json', manifest('a', '1.2.3', 'b', 'c'));
    await write('node_modules/a/index.js');
    await write('node_modules/a/index.d.ts');
    await write('node_modules/a/node_modules/b/package.json', manifest('b', '2.0.0'));
    await write('node_modules/b/package.json', manifest('b', '1.0.0'));
    await write('node_modules/c/package.json', manifest('c', '3.0.0', 'a'));
    await write('node_modules/unrelated/package.json', manifest('unrelated', '1.0.0'));

    expect(await listNodeFiles(workspace)).toEqual({
      sources: ['node/core/raft.ts', 'node/main.ts', 'node/package.json'],
      packageFiles: [
        'node_modules/a/index.js',
        'node_modules/a/node_modules/b/package.json',
        'node_modules/a/package.json',
        'node_modules/c/package.json',
      ],
      packages: ['a@1.2.3', 'b@2.0.0', 'c@3.0.0'],
    });
  });

  test('says what to do about a package that is not installed', async () => {
    await write('node/package.json', manifest('node', '1.0.0', 'gone'));
    await expect(listNodeFiles(workspace)).rejects.toThrow(/gone.*npm ci/);
  });
});

describe('runScript', () => {
  const drain = async (output: NodeJS.ReadableStream): Promise<void> => {
    for await (const _chunk of output);
  };

  test('tells the last words of a script that failed', async () => {
    const failing = runScript('/bin/sh', ['-c', 'echo no disk >&2; exit 3'], drain);
    await expect(failing).rejects.toMatchObject({ code: 'image' });
    await expect(failing).rejects.toThrow(/exit 3.*no disk/);
  });

  test('asks for Go where there is none', async () => {
    const script = join(findWorkspace() ?? '', 'docker', 'offline', 'build-go-binary.sh');
    const empty = await mkdtemp(join(tmpdir(), 'raft-lab-path-'));
    const building = runScript(
      '/usr/bin/env',
      [`PATH=${empty}`, '/bin/sh', script, 'some/package@v1', '/dev/null'],
      drain,
    );
    await expect(building).rejects.toThrow(/Go 1.23 or newer is needed/);
    await rm(empty, { recursive: true });
  });
});
