/** Images of programs in Go: pulled where a registry answers, compiled into an image of the same name where none does. */
import { join } from 'node:path';
import type Docker from 'dockerode';
import { LabError } from '../../../lab-error.ts';
import { buildImage } from './build-image.ts';
import type { Progress } from './progress.ts';
import { hasImage, pullImage } from './pull-image.ts';
import { runScript } from './run-script.ts';
import { findWorkspace } from './workspace.ts';

export interface GoImage {
  readonly image: string;
  /** What `go install` builds, with its version. */
  readonly goPackage: string;
  readonly linkerFlags: string;
  /** Where the binary goes and the Dockerfile finds it, relative to the checkout. */
  readonly binary: string;
  readonly dockerfile: string;
}

export const toxiproxyImage: GoImage = {
  image: 'ghcr.io/shopify/toxiproxy:2.12.0',
  goPackage: 'github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0',
  linkerFlags: '-X github.com/Shopify/toxiproxy/v2.Version=2.12.0',
  binary: '.cache/bin/toxiproxy-server',
  dockerfile: 'docker/offline/toxiproxy.Dockerfile',
};

/** The version that Testcontainers pins; a test compares the two. */
export const ryukImage: GoImage = {
  image: 'testcontainers/ryuk:0.14.0',
  goPackage: 'github.com/testcontainers/moby-ryuk@v0.14.0',
  linkerFlags: '',
  binary: '.cache/bin/moby-ryuk',
  dockerfile: 'docker/offline/ryuk.Dockerfile',
};

const compiledLabel = 'raft-lab.compiled';

/** Resolves when the engine holds the image; rejects with a `LabError('image')` that says what to install. */
export async function prepareGoImage(engine: Docker, wanted: GoImage, progress: Progress): Promise<void> {
  if (await hasImage(engine, wanted.image)) return;
  try {
    progress(`pulling ${wanted.image}`);
    await pullImage(engine, wanted.image);
  } catch (error) {
    const whyNotPulled = error instanceof Error ? error.message : String(error);
    await compile(engine, wanted, whyNotPulled, progress);
  }
}

async function compile(
  engine: Docker,
  wanted: GoImage,
  whyNotPulled: string,
  progress: Progress,
): Promise<void> {
  const workspace = findWorkspace();
  if (workspace === undefined || process.platform !== 'linux') {
    throw new LabError(
      'image',
      `${wanted.image} cannot be pulled (${whyNotPulled}), and building it offline needs a checkout of Raft Lab on Linux. Make a registry reachable, or use --cluster process.`,
    );
  }
  progress(`${wanted.image} cannot be pulled; compiling it with Go (half a minute the first time)`);
  const script = join(workspace, 'docker', 'offline', 'build-go-binary.sh');
  try {
    await runScript(
      script,
      [wanted.goPackage, join(workspace, wanted.binary), wanted.linkerFlags],
      async (output) => {
        for await (const _line of output);
      },
    );
  } catch (error) {
    throw new LabError(
      'image',
      `${wanted.image} can neither be pulled (${whyNotPulled}) nor compiled. Install Go 1.23 or newer, or make a registry reachable, or use --cluster process. ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  await buildImage(engine, {
    tag: wanted.image,
    context: workspace,
    dockerfile: wanted.dockerfile,
    files: [wanted.binary],
    labels: { [compiledLabel]: 'true' },
  });
}

/** Whether the engine holds the image because it was compiled here, when no registry answered. */
export async function wasCompiled(engine: Docker, image: string): Promise<boolean> {
  const compiled = await engine.listImages({ filters: { reference: [image], label: [compiledLabel] } });
  return compiled.length > 0;
}
