/** `raft-lab sim`: the reference core in virtual time, seed after seed. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { runCampaign, type CampaignResult } from '../cluster/sim/campaign/campaign.ts';
import { runMutantBank, type MutantCatch } from '../cluster/sim/campaign/mutant-bank.ts';
import { mutantNamed } from '../cluster/sim/mutants/mutants.ts';
import { simDefaults } from '../cluster/sim/sim-plan.ts';
import { simulate } from '../cluster/sim/sim-run.ts';
import { LabError } from '../lab-error.ts';
import { interruptSignal } from './interrupt.ts';
import { labCommand } from './lab-command.ts';
import { wholeNumber } from './options.ts';
import { report } from './report.ts';
import { createRunDirectory } from './store.ts';

interface SimCommandOptions {
  readonly seeds: number;
  readonly firstSeed: number;
  readonly seed?: number;
  readonly mutant?: string;
  readonly mutants: boolean;
  readonly nodes: number;
  readonly time: number;
  readonly rate: number;
  readonly workers: number;
  readonly out: string;
  readonly json: boolean;
}

const seedMax = 2 ** 32 - 1;
const msPerSecond = 1_000;
const progressEveryMs = 2_000;

export function addSimCommand(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('sim')
    .description('test the reference core in virtual time: many seeds, each a run under faults')
    .option('--seeds <count>', 'how many runs', wholeNumber('--seeds', 1, 10_000_000), 100)
    .option('--first-seed <number>', 'the seed of the first run', wholeNumber('--first-seed', 0, seedMax), 1)
    .option('--seed <number>', 'this one run alone, with its report', wholeNumber('--seed', 0, seedMax))
    .option('--mutant <name>', 'run the core with this broken rule')
    .option('--mutants', 'run every broken rule until it is caught, through --seeds seeds at most', false)
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
  return options.mutants ? bank(options) : campaign(options);
}

function runOptions({ nodes, time, rate }: SimCommandOptions) {
  return { nodes, durationMs: time * msPerSecond, rate };
}

/** The one command that shows a run again. */
function replayCommand(options: SimCommandOptions, seed: number, mutant = options.mutant): string {
  const flag = (name: string, value: number, usual: number) => (value === usual ? [] : [`${name} ${value}`]);
  return [
    `${labCommand} sim --seed ${seed}`,
    ...(mutant === undefined ? [] : [`--mutant ${mutant}`]),
    ...flag('--nodes', options.nodes, simDefaults.nodes),
    ...flag('--time', options.time, simDefaults.durationMs / msPerSecond),
    ...flag('--rate', options.rate, simDefaults.rate),
  ].join(' ');
}

/** Runs one seed, and keeps and reports it like a run of any other cluster. */
async function replayed(options: SimCommandOptions, seed: number): Promise<number> {
  const mutant = options.mutant === undefined ? undefined : mutantNamed(options.mutant);
  const outcome = await simulate({ seed, ...runOptions(options) }, mutant);
  const { plan, history, finding, traceHash, virtualSeconds } = outcome;
  const directory = await createRunDirectory(options.out, 'sim', plan, new Date());
  await keep(directory.historyFile, history.map((event) => `${JSON.stringify(event)}\n`).join(''));
  await report(
    { plan, history },
    {
      json: options.json,
      info: {
        runId: directory.runId,
        cluster: 'sim',
        node: mutant === undefined ? 'reference-core' : `reference-core (${mutant.name})`,
        directory: join(options.out, directory.runId),
        durationsMs: { start: 0, run: Math.round(virtualSeconds * msPerSecond) },
        replay: replayCommand(options, seed),
        command: labCommand,
        notes: [
          `Virtual time; the digest of everything that happened is ${traceHash}.`,
          ...(finding === undefined ? [] : [`${finding.property}: ${finding.message}`]),
        ],
      },
    },
  );
  const verdict = finding === undefined ? 'pass' : `${finding.property}: ${finding.message}`;
  process.stderr.write(`seed ${seed}, trace ${traceHash}: ${verdict}\n`);
  return outcome.exitCode;
}

