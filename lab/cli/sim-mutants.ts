import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  emptyBank,
  runMutantBank,
  type MutantBank,
  type MutantCatch,
} from '../cluster/sim/campaign/mutant-bank.ts';
import { mutantTable } from '../cluster/sim/campaign/mutant-table.ts';
import { mutants } from '../cluster/sim/mutants/mutants.ts';
import { outOfReach } from '../cluster/sim/mutants/out-of-reach.ts';
import { interruptSignal } from './interrupt.ts';
import { runOptions, type SimCommandOptions } from './sim-options.ts';
import { replaceFile } from '../replace-file.ts';

/**
 * Runs every mutant until it is caught, keeps the results as `sim-mutants.json` after each, and writes the table where one is asked for. Returns exit code 1
 * where the core without a broken rule was caught, or a mutant was not and nobody knows why: the simulator, or its laws, are too weak.
 */
export async function mutantBank(options: SimCommandOptions): Promise<number> {
  const { seeds, workers, mutant, out, json, resume, table } = options;
  const say = (line: string) => process.stderr.write(`${line}\n`);
  using interrupt = interruptSignal(say);
  const file = join(out, 'sim-mutants.json');
  const bank = await runMutantBank({
    ...runOptions(options),
    seedsMax: seeds,
    workers,
    names: mutant === undefined ? [] : [mutant],
    known: resume ? await known(file) : emptyBank,
    signal: interrupt.signal,
    onProgress: async (sofar, latest) => {
      if (latest !== null) say(row(latest));
      await replaceFile(file, `${JSON.stringify(sofar, null, 2)}\n`);
    },
  });
  if (table !== undefined) await replaceFile(table, mutantTable(mutants, bank));
  process.stdout.write(json ? `${JSON.stringify(bank, null, 2)}\n` : `${summary(bank)}\n`);
  return isGood(bank) ? 0 : 1;
}

async function known(file: string): Promise<MutantBank> {
  try {
    // Written by this very command; what is of another shape is a file that somebody changed.
    return JSON.parse(await readFile(file, 'utf8')) as MutantBank;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return emptyBank;
    throw error;
  }
}

function isGood({ mutants: catches, reference }: MutantBank): boolean {
  const missed = catches.some(({ mutant, caught }) => caught === null && outOfReach[mutant] === undefined);
  return !missed && (reference?.caught ?? null) === null;
}

function summary({ mutants: catches, reference }: MutantBank): string {
  const survivors = catches.filter(({ caught }) => caught === null).map(({ mutant }) => mutant);
  const control =
    reference === null
      ? ''
      : ` The core without a broken rule ${reference.caught === null ? 'passed' : 'FAILED'} in the same ${reference.runs} seeds.`;
  return `${catches.length} mutants, ${survivors.length} not caught${survivors.length === 0 ? '' : ` (${survivors.join(', ')})`}.${control}`;
}

function row({ mutant, caught, runs }: MutantCatch): string {
  const what = caught === null ? `not caught in ${runs} runs` : `seed ${caught.seed}, ${caught.property}`;
  return `${mutant.padEnd(32)} ${what}`;
}
