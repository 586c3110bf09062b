/** What the watchdog is told to clear away when the lab is gone. */
export type Charge =
  /** Every process of the group, if its leader is still the process that it was. */
  | { readonly kind: 'process-group'; readonly pid: number; readonly startTime: number }
  /** Every process with this `NAME=value` in its environment, wherever it has gone. */
  | { readonly kind: 'environment'; readonly variable: string }
  /** A directory of the run below the system's temporary one. */
  | { readonly kind: 'directory'; readonly path: string }
  /** A program to run, with a limit, for what the lab has elsewhere: containers, networks, volumes. */
  | { readonly kind: 'command'; readonly argv: readonly [string, ...string[]] };

/** One line of the pipe from the lab to its watchdog. */
export type WatchdogMessage = { readonly guard: Charge; readonly id: number } | { readonly release: number };
