/** The base of images that run on Node: pulled where a registry answers, made of what the host has where none does. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { LabError } from '../../../lab-error.ts';
import { followImage } from './image-stream.ts';
import { hasImage, pullImage } from './pull-image.ts';
import type { Progress } from './progress.ts';
import { runScript } from './run-script.ts';

const pulledBase = 'node:24-bookworm-slim';

/** The name of a base image that the engine holds when this resolves. Rejects with `LabError('image')`. */
export async function prepareBaseImage(
  engine: Docker,
  workspace: string,
  progress: Progress,
): Promise<string> {
  if (await hasImage(engine, pulledBase)) return pulledBase;
  const script = join(workspace, 'docker', 'offline', 'base-root.sh');
  const offlineBase = `raft-lab/offline-base:${await offlineTag(script)}`;
  if (await hasImage(engine, offlineBase)) return offlineBase;
  try {
    progress(`pulling ${pulledBase}`);
    await pullImage(engine, pulledBase);
    return pulledBase;
  } catch (error) {
    progress(`${pulledBase} cannot be pulled; making a base image of this machine's Node ${process.version}`);
    await importBase(engine, script, offlineBase, error);
    return offlineBase;
  }
}

async function importBase(
  engine: Docker,
  script: string,
  image: string,
  whyNotPulled: unknown,
): Promise<void> {
  if (process.platform !== 'linux') {
    throw new LabError(
      'image',
      `${pulledBase} cannot be pulled (${String(whyNotPulled)}), and a base image can be made offline on Linux only. Make a registry reachable, or use --cluster process.`,
    );
  }
  const [repo, tag] = image.split(':');
  await runScript(script, [process.execPath], async (root) => {
    await followImage(engine, await engine.importImage(root, { repo, tag }));
  });
}

/** Names what goes into the image: this Node, and the script. */
async function offlineTag(script: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(script));
  return `${process.versions.node}-${process.arch}-${hash.digest('hex').slice(0, 12)}`;
}
