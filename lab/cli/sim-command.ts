/** `raft-lab sim`: the reference core in virtual time, seed after seed. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { mutantNamed } from '../cluster/sim/mutants/mutants.ts';
import { simDefaults } from '../cluster/sim/sim-plan.ts';
import { wholeNumber } from '../setup/options.ts';
import { campaign } from './sim-campaign.ts';
import { mutantBank } from './sim-mutants.ts';
import { msPerSecond, type SimCommandOptions } from './sim-options.ts';
import { replayed } from './sim-replay.ts';

const seedMax = 2 ** 32 - 1;

export function addSimCommand(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('sim')
    .description('test the reference core in virtual time: many seeds, each a run under faults')
    .option('--seeds <count>', 'how many runs', wholeNumber('--seeds', 1, 10_000_000), 100)
    .option('--first-seed <number>', 'the seed of the first run', wholeNumber('--first-seed', 0, seedMax), 1)
    .option('--seed <number>', 'this one run alone, with its report', wholeNumber('--seed', 0, seedMax))
    .option('--mutant <name>', 'run the core with this broken rule')
    .option('--mutants', 'run every broken rule until it is caught, through --seeds seeds at most', false)
    .option('--resume', 'keep what an earlier run with --mutants found, and run what it did not', false)
    .option('--table <file>', 'write what --mutants found as a page to read')
    .option('--nodes <count>', 'how many nodes', wholeNumber('--nodes', 1, 9), simDefaults.nodes)
    .option(
      '--time <seconds>',
      'virtual time in which clients and faults are at work',
      wholeNumber('--time', 1, 3_600),
      simDefaults.durationMs / msPerSecond,
    )
    .option(
      '--rate <operations>',
      'operations a second that all clients together begin',
      wholeNumber('--rate', 1, 10_000),
      simDefaults.rate,
    )
    .option(
      '--workers <count>',
      'threads',
      wholeNumber('--workers', 1, 256),
      Math.max(1, availableParallelism()),
    )
    .option('--out <directory>', 'where results are kept', 'store')
    .option('--json', 'print the results on standard output, and progress on standard error', false)
    .action(async (options: SimCommandOptions) => finish(await sim(options)));
}

async function sim(options: SimCommandOptions): Promise<number> {
  // A name that does not exist is found before anything runs.
  if (options.mutant !== undefined) mutantNamed(options.mutant);
  if (options.seed !== undefined) return replayed(options, options.seed);
  return options.mutants ? mutantBank(options) : campaign(options);
}
