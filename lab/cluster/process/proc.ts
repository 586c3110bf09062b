/** What Linux tells about processes in /proc, and nothing where there is none. */
import { readFileSync, readdirSync } from 'node:fs';

export interface ProcessStat {
  readonly pid: number;
  /** One letter: R, S, D, T (stopped), Z (a zombie), X. */
  readonly state: string;
  readonly processGroup: number;
  /** In clock ticks since boot: with the pid it identifies a process for good, as a pid alone does not. */
  readonly startTime: number;
}

/** Undefined when there is no such process. */
export function readStat(pid: number): ProcessStat | undefined {
  let line;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field, the command, is in parentheses and may hold anything: fields are counted from the last parenthesis.
  const [state = '', , processGroup = '', ...rest] = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { pid, state, processGroup: Number(processGroup), startTime: Number(rest[16]) };
}

/** Every process whose life is not over: zombies, which only wait for their parent, are left out. */
export function livingProcesses(): ProcessStat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat !== undefined)
    .filter(({ state }) => state !== 'Z' && state !== 'X');
}

/** Whether a process was started with `variable`, a `NAME=value`, in its environment. */
export function hasInEnvironment(pid: number, variable: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(variable);
  } catch {
    // Gone meanwhile, or another user's.
    return false;
  }
}

/** The ports that the system gives to outgoing connections, both ends included. */
export function ephemeralPorts(): readonly [first: number, last: number] {
  try {
    const [first, last] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/);
    return [Number(first), Number(last)];
  } catch {
    return [32_768, 60_999];
  }
}
