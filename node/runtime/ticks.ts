/** The clock of the core: ticks that a late event loop does not make up for. */

/** Ticks are this long unless heartbeats are so frequent that they must be shorter: each wakes the process, though nothing may have happened. */
const tickMsMax = 20;
const ticksPerHeartbeat = 5;
/** More missed ticks than this are not told apart. */
const maxMissed = 10_000;

/** How long a tick is where heartbeats are `heartbeatMs` apart. */
export function tickMsFor(heartbeatMs: number): number {
  return Math.max(1, Math.min(tickMsMax, Math.floor(heartbeatMs / ticksPerHeartbeat)));
}

/**
 * Calls `onTick` about every `tickMs`. After this process stood still it is called once, with how many ticks went by unseen: nobody else's
 * silence can be judged by those.
 * @returns what stops it.
 */
export function startTicks(
  tickMs: number,
  nowMs: () => number,
  onTick: (missed: number) => void,
): Disposable {
  let last = nowMs();
  const timer = setInterval(() => {
    const now = nowMs();
    const missed = Math.max(0, Math.min(maxMissed, Math.floor((now - last) / tickMs) - 1));
    last = now;
    onTick(missed);
  }, tickMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
