import type Docker from 'dockerode';
import { engineStatus } from '../engine.ts';
import { followImage } from './image-stream.ts';

/** A registry that has not begun to answer by now is taken for unreachable; a machine without one must not wait long. */
const firstSignLimitMs = 15_000;
/** A download that stands still for this long is given up. */
const standstillLimitMs = 60_000;

/** Pulls an image. Rejects with the engine's reason, or when the registry stays silent: waiting is bounded by silence, never by a slow line. */
export async function pullImage(engine: Docker, image: string): Promise<void> {
  const abort = new AbortController();
  const giveUp = (limitMs: number): void =>
    abort.abort(new Error(`the registry was silent for ${limitMs / 1000} s`));
  let timer = setTimeout(giveUp, firstSignLimitMs, firstSignLimitMs);
  const signOfLife = (): void => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, standstillLimitMs, standstillLimitMs);
  };
  try {
    const stream = await engine.pull(image, { abortSignal: abort.signal });
    await followImage(engine, stream, signOfLife);
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the engine holds this image. */
export async function hasImage(engine: Docker, image: string): Promise<boolean> {
  try {
    await engine.getImage(image).inspect();
    return true;
  } catch (error) {
    if (engineStatus(error) === 404) return false;
    throw error;
  }
}