async function campaign(options: SimCommandOptions): Promise<number> {
  const { seeds, firstSeed, workers, mutant, out, json } = options;
  const say = (line: string) => process.stderr.write(`${line}\n`);
  using interrupt = interruptSignal(say);
  const progress = { runs: 0, failed: 0, saidMs: performance.now() };
  const beganMs = progress.saidMs;
  const result = await runCampaign({
    ...runOptions(options),
    seeds,
    firstSeed,
    workers,
    mutant,
    signal: interrupt.signal,
    replay: (seed) => replayCommand(options, seed),
    onRun: ({ seed, verdict, finding }) => {
      progress.runs += 1;
      if (verdict !== 'pass') {
        progress.failed += 1;
        say(
          `${verdict} ${finding?.property ?? ''}: ${finding?.message ?? ''}\n  ${replayCommand(options, seed)}`,
        );
      }
      const nowMs = performance.now();
      if (nowMs - progress.saidMs < progressEveryMs) return;
      progress.saidMs = nowMs;
      const aMinute = Math.round((progress.runs / (nowMs - beganMs)) * 60 * msPerSecond);
      say(`${progress.runs} of ${seeds} runs, ${aMinute} a minute, ${progress.failed} not passed`);
    },
  });
  const { exitCode: _exitCode, ...stored } = result;
  await mkdir(out, { recursive: true });
  await keep(join(out, 'sim-latest.json'), `${JSON.stringify(stored, null, 2)}\n`);
  process.stdout.write(json ? `${JSON.stringify(stored, null, 2)}\n` : summary(result));
  return result.exitCode;
}

function summary(result: CampaignResult): string {
  const { runs, failed, undecided, wallSeconds, virtualSeconds, counters, neverSeen, failures } = result;
  const aMinute = Math.round((runs / wallSeconds) * 60);
  const shown = Object.entries(counters).map(
    ([name, count]) => `  ${name.padEnd(30)} ${String(count).padStart(12)}`,
  );
  return [
    ...shown,
    '',
    `${runs} runs, ${failed} failed, ${undecided} undecided; ${virtualSeconds} virtual seconds in ${wallSeconds} s, ${aMinute} runs a minute.`,
    ...failures.slice(0, 10).map(({ property, replay }) => `${property}: ${replay}`),
    ...(neverSeen.length === 0
      ? []
      : [`Never seen, and so not tested: ${neverSeen.join(', ')}. More seeds would decide it.`]),
    '',
  ].join('\n');
}

/** Exit code 1 where a mutant that breaks safety was not caught: the simulator, or its properties, are too weak. */
async function bank(options: SimCommandOptions): Promise<number> {
  const { seeds, workers, mutant, out, json } = options;
  const say = (line: string) => process.stderr.write(`${line}\n`);
  using interrupt = interruptSignal(say);
  const results = await runMutantBank({
    ...runOptions(options),
    seedsMax: seeds,
    workers,
    names: mutant === undefined ? [] : [mutant],
    signal: interrupt.signal,
    onCatch: (result) => say(row(result)),
  });
  await mkdir(out, { recursive: true });
  await keep(join(out, 'sim-mutants.json'), `${JSON.stringify(results, null, 2)}\n`);
  const survivors = results.filter(({ caught }) => caught === null);
  const dangerous = survivors.filter(({ breaks }) => breaks === 'safety');
  if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else
    process.stdout.write(
      `${results.length} mutants, ${survivors.length} not caught, ${dangerous.length} of those break safety.\n`,
    );
  return dangerous.length === 0 ? 0 : 1;
}

function row({ mutant, caught, runs }: MutantCatch): string {
  const what = caught === null ? `not caught in ${runs} runs` : `seed ${caught.seed}, ${caught.property}`;
  return `${mutant.padEnd(32)} ${what}`;
}

/** Replaces a file whole, so that whoever reads it never sees half of it. */
async function keep(file: string, text: string): Promise<void> {
  try {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LabError(
      'store',
      `cannot write ${file}: ${reason}. Make room, or name another place with --out.`,
      {
        cause,
      },
    );
  }
}
