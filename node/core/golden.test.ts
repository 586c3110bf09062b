/**
 * The scripts in `testdata/`: commands begin with `>`, what the cluster did follows them, other lines are prose. A change of the protocol shows as
 * a change of these texts; `GOLDEN=rewrite` writes them anew. Commit the result only when every changed line is understood.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ScriptedCluster } from './script.ts';

const directory = join(import.meta.dirname, 'testdata');

function replay(script: string): string {
  const cluster = new ScriptedCluster();
  const output: string[] = [];
  for (const line of script.split('\n')) {
    if (line.startsWith('  ')) continue;
    output.push(line);
    if (line.startsWith('> ')) output.push(...cluster.run(line.slice(2)).map((told) => `  ${told}`));
  }
  return output.join('\n');
}

describe('golden scripts', () => {
  const files = readdirSync(directory).filter((file) => file.endsWith('.txt'));
  test.each(files)('%s', (file) => {
    const path = join(directory, file);
    const script = readFileSync(path, 'utf8');
    const replayed = replay(script);
    if (process.env.GOLDEN === 'rewrite') writeFileSync(path, replayed);
    else expect(replayed).toBe(script);
  });
});
