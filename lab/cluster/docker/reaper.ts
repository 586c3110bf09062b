/** Testcontainers' reaper, the backstop behind the watchdog: it can be had or done without, and must never stop a run. */
import { getContainerRuntimeClient, getReaper } from 'testcontainers';

/** Testcontainers reads this each time it looks for its reaper. */
export function disableReaper(): void {
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
}

/** The session that the reaper watches; one that nobody watches where the engine cannot start it, as without a socket to hand on. */
export async function reaperSession(): Promise<string> {
  const client = await getContainerRuntimeClient();
  try {
    return (await getReaper(client)).sessionId;
  } catch {
    disableReaper();
    return (await getReaper(client)).sessionId;
  }
}
