/** For tests that need a container engine: they run where one answers, and say aloud that they did not where none does. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import type Docker from 'dockerode';
import { LabError } from '../../lab-error.ts';
import { requireEngine } from './engine.ts';
import { prepareBaseImage } from './images/base-image.ts';
import { buildImage } from './images/build-image.ts';
import { prepareLabImages } from './images/lab-images.ts';
import { hasImage } from './images/pull-image.ts';
import { findWorkspace } from './images/workspace.ts';

/** Set to `required` where a missing engine must fail the tests instead of skipping them. */
const modeVariable = 'RAFT_LAB_ENGINE_TESTS';

/** Tells the cases the image of the node that cluster tests use, `testdata/echo-node.mjs`. */
export type ContainerCases = (echoImage: string) => void;

/**
 * A `describe` for container tests. Await it at the top of a test file: it looks for the engine and prepares the images first, which takes long only
 * the first time.
 */
export async function describeWithEngine(): Promise<(name: string, cases: ContainerCases) => void> {
  try {
    const image = await prepareEchoImage(await requireEngine());
    return (name, cases) => describe(name, () => cases(image));
  } catch (error) {
    if (!(error instanceof LabError) || process.env[modeVariable] === 'required') throw error;
    process.stderr.write(`\nSKIPPED: container tests did not run. ${error.message}\n\n`);
    return (name, cases) => describe.skip(name, () => cases('none'));
  }
}

/** Builds the image, once, and gives its name. */
async function prepareEchoImage(engine: Docker): Promise<string> {
  const workspace = findWorkspace();
  if (workspace === undefined) throw new Error('container tests run in a checkout');
  await prepareLabImages(engine, () => undefined);
  const dockerfile = 'lab/cluster/docker/testdata/echo-node.Dockerfile';
  const script = 'lab/cluster/testdata/echo-node.mjs';
  const base = await prepareBaseImage(engine, workspace, () => undefined);
  const hash = createHash('sha256').update(base);
  for (const file of [dockerfile, script]) hash.update(await readFile(join(workspace, file)));
  const tag = `raft-lab/echo-node:${hash.digest('hex').slice(0, 12)}`;
  if (await hasImage(engine, tag)) return tag;
  await buildImage(engine, {
    tag,
    context: workspace,
    dockerfile,
    files: [script],
    buildArguments: { BASE: base },
  });
  return tag;
}
