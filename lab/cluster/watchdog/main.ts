/**
 * The watchdog's process: it reads charges from the lab, a JSON line each, and when the pipe breaks, for whatever reason, it clears away those that were not released, and ends. It lives
 * in a session of its own and ignores what a terminal sends to everyone in front of it.
 */
import { createInterface } from 'node:readline';
import type { Charge, WatchdogMessage } from './charge.ts';
import { clear } from './clear.ts';

/** Ends the watchdog, come what may. */
const clearTimeoutMs = 60_000;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => undefined);

const charges = new Map<number, Charge>();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  let message: WatchdogMessage;
  try {
    message = JSON.parse(line) as WatchdogMessage;
  } catch {
    // The lab died within a line: nothing behind it was promised.
    return;
  }
  if ('release' in message) charges.delete(message.release);
  else charges.set(message.id, message.guard);
});
lines.on('close', () => {
  setTimeout(() => process.exit(1), clearTimeoutMs).unref();
  void clear([...charges.values()]).then((failures) => process.exit(failures.length === 0 ? 0 : 1));
});
process.stdin.on('error', () => lines.close());
process.stdout.on('error', () => undefined).write('watching\n');
