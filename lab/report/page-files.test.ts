import { readdir, readFile } from 'node:fs/promises';
import { compileFunction } from 'node:vm';
import { expect, test } from '@jest/globals';
import { pageScript } from './page-files.ts';

const directory = new URL('./page/', import.meta.url);

test('the page’s modules join into one script, without imports, exports or names declared twice', () => {
  expect(pageScript).not.toMatch(/^\s*(import|export)\b/m);
  expect(() => compileFunction(`'use strict';\n${pageScript}`)).not.toThrow();
  expect(() => compileFunction(`'use strict';\n${pageScript}\nconst gutter = 1;`)).toThrow(
    'already been declared',
  );
});

test('every module of the page is in it', async () => {
  const modules = (await readdir(directory)).filter((name) => name.endsWith('.mjs'));
  expect(modules.length).toBeGreaterThan(5);
  for (const name of modules) {
    const source = await readFile(new URL(name, directory), 'utf8');
    const [line] = source.split('\n').filter((one) => /^(export )?(const|function) /.test(one));
    expect(pageScript).toContain(line?.replace('export ', ''));
  }
});
