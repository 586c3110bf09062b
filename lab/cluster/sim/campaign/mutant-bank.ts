/** Every mutant against one seed after another, until a run fails: what the simulator would have caught, and how soon. */
import type { SimRunOptions } from '../sim-plan.ts';
import { mutants } from '../mutants/mutants.ts';
import { Workers } from './workers.ts';

export interface MutantCatch {
  readonly mutant: string;
  readonly does: string;
  readonly source: string;
  readonly breaks: 'safety' | 'liveness';
  /** The seed, property and message of the first run that failed, or null where none did. */
  readonly caught: { readonly seed: number; readonly property: string; readonly message: string } | null;
  /** Runs that were made. */
  readonly runs: number;
}

export interface MutantBankOptions extends Omit<SimRunOptions, 'seed'> {
  readonly seedsMax: number;
  readonly workers: number;
  /** Only these, where any are named. */
  readonly names: readonly string[];
  readonly signal: AbortSignal;
  readonly onCatch: (result: MutantCatch) => void;
}

export async function runMutantBank(options: MutantBankOptions): Promise<MutantCatch[]> {
  const { seedsMax, nodes, durationMs, rate, names, signal, onCatch } = options;
  await using workers = new Workers(options.workers);
  const results: MutantCatch[] = [];
  for (const { name, does, source, breaks } of mutants) {
    if (signal.aborted) break;
    if (names.length > 0 && !names.includes(name)) continue;
    let begun = 0;
    let runs = 0;
    let caught: MutantCatch['caught'] = null;
    await workers.run(
      () => {
        if (caught !== null || begun === seedsMax || signal.aborted) return undefined;
        begun += 1;
        return { seed: begun, nodes, durationMs, rate, mutant: name };
      },
      ({ verdict, seed, finding }) => {
        runs += 1;
        if (verdict !== 'fail' || finding === undefined || (caught?.seed ?? Infinity) < seed) return;
        caught = { seed, ...finding };
      },
    );
    const result = { mutant: name, does, source, breaks, caught, runs };
    results.push(result);
    onCatch(result);
  }
  return results;
}
