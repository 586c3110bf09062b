/** The images that the lab itself needs beside the nodes': Toxiproxy, and Testcontainers' reaper as a backstop. */
import type Docker from 'dockerode';
import { disableReaper } from '../reaper.ts';
import { prepareGoImage, ryukImage, toxiproxyImage, wasCompiled } from './go-image.ts';
import type { Progress } from './progress.ts';
import { hasImage } from './pull-image.ts';

export interface LabImages {
  readonly toxiproxy: string;
  /** Whether Ryuk can be started. Without it the watchdog alone cleans up after a lab that was killed. */
  readonly hasReaper: boolean;
}

/** Asked once a process: whether Ryuk can be had does not change within a run. */
let hasReaper: Promise<boolean> | undefined;

/** Resolves when the engine holds Toxiproxy's image, and Ryuk's where that can be had. Rejects with `LabError('image')`. */
export async function prepareLabImages(engine: Docker, progress: Progress): Promise<LabImages> {
  hasReaper ??= prepareReaper(engine, progress);
  const [reaper] = await Promise.all([hasReaper, prepareGoImage(engine, toxiproxyImage, progress)]);
  return { toxiproxy: toxiproxyImage.image, hasReaper: reaper };
}

async function prepareReaper(engine: Docker, progress: Progress): Promise<boolean> {
  if (process.env.TESTCONTAINERS_RYUK_DISABLED === 'true') return false;
  // Where Toxiproxy had to be compiled there was no registry, and Ryuk was tried then. To ask again costs every run a registry's silence.
  const isTriedBefore = await wasCompiled(engine, toxiproxyImage.image);
  if (isTriedBefore && !(await hasImage(engine, ryukImage.image))) {
    disableReaper();
    return false;
  }
  try {
    await prepareGoImage(engine, ryukImage, progress);
  } catch {
    progress(`${ryukImage.image} cannot be had; going on without it (the watchdog cleans up all the same)`);
    disableReaper();
    return false;
  }
  // Ryuk itself is part of what a killed lab leaves behind; its own ten seconds are long.
  process.env.TESTCONTAINERS_RYUK_RECONNECTION_TIMEOUT ??= '5s';
  return true;
}
