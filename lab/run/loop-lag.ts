import type { Recorder } from './recorder.ts';

const tickMs = 20;
/** Only standstills longer than this are recorded: shorter ones cannot spoil a measurement of seconds. */
const lagMsMin = 100;

/** Watches the lab's own event loop, so that its standstills are not blamed on a node. Returns how to stop watching. */
export function watchLoopLag(recorder: Recorder): () => void {
  let expectedMs = performance.now() + tickMs;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const ms = Math.round(nowMs - expectedMs);
    if (ms > lagMsMin) recorder.record({ process: 'observer', type: 'info', f: 'lag', value: { ms } });
    expectedMs = nowMs + tickMs;
  }, tickMs);
  return () => clearInterval(timer);
}
