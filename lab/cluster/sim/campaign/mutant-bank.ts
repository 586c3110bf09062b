/** Every mutant against one seed after another, until a run fails: what the simulator would have caught, and how soon. */
import type { SimRunOptions } from '../sim-plan.ts';
import type { Finding } from '../sim-run.ts';
import { mutants } from '../mutants/mutants.ts';
import { Workers } from './workers.ts';

/** The first of some runs that failed. */
export interface Caught extends Finding {
  readonly seed: number;
}

export interface MutantCatch {
  readonly mutant: string;
  /** Null where no run failed. */
  readonly caught: Caught | null;
  /** Runs that were made. */
  readonly runs: number;
}

/** What `store/sim-mutants.json` holds. */
export interface MutantBank {
  readonly mutants: readonly MutantCatch[];
  /** The core without a broken rule, in as many seeds as the latest catch needed: it must not be caught. */
  readonly reference: Omit<MutantCatch, 'mutant'> | null;
}

export interface MutantBankOptions extends Omit<SimRunOptions, 'seed'> {
  readonly seedsMax: number;
  readonly workers: number;
  /** Only these, where any are named. */
  readonly names: readonly string[];
  /** What is known already is not run again. */
  readonly known: MutantBank;
  readonly signal: AbortSignal;
  /** Called with all there is after each mutant, and at the end. */
  readonly onProgress: (bank: MutantBank, latest: MutantCatch | null) => Promise<void>;
}

export const emptyBank: MutantBank = { mutants: [], reference: null };

export async function runMutantBank(options: MutantBankOptions): Promise<MutantBank> {
  const { names, known, signal, onProgress } = options;
  await using workers = new Workers(options.workers);
  let bank = known;
  for (const { name } of mutants) {
    if (signal.aborted) return bank;
    if (names.length > 0 && !names.includes(name)) continue;
    const isKnown = known.mutants.some(
      ({ mutant, caught, runs }) => mutant === name && (caught !== null || runs >= options.seedsMax),
    );
    if (isKnown) continue;
    const latest = { mutant: name, ...(await firstFailure(workers, options, options.seedsMax, name)) };
    const others = bank.mutants.filter(({ mutant }) => mutant !== name);
    bank = { ...bank, mutants: [...others, latest] };
    await onProgress(bank, latest);
  }
  const seeds = Math.max(0, ...bank.mutants.map(({ caught }) => caught?.seed ?? 0));
  if (seeds > (bank.reference?.runs ?? 0) && !signal.aborted) {
    bank = { ...bank, reference: await firstFailure(workers, options, seeds, undefined) };
    await onProgress(bank, null);
  }
  return bank;
}

/** The lowest seed that fails: no seed is begun after a lower one failed. */
async function firstFailure(
  workers: Workers,
  { nodes, durationMs, rate, signal }: MutantBankOptions,
  seeds: number,
  mutant: string | undefined,
): Promise<Omit<MutantCatch, 'mutant'>> {
  let begun = 0;
  let runs = 0;
  let caught: Caught | null = null;
  await workers.run(
    () => {
      if (caught !== null || begun === seeds || signal.aborted) return undefined;
      begun += 1;
      return { seed: begun, nodes, durationMs, rate, mutant };
    },
    ({ verdict, seed, finding }) => {
      runs += 1;
      if (verdict !== 'fail' || finding === undefined || (caught?.seed ?? Infinity) < seed) return;
      caught = { seed, ...finding };
    },
  );
  return { caught, runs };
}
