/**
 * How much time Jest gives the test that runs now. A run takes longer than the five seconds that are Jest's default, and when they are over Jest only says that they
 * are; so a run ends itself shortly before, with words that say what to set.
 */
import { LabError } from '../lab-error.ts';

interface JestState {
  readonly currentlyRunningTest?: { readonly startedAt?: number | null; readonly timeout?: number } | null;
  readonly testTimeout?: number;
}

/** Jest's default runner keeps its state under a symbol that it does not export; elsewhere nothing is known. */
function jestState(): JestState | undefined {
  const symbol = Object.getOwnPropertySymbols(globalThis).find(
    ({ description }) => description === 'JEST_STATE_SYMBOL',
  );
  return symbol === undefined ? undefined : (globalThis as Record<symbol, JestState | undefined>)[symbol];
}

interface TestTime {
  readonly limitMs: number;
  readonly leftMs: number;
}

function testTime(): TestTime | undefined {
  const state = jestState();
  const { startedAt, timeout } = state?.currentlyRunningTest ?? {};
  const limitMs = timeout ?? state?.testTimeout;
  if (typeof startedAt !== 'number' || limitMs === undefined) return undefined;
  return { limitMs, leftMs: limitMs - (Date.now() - startedAt) };
}

/** What a run may take beside its clients' time, on a machine that is not busy: start, recovery, final reads. */
const besideMs = 5_000;
/** What is left for removing the cluster when a run ends itself: a fifth of the test's time, and no more than this. */
const removalMsMax = 2_000;
/** What messages propose beside the clients' time: enough for a cluster that does not recover. */
const proposedMs = 60_000;

/** @throws LabError `usage` where the test cannot last as long as its workload */
export function requireTime(workMs: number): void {
  const time = testTime();
  if (time !== undefined && time.leftMs < workMs + besideMs)
    throw tooShort(
      time,
      `${workMs > 0 ? `its clients are to work for ${workMs / 1_000} s, and ` : ''}a run takes some seconds to start and to end`,
      workMs,
    );
}

/** A signal given, with a `LabError`, shortly before Jest ends the test. */
export function outOfTime(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const time = testTime();
  const reserveMs = Math.min(removalMsMax, (time?.limitMs ?? 0) / 5);
  const timer =
    time === undefined
      ? undefined
      : setTimeout(
          () => controller.abort(tooShort(time, 'its run was not over then', 0)),
          Math.max(0, time.leftMs - reserveMs),
        );
  timer?.unref();
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}

function tooShort({ limitMs }: TestTime, why: string, workMs: number): LabError {
  const proposed = Math.ceil((workMs + proposedMs) / 1_000) * 1_000;
  return new LabError(
    'usage',
    `Jest ends this test after ${limitMs / 1_000} s (its timeout), but ${why}. ` +
      `Give it more: test(name, fn, ${proposed}), or testTimeout: ${proposed} in the Jest configuration.`,
  );
}
