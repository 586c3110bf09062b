/** What `raft-lab sim` was asked for. */
import { simDefaults, type SimRunOptions } from '../cluster/sim/sim-plan.ts';
import { labCommand } from './lab-command.ts';

export interface SimCommandOptions {
  readonly seeds: number;
  readonly firstSeed: number;
  readonly seed?: number;
  readonly mutant?: string;
  readonly mutants: boolean;
  readonly resume: boolean;
  readonly table?: string;
  readonly nodes: number;
  readonly time: number;
  readonly rate: number;
  readonly workers: number;
  readonly out: string;
  readonly json: boolean;
}

export const msPerSecond = 1_000;

export function runOptions({ nodes, time, rate }: SimCommandOptions): Omit<SimRunOptions, 'seed'> {
  return { nodes, durationMs: time * msPerSecond, rate };
}

/** The one command that shows a run again. */
export function replayCommand(options: SimCommandOptions, seed: number): string {
  const { mutant } = options;
  const flag = (name: string, value: number, usual: number) => (value === usual ? [] : [`${name} ${value}`]);
  return [
    `${labCommand} sim --seed ${seed}`,
    ...(mutant === undefined ? [] : [`--mutant ${mutant}`]),
    ...flag('--nodes', options.nodes, simDefaults.nodes),
    ...flag('--time', options.time, simDefaults.durationMs / msPerSecond),
    ...flag('--rate', options.rate, simDefaults.rate),
  ].join(' ');
}
