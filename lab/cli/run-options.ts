/** What `test` and `replay` both let a user say: what is under test, and how the run is kept and shown. */
import type { Command } from 'commander';
import { environmentEntry, wholeNumber } from '../setup/options.ts';

export interface RunOptions {
  readonly cmd?: string;
  readonly image?: string;
  readonly mutant?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly out: string;
  readonly firstPort?: number;
  readonly keepGoing: boolean;
  readonly json: boolean;
}

export function addRunOptions(command: Command): Command {
  return command
    .option('--cmd <command>', 'test this command line as the node, as a process')
    .option('--image <image>', 'test this container image as the node')
    .option('--mutant <name>', 'test the reference node with one broken rule')
    .option(
      '--env <name=value>',
      'additional environment of every node; may be given again',
      environmentEntry,
      {},
    )
    .option('--out <directory>', 'where runs are kept', 'store')
    .option(
      '--first-port <port>',
      'process cluster: the first of the ports to use',
      wholeNumber('--first-port', 1_024, 65_000),
    )
    .option('--keep-going', 'go on after an answer that no order explains, instead of stopping there', false)
    .option('--json', 'print results.json on standard output, and progress on standard error', false);
}
