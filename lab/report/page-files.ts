/** The page's own style sheet and program, read once from beside this file and put into every report, which thus needs no network. */
import { readFileSync } from 'node:fs';
import { paletteCss } from './palette.ts';

/** In the order in which they use each other; joined into one script, so imports and exports fall away. */
const modules = [
  'view',
  'layout',
  'index-operations',
  'theme',
  'pen',
  'cluster-tracks',
  'number-tracks',
  'operation-tracks',
  'painter',
  'overview',
  'pointing',
  'main',
];

const directory = new URL('./page/', import.meta.url);

export const pageCss = `${paletteCss}\n${read('page.css')}`;
export const pageScript = modules.map((name) => joinable(read(`${name}.mjs`))).join('\n');

function read(name: string): string {
  return readFileSync(new URL(name, directory), 'utf8');
}

/** The files import only each other, each in one line, and none of their names collide: a test holds them to it. */
function joinable(source: string): string {
  return source.replaceAll(/^import .*;\n/gm, '').replaceAll(/^export (?=const|function)/gm, '');
}
