import type Docker from 'dockerode';
import { LabError } from '../../../lab-error.ts';
import { followImage } from './image-stream.ts';

export interface Build {
  readonly tag: string;
  /** The directory against which `dockerfile` and `files` are named, and out of which nothing else is sent. */
  readonly context: string;
  readonly dockerfile: string;
  readonly files: readonly string[];
  readonly buildArguments?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Builds an image with the classic builder, which every engine has. Rejects with `LabError('image')`. */
export async function buildImage(engine: Docker, build: Build): Promise<void> {
  try {
    const stream = await engine.buildImage(
      { context: build.context, src: [build.dockerfile, ...build.files] },
      {
        t: build.tag,
        dockerfile: build.dockerfile,
        buildargs: { ...build.buildArguments },
        labels: { ...build.labels },
        forcerm: true,
        networkmode: 'none',
      },
    );
    await followImage(engine, stream);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LabError(
      'image',
      `The image ${build.tag} could not be built from ${build.dockerfile}: ${reason}`,
      { cause: error },
    );
  }
}
