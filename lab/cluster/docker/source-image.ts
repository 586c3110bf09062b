import type Docker from 'dockerode';
import { LabError } from '../../lab-error.ts';
import type { NodeSource } from '../cluster.ts';
import { hasImage, pullImage } from './images/pull-image.ts';

export type ImageSource = Extract<NodeSource, { readonly kind: 'image' }>;

/** What this cluster can run, with its image in the engine. Rejects with `LabError('usage')` or `LabError('image')`. */
export async function requireImage(engine: Docker, source: NodeSource): Promise<ImageSource> {
  if (source.kind === 'command') {
    throw new LabError(
      'usage',
      'The docker cluster runs images, and was given a command. Name an image with --image, or use --cluster process.',
    );
  }
  try {
    if (!(await hasImage(engine, source.image))) await pullImage(engine, source.image);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LabError(
      'image',
      `The image ${source.image} is not in the engine and cannot be pulled (${reason}). Build it first: docker build -t ${source.image} .`,
      { cause: error },
    );
  }
  return source;
}
