/** The Python node's own tests, run by Python. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const python = 'python3';
const isThere = spawnSync(python, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;
if (!isThere)
  process.stderr.write(
    '\nSKIPPED: the tests of examples/python did not run. They need python3, 3.9 or newer.\n\n',
  );

describe('the node in Python', () => {
  (isThere ? test : test.skip)(
    'passes its own tests',
    () => {
      const run = spawnSync(python, [join(import.meta.dirname, 'tests/run.py')], {
        encoding: 'utf8',
        env: { ...process.env, SEEDS: '25' },
      });
      const [, tests = '0', failed] = /^(\d+) tests, (\d+) failed$/m.exec(run.stdout) ?? [];
      expect({ failed, told: run.stderr }).toMatchObject({ failed: '0' });
      // Fewer would mean that they were not found.
      expect(Number(tests)).toBeGreaterThan(40);
    },
    240_000,
  );
});
