/**
 * Prepares every image of a run in containers, so that later runs need neither a registry nor Go:
 * `node --conditions=raft-lab:source lab/cluster/docker/images/main.ts`
 */
import { LabError } from '../../../lab-error.ts';
import { requireEngine } from '../engine.ts';
import { prepareLabImages } from './lab-images.ts';
import { prepareNodeImage } from './node-image.ts';

const labFailed = 4;

try {
  const engine = await requireEngine();
  const say = (line: string): void => console.error(line);
  const [{ toxiproxy }, node] = await Promise.all([
    prepareLabImages(engine, say),
    prepareNodeImage(engine, say),
  ]);
  console.log(`${toxiproxy}\n${node}`);
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  console.error(error.message);
  process.exitCode = labFailed;
}
