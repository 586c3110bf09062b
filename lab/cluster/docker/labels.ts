import { LABEL_TESTCONTAINERS_SESSION_ID } from 'testcontainers';
import { reaperSession } from './reaper.ts';
import { runLabel } from './run-label.ts';

/** What everything of a run is labelled with: the run, and the session that Testcontainers' reaper watches where there is one. */
export async function labelsOf(runId: string): Promise<Record<string, string>> {
  return { [runLabel]: runId, [LABEL_TESTCONTAINERS_SESSION_ID]: await reaperSession() };
}
