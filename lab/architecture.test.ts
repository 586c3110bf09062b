import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '..');
const config = join(root, '.dependency-cruiser.cjs');
const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: { name: string }[] };

/** A house in which every rule is broken once: by file, what it imports. */
const planted: Record<string, { file: string; imports: string }> = {
  'no-cycles': { file: 'lab/run/a.ts', imports: './b.ts' },
  'checker-imports-nothing': { file: 'checker/model.ts', imports: 'node:fs' },
  'checker-imports-no-package-of-ours': { file: 'checker/cli/main.ts', imports: '../../workloads/index.ts' },
  'workloads-import-only-the-checker': { file: 'workloads/registers.ts', imports: '../lab/index.ts' },
  'node-imports-nothing-of-ours': { file: 'node/main.ts', imports: '../checker/index.ts' },
  'core-imports-nothing': { file: 'node/core/raft.ts', imports: '../registers/map.ts' },
  'lab-meets-node-only-in-sim': { file: 'lab/cli/main.ts', imports: '../../node/index.ts' },
  'engine-only-behind-the-docker-cluster': { file: 'lab/cluster/process/x.ts', imports: 'dockerode' },
  'express-only-at-http-doors': { file: 'lab/verdict/x.ts', imports: 'express' },
  'nemeses-know-only-the-port': { file: 'lab/nemesis/x.ts', imports: '../cluster/process/x.ts' },
  'verdicts-never-touch-a-cluster': { file: 'lab/report/x.ts', imports: '../run/a.ts' },
  'grades-never-touch-a-cluster': { file: 'lab/grade/score/x.ts', imports: '../../run/a.ts' },
  'front-doors-know-nothing-of-each-other': { file: 'lab/jest/x.ts', imports: '../cli/main.ts' },
  'packages-have-one-door': { file: 'workloads/x.ts', imports: '../checker/model.ts' },
  'only-tests-import-tests': { file: 'lab/run/c.ts', imports: './d.test.ts' },
};
const bystanders: Record<string, string> = {
  'lab/run/b.ts': "import './a.ts';",
  'lab/run/d.test.ts': '',
  'lab/index.ts': '',
  'node/index.ts': '',
  'node/registers/map.ts': '',
  'workloads/index.ts': '',
  'checker/index.ts': '',
  'node_modules/dockerode/index.js': '',
  'node_modules/express/index.js': '',
  'tsconfig.json': '{}',
};

let house: string;
let broken: Set<string>;

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'raft-lab-house-'));
  const files = {
    ...bystanders,
    ...Object.fromEntries(Object.values(planted).map(({ file, imports }) => [file, `import '${imports}';`])),
  };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(house, file)), { recursive: true });
    await writeFile(join(house, file), text);
  }
  broken = await rulesBrokenIn(house);
});

afterAll(() => rm(house, { recursive: true, force: true }));

async function rulesBrokenIn(directory: string): Promise<Set<string>> {
  const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const rooms = ['checker', 'workloads', 'node', 'lab'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [depcruise, ...rooms, '--config', config, '--output-type', 'json'],
    {
      cwd: directory,
      maxBuffer: 64 * 2 ** 20,
      // The exit code counts violations.
    },
  ).catch((error: unknown) => error as { stdout: string });
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return new Set(summary.violations.map(({ rule }) => rule.name));
}

test.each(forbidden.map(({ name }) => name))('the rule %s bites', (name) => {
  expect(planted).toHaveProperty(name);
  expect(broken).toContain(name);
});

test('the house itself keeps all rules', async () => {
  expect(await rulesBrokenIn(root)).toEqual(new Set());
});
