import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { contentDigest } from './content-digest.ts';
import { findSubmissions } from './find-submissions.ts';
import type { Submission } from './submission.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-class-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function handIn(id: string, manifest?: string): Promise<void> {
  await mkdir(join(directory, id), { recursive: true });
  if (manifest !== undefined) await writeFile(join(directory, id, 'raft-lab.json'), manifest);
}

async function manifestOf(text: string | undefined): Promise<Submission['manifest']> {
  await handIn('ada', text);
  const [found] = await findSubmissions(directory, '/elsewhere');
  if (found === undefined) throw new Error('nothing found');
  return found.manifest;
}

describe('a class', () => {
  test('is every folder, by name; files and hidden folders are nobody’s', async () => {
    await handIn('eve', '{"name": "Eve", "command": "./node"}');
    await handIn('ada', '{"name": "Ada", "image": "ada:1"}');
    await handIn('.git');
    await writeFile(join(directory, 'README.md'), '');
    const found = await findSubmissions(directory, '/elsewhere');
    expect(found.map(({ id, manifest }) => [id, 'name' in manifest && manifest.name])).toEqual([
      ['ada', 'Ada'],
      ['eve', 'Eve'],
    ]);
  });

  test('may hold links to folders', async () => {
    await handIn('ada', '{"name": "Ada", "image": "ada:1"}');
    await symlink('ada', join(directory, 'ada-again'));
    const found = await findSubmissions(directory, '/elsewhere');
    expect(found.map(({ id }) => id)).toEqual(['ada', 'ada-again']);
    expect(new Set(found.map((one) => one.directory)).size).toBe(1);
  });

  test('of one is a folder that has a raft-lab.json itself', async () => {
    await handIn('.', '{"name": "Ada", "command": ["node", "main.mjs"]}');
    await handIn('src');
    expect(await findSubmissions(directory, '/elsewhere')).toHaveLength(1);
  });

  test('may have the grades in its midst, and no submission may', async () => {
    await handIn('ada', '{"name": "Ada", "image": "ada:1"}');
    await handIn('grades');
    expect(await findSubmissions(directory, join(directory, 'grades'))).toHaveLength(1);
    await expect(findSubmissions(directory, join(directory, 'ada/grades'))).rejects.toThrow(
      'lies in the submission ada',
    );
    await expect(findSubmissions(join(directory, 'ada'), join(directory, 'ada/grades'))).rejects.toThrow(
      'lies in',
    );
  });

  test('that is empty, or not there, is a mistake', async () => {
    await expect(findSubmissions(directory, '/elsewhere')).rejects.toThrow('holds no submissions');
    await expect(findSubmissions(join(directory, 'x'), '/elsewhere')).rejects.toThrow(
      'cannot read the submissions',
    );
  });
});

describe('a raft-lab.json', () => {
  test.each([
    [undefined, 'there is no raft-lab.json'],
    ['{"name": ', 'raft-lab.json:1: '],
    ['{\n"name": "Ada",\n"comand": "./node"\n}', 'raft-lab.json:3: comand: there is no such field'],
    ['{\n"command": "./node"\n}', 'raft-lab.json:1: name: is missing'],
    ['{"name": "Ada"}', 'must have one of command, image, dockerfile'],
    ['{"name": "Ada", "image": "a", "dockerfile": "Dockerfile"}', 'has image and dockerfile'],
    ['{"name": "Ada", "command": []}', 'command: a command is a line of text, or a list'],
  ])('%j is graded with what is wrong with it', async (text, problem) => {
    expect(await manifestOf(text)).toEqual({ problem: expect.stringContaining(problem) });
  });

  test('may name an image beside a command, for machines without containers', async () => {
    expect(
      await manifestOf('{"name": "Ada", "command": "./node", "dockerfile": "Dockerfile"}'),
    ).toHaveProperty('name');
  });
});

describe('the digest of a folder', () => {
  const digest = () => contentDigest(directory);

  test('is the same for the same content, wherever it lies', async () => {
    await writeFile(join(directory, 'a'), '1');
    const before = await digest();
    await mkdir(join(directory, '__pycache__'));
    await writeFile(join(directory, '__pycache__', 'a.pyc'), '');
    expect(await digest()).toBe(before);
  });

  test('is another for another name, content, mode or link', async () => {
    const seen = new Set<string>();
    const file = join(directory, 'a');
    await writeFile(file, '1');
    seen.add(await digest());
    await writeFile(file, '2');
    seen.add(await digest());
    await chmod(file, 0o755);
    seen.add(await digest());
    await symlink('a', join(directory, 'b'));
    seen.add(await digest());
    await rm(join(directory, 'b'));
    await symlink('c', join(directory, 'b'));
    seen.add(await digest());
    await rm(join(directory, 'b'));
    await rm(file);
    await writeFile(join(directory, 'b'), '2');
    seen.add(await digest());
    expect(seen.size).toBe(6);
  });
});
