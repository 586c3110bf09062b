/** Many runs in virtual time, and what they show together. */
import type { ExitCode } from '../../../verdict/verdict.ts';
import { addCounts, counterNames, zeroCounts, type CounterName, type Counts } from '../counters.ts';
import type { SimRunOptions } from '../sim-plan.ts';
import type { SeedSummary } from './seed-summary.ts';
import { Workers } from './workers.ts';

/** A run that failed or was not decided, and the one command that shows it again. */
export interface CampaignFailure {
  readonly seed: number;
  readonly property: string;
  readonly message: string;
  readonly traceHash: string;
  readonly replay: string;
}

/** What `store/sim-latest.json` holds. */
export interface CampaignResult {
  readonly runs: number;
  readonly failed: number;
  readonly undecided: number;
  readonly wallSeconds: number;
  readonly virtualSeconds: number;
  /** The fewest operations that clients began in one run, and the fewest that were answered. */
  readonly fewestOperations: number;
  readonly fewestAnswered: number;
  /** Runs that passed although clients did too little to prove much: any of them leaves the campaign undecided. */
  readonly idleRuns: number;
  readonly counters: Counts;
  /** Counters that stayed at zero: what they count was not tested, and the campaign is undecided. */
  readonly neverSeen: readonly CounterName[];
  readonly failures: readonly CampaignFailure[];
  readonly undecidedRuns: readonly CampaignFailure[];
  readonly exitCode: ExitCode;
}

export interface CampaignOptions extends Omit<SimRunOptions, 'seed'> {
  readonly firstSeed: number;
  readonly seeds: number;
  readonly workers: number;
  readonly mutant: string | undefined;
  /** No run begins after it was given; what was run is reported. */
  readonly signal: AbortSignal;
  /** The one command that runs a seed again. */
  readonly replay: (seed: number) => string;
  readonly onRun: (summary: SeedSummary) => void;
}

/** So many failures are kept in full. */
const failuresMax = 100;
/** So many operations are begun in a minute of faults at least. */
const operationsMinPerMinute = 500;
const msPerMinute = 60_000;

export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { firstSeed, seeds, nodes, durationMs, rate, mutant, signal, onRun } = options;
  const beganMs = performance.now();
  const summaries: SeedSummary[] = [];
  await using workers = new Workers(Math.min(options.workers, seeds));
  let begun = 0;
  await workers.run(
    () => {
      if (begun === seeds || signal.aborted) return undefined;
      begun += 1;
      return { seed: firstSeed + begun - 1, nodes, durationMs, rate, mutant };
    },
    (summary) => {
      summaries.push(summary);
      onRun(summary);
    },
  );
  return resultOf(summaries, options, (performance.now() - beganMs) / 1_000);
}

function resultOf(
  summaries: readonly SeedSummary[],
  { seeds, durationMs, replay }: Pick<CampaignOptions, 'seeds' | 'durationMs' | 'replay'>,
  wallSeconds: number,
): CampaignResult {
  const counters = zeroCounts();
  for (const { counts } of summaries) addCounts(counters, counts);
  const ordered = summaries.toSorted((a, b) => a.seed - b.seed);
  const failed = ordered.filter(({ verdict }) => verdict === 'fail');
  const undecided = ordered.filter(({ verdict }) => verdict === 'undecided');
  const neverSeen = counterNames.filter((name) => counters[name] === 0);
  const fewest = (name: CounterName): number =>
    summaries.length === 0 ? 0 : Math.min(...summaries.map(({ counts }) => counts[name]));
  const operationsMin = (operationsMinPerMinute * durationMs) / msPerMinute;
  const idleRuns = summaries.filter(
    ({ verdict, counts }) => verdict === 'pass' && counts.operationsBegun < operationsMin,
  ).length;
  const isWhole = summaries.length === seeds && neverSeen.length === 0 && idleRuns === 0;
  const told = (some: readonly SeedSummary[]): CampaignFailure[] =>
    some.slice(0, failuresMax).map(({ seed, finding, traceHash }) => ({
      seed,
      property: finding?.property ?? 'unknown',
      message: finding?.message ?? '',
      traceHash,
      replay: replay(seed),
    }));
  return {
    runs: summaries.length,
    failed: failed.length,
    undecided: undecided.length,
    wallSeconds: Math.round(wallSeconds * 10) / 10,
    virtualSeconds: Math.round(summaries.reduce((sum, { virtualSeconds }) => sum + virtualSeconds, 0)),
    fewestOperations: fewest('operationsBegun'),
    fewestAnswered: fewest('operationsAnswered'),
    idleRuns,
    counters,
    neverSeen,
    failures: told(failed),
    undecidedRuns: told(undecided),
    exitCode: exitCodeOf(summaries, isWhole),
  };
}

/** As for a single run: a violation before a failed recovery, and that before doubt; a campaign that lacks something is in doubt, too. */
function exitCodeOf(summaries: readonly SeedSummary[], isWhole: boolean): ExitCode {
  for (const code of [1, 4, 2, 3] as const)
    if (summaries.some(({ exitCode }) => exitCode === code)) return code;
  return isWhole ? 0 : 3;
}
