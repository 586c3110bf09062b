/** The image of the reference node, named after what it is made of, so that it is built once. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { LabError } from '../../../lab-error.ts';
import { tolerate } from '../engine.ts';
import { prepareBaseImage } from './base-image.ts';
import { buildImage } from './build-image.ts';
import { listNodeFiles, type NodeFiles } from './node-files.ts';
import type { Progress } from './progress.ts';
import { hasImage } from './pull-image.ts';
import { findWorkspace } from './workspace.ts';

const dockerfile = 'docker/node.Dockerfile';
const repository = 'raft-lab/node';
const imagesKept = 4;

/**
 * The name of the reference node's image, which the engine holds when this resolves. Its working directory is `/app` and the
 * node's sources are in `/app/node`, so that a mutant can be run with another command. Rejects with `LabError('image')`.
 */
export async function prepareNodeImage(engine: Docker, progress: Progress): Promise<string> {
  const workspace = findWorkspace();
  if (workspace === undefined) {
    throw new LabError(
      'image',
      "The reference node's image is built from a checkout of Raft Lab, and this is none. Name a node of your own with --image.",
    );
  }
  const files = await listNodeFiles(workspace);
  const tag = `${repository}:${await contentTag(workspace, files)}`;
  if (await hasImage(engine, tag)) return tag;
  const base = await prepareBaseImage(engine, workspace, progress);
  progress(`building ${tag} on ${base}`);
  await buildImage(engine, {
    tag,
    context: workspace,
    dockerfile,
    files: [...files.sources, ...files.packageFiles],
    buildArguments: { BASE: base },
  });
  await engine.getImage(tag).tag({ repo: repository, tag: 'latest' });
  await removeOldImages(engine);
  return tag;
}

/** Every change of the node leaves an image behind. A concurrent run may be about to use one of the last few. */
async function removeOldImages(engine: Docker): Promise<void> {
  const images = await engine.listImages({ filters: { reference: [repository] } });
  const old = images.toSorted((one, other) => other.Created - one.Created).slice(imagesKept);
  for (const { Id } of old) {
    // The engine keeps those that a container still uses.
    await tolerate(engine.getImage(Id).remove(), 404, 409);
  }
}

async function contentTag(workspace: string, files: NodeFiles): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(files.packages));
  for (const file of [dockerfile, ...files.sources]) {
    hash.update(`\n${file}\n`).update(await readFile(join(workspace, file)));
  }
  return hash.digest('hex').slice(0, 12);
}
