/** What a campaign keeps of one run. */
import type { ExitCode, OverallVerdict } from '../../../verdict/verdict.ts';
import type { Counts } from '../counters.ts';
import { mutantNamed } from '../mutants/mutants.ts';
import type { SimRunOptions } from '../sim-plan.ts';
import { simulate, type Finding } from '../sim-run.ts';

export interface SeedSummary {
  readonly seed: number;
  readonly verdict: OverallVerdict;
  readonly exitCode: ExitCode;
  readonly finding: Finding | undefined;
  readonly counts: Counts;
  readonly virtualSeconds: number;
  /** Equal in every run of the same seed. */
  readonly traceHash: string;
}

/** One run that is to be made; it crosses threads, so a mutant is given by its name. */
export interface SeedTask extends SimRunOptions {
  readonly mutant: string | undefined;
}

export async function runSeed({ mutant, ...options }: SeedTask): Promise<SeedSummary> {
  const outcome = await simulate(options, mutant === undefined ? undefined : mutantNamed(mutant));
  const { seed, verdict, exitCode, finding, counts, virtualSeconds, traceHash } = outcome;
  return { seed, verdict, exitCode, finding, counts, virtualSeconds, traceHash };
}
