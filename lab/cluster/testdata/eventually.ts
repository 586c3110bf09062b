import { setTimeout as sleep } from 'node:timers/promises';

const pollIntervalMs = 20;

/**
 * Polls until `check` neither throws nor rejects, and resolves with what it gave; after `limitMs` it rejects with the last failure. The limit is
 * generous: it bounds a broken test, it times nothing.
 */
export async function eventually<Result>(
  check: () => Result | Promise<Result>,
  limitMs = 20_000,
): Promise<Result> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await sleep(pollIntervalMs);
  }
}
