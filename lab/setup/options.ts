/** What users write after a flag, read strictly: a mistake is a usage error that names the flag and what it takes. */
import { parseArgsStringToArgv } from 'string-argv';
import { LabError } from '../lab-error.ts';
import { faultSchema, type FaultKind } from '../plan/plan.ts';

export const faultKinds: readonly FaultKind[] = faultSchema.options.map(({ shape }) => shape.kind.value);

export function usage(message: string): LabError {
  return new LabError('usage', message);
}

/** A parser for a whole number in [low, high]. */
export function wholeNumber(flag: string, low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < low || value > high) {
      throw usage(`${flag} takes a whole number from ${low} to ${high}, not "${text}".`);
    }
    return value;
  };
}

/** `partition,kill`, `all` or `none`. */
export function nemesisList(text: string): readonly FaultKind[] {
  if (text === 'all') return faultKinds;
  if (text === 'none') return [];
  return text.split(',').map((name) => {
    const kind = faultKinds.find((known) => known === name.trim());
    if (kind === undefined)
      throw usage(
        `There is no fault "${name.trim()}". --nemesis takes all, none, or some of: ${faultKinds.join(', ')}.`,
      );
    return kind;
  });
}

/** Collects `--env NAME=VALUE`, which may be given several times. */
export function environmentEntry(
  text: string,
  before: Readonly<Record<string, string>>,
): Record<string, string> {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw usage(`--env takes NAME=VALUE, not "${text}".`);
  if (name.startsWith('RAFT_'))
    throw usage(`--env cannot set ${name}: the lab sets the RAFT_ variables itself (docs/contract.md).`);
  return { ...before, [name]: value };
}

/** A command line as a shell would split it, quotes included, but without running a shell. */
export function commandLine(text: string): [string, ...string[]] {
  const [program, ...rest] = parseArgsStringToArgv(text);
  if (program === undefined) throw usage('--cmd needs a command line, such as --cmd "./my-node --verbose".');
  return [program, ...rest];
}
