const parentEveryMs = 500;

/**
 * A signal that Ctrl-C, SIGTERM or SIGHUP gives once, so that a run can heal, stop and be judged. A second one ends the lab at once, and the watchdog
 * cleans up after it. With RAFT_LAB_STOP_WITH_PARENT the end of the process that started the lab counts as well: under make, a lab without its make
 * is a run that nobody waits for.
 */
export function interruptSignal(say: (line: string) => void): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const interrupt = (name: string) => {
    if (controller.signal.aborted) process.exit(130);
    say(`\n${name}: healing and stopping; once more to stop at once.`);
    controller.abort(name);
  };
  for (const name of names) process.on(name, interrupt);
  const parent = process.ppid;
  const watch =
    process.env.RAFT_LAB_STOP_WITH_PARENT === '1'
      ? setInterval(() => {
          if (process.ppid === parent || controller.signal.aborted) return;
          interrupt('the process that started the lab is gone');
        }, parentEveryMs)
      : undefined;
  watch?.unref();
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of names) process.off(name, interrupt);
      clearInterval(watch);
    },
  };
}
