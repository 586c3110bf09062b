/** Links between the pages lead to a file that exists and to a heading that is there; so do paths in code. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { anchorsIn, linksIn, pathsIn } from './testing/markdown.ts';

const docs = fileURLToPath(new URL('.', import.meta.url));
const inDocs = readdirSync(docs, { recursive: true, encoding: 'utf8' });
const atRoot = readdirSync(join(docs, '..')).map((file) => `../${file}`);
const pages = [...inDocs, ...atRoot].filter((file) => file.endsWith('.md'));

const isElsewhere = (target: string): boolean => /^[a-z]+:/.test(target);

describe.each(pages)('%s', (page) => {
  const links = linksIn(page).filter((target) => !isElsewhere(target));

  test('its links lead somewhere', () => {
    const broken = links.filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(docs, file))) return true;
      return anchor !== undefined && !anchorsIn(file).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('the files that it names are there', () => {
    expect(pathsIn(page).filter((path) => !existsSync(join(docs, '..', path)))).toEqual([]);
  });
});
