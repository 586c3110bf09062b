import { getContainerRuntimeClient, getReaper, LABEL_TESTCONTAINERS_SESSION_ID } from 'testcontainers';
import { runLabel } from './run-label.ts';

/** What everything of a run is labelled with: the run, and the session that Testcontainers' reaper watches where there is one. */
export async function labelsOf(runId: string): Promise<Record<string, string>> {
  const reaper = await getReaper(await getContainerRuntimeClient());
  return { [runLabel]: runId, [LABEL_TESTCONTAINERS_SESSION_ID]: reaper.sessionId };
}
