/** What the engine tells while it pulls, builds or imports an image. */
import type Docker from 'dockerode';

/** Resolves when the engine has finished the image; rejects with the engine's own words when it could not. */
export async function followImage(
  engine: Docker,
  stream: NodeJS.ReadableStream,
  onEvent: (event: unknown) => void = () => undefined,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(
      stream,
      (error, events: readonly unknown[]) => {
        const problem = error?.message ?? events.map(problemOf).find((text) => text !== undefined);
        if (problem === undefined) resolve();
        else reject(new Error(problem.trim()));
      },
      onEvent,
    );
  });
}

function problemOf(event: unknown): string | undefined {
  if (typeof event !== 'object' || event === null || !('error' in event)) return undefined;
  return String(event.error);
}
