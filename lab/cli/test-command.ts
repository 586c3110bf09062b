import { join } from 'node:path';
import type { Command } from 'commander';
import { seededRandom } from '@raft-lab/workloads';
import { LabError } from '../lab-error.ts';
import { drawPlan } from '../plan/draw-plan.ts';
import type { FaultKind, Plan } from '../plan/plan.ts';
import { readPlanFile } from '../plan/read-plan-file.ts';
import { historyFile } from '../run/history-file.ts';
import { run, type RunOutcome } from '../run/run.ts';
import { chooseCluster, type ChosenCluster } from './choose-cluster.ts';
import { interruptSignal } from './interrupt.ts';
import { labCommand } from './lab-command.ts';
import { environmentEntry, nemesisList, wholeNumber } from './options.ts';
import { Progress } from './progress.ts';
import { report } from './report.ts';
import { openScreen } from './screen.ts';
import { createRunDirectory, type RunDirectory } from './store.ts';

interface TestOptions {
  readonly cluster: 'auto' | 'docker' | 'process';
  readonly nodes: number;
  readonly time: number;
  readonly rate: number;
  readonly concurrency?: number;
  readonly workload: 'registers';
  readonly nemesis: readonly FaultKind[];
  readonly seed?: number;
  readonly plan?: string;
  readonly cmd?: string;
  readonly image?: string;
  readonly mutant?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly out: string;
  readonly firstPort?: number;
  readonly keepGoing: boolean;
  readonly json: boolean;
}

const readyTimeoutMs = 10_000;

export function addTestCommand(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('test')
    .description('run clients and faults against a cluster, and judge what it answered')
    .addOption(choice(program, '--cluster <kind>', 'where nodes run', ['auto', 'docker', 'process']))
    .option('--nodes <count>', 'how many nodes', wholeNumber('--nodes', 1, 15), 5)
    .option(
      '--time <seconds>',
      'how long clients and faults are at work',
      wholeNumber('--time', 1, 86_400),
      60,
    )
    .option(
      '--rate <operations>',
      'operations a second that all clients together begin',
      wholeNumber('--rate', 1, 100_000),
      400,
    )
    .option(
      '--concurrency <clients>',
      'clients at the same time (default: three a node)',
      wholeNumber('--concurrency', 1, 1_000),
    )
    .addOption(choice(program, '--workload <name>', 'what clients do', ['registers']))
    .option(
      '--nemesis <kinds>',
      'all, none, or kinds of fault joined by commas',
      nemesisList,
      nemesisList('all'),
    )
    .option(
      '--seed <number>',
      'decides the plan and the requests (default: drawn)',
      wholeNumber('--seed', 0, 2 ** 32 - 1),
    )
    .option('--plan <file>', 'run this plan (YAML or JSON) instead of a drawn one')
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
    .option('--json', 'print results.json on standard output, and progress on standard error', false)
    .action(async (options: TestOptions) => finish(await test(options)));
}

function choice(
  program: Command,
  flags: string,
  description: string,
  values: readonly [string, ...string[]],
) {
  return program.createOption(flags, description).choices(values).default(values[0]);
}

async function test(options: TestOptions): Promise<number> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const plan = await makePlan(options);
  // From here on a Ctrl-C ends the run in good order; before, there is nothing to put in order.
  using interrupt = interruptSignal(say);
  const chosen = await chooseCluster(options, say);
  if (chosen.reason !== undefined) say(`Using processes: ${chosen.reason}`);
  const directory = await createRunDirectory(options.out, chosen.name, plan, new Date());
  const outcome = await watched(options, plan, chosen, directory, interrupt.signal);
  const exitCode = await report(
    { plan, history: outcome.history },
    {
      json: options.json,
      info: {
        runId: directory.runId,
        cluster: chosen.kind,
        node: chosen.name,
        directory: join(options.out, directory.runId),
        durationsMs: outcome.durationsMs,
        replay: replayCommand(options, plan, directory),
        command: labCommand,
        notes: notesOf(outcome),
      },
    },
  );
  await removedWithin(outcome, say);
  return exitCode;
}

/** Why the run is shorter than its plan, if it is. */
function notesOf({ interrupted, stoppedBy }: RunOutcome): string[] {
  if (stoppedBy !== undefined) {
    return [
      `The run was stopped at line ${stoppedBy.event} of its history, when no order was left that explains the answers on key ${stoppedBy.key}; with --keep-going it goes on.`,
    ];
  }
  return interrupted ? ['The run was interrupted; it is judged by what it had.'] : [];
}

async function makePlan(options: TestOptions): Promise<Plan> {
  const { nodes, rate, concurrency, nemesis } = options;
  const seed = options.seed ?? drawnSeed();
  const drawn = drawPlan({
    seed,
    nodes,
    durationMs: options.time * 1_000,
    kinds: nemesis,
    rate,
    ...(concurrency === undefined ? {} : { concurrency }),
  });
  return options.plan === undefined ? drawn : readPlanFile(options.plan, drawn);
}

/** The one draw that does not come from a seed, since it is the seed. */
function drawnSeed(): number {
  return seededRandom(Date.now() >>> 0).int(0, 2 ** 32 - 1);
}

async function watched(
  options: TestOptions,
  plan: Plan,
  chosen: ChosenCluster,
  directory: RunDirectory,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const progress = new Progress();
  const beganNs = process.hrtime.bigint();
  const screen = openScreen({
    plan,
    title: `raft-lab  ${plan.voters.length} × ${chosen.name} in ${chosen.kind === 'docker' ? 'containers' : 'processes'}, seed ${plan.seed}  →  ${join(options.out, directory.runId)}`,
    progress,
    stream: options.json ? process.stderr : process.stdout,
    nowNs: () => Number(process.hrtime.bigint() - beganNs),
  });
  try {
    return await run({
      plan,
      createCluster: chosen.create,
      clusterOptions: {
        runId: directory.runId,
        source: chosen.source,
        logDirectory: directory.nodeLogs,
        env: options.env,
        readyTimeoutMs,
        ...(options.firstPort === undefined ? {} : { firstPort: options.firstPort }),
      },
      openHistory: (onFailure) => historyFile(directory.historyFile, onFailure),
      signal,
      keepGoing: options.keepGoing,
      onEvent: (event) => progress.see(event),
    });
  } finally {
    screen.close();
  }
}

/** The same plan again, on the same node. */
function replayCommand(
  { cluster, cmd, image, mutant, env, out, keepGoing }: TestOptions,
  plan: Plan,
  directory: RunDirectory,
): string {
  const quoted = (text: string) =>
    /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const flag = (name: string, value: string | undefined) =>
    value === undefined ? [] : [name, quoted(value)];
  return [
    `${labCommand} test`,
    ...flag('--plan', join(out, directory.runId, 'plan.json')),
    ...flag('--cluster', cluster === 'auto' ? undefined : cluster),
    ...flag('--cmd', cmd),
    ...flag('--image', image),
    ...flag('--mutant', mutant),
    ...Object.entries(env).flatMap(([name, value]) => flag('--env', `${name}=${value}`)),
    ...(keepGoing ? ['--keep-going'] : []),
  ].join(' ');
}

const removeWithinMs = 30_000;

/** Waits until nothing of the cluster is left. A verdict stands even where removal fails; the watchdog then removes the rest. */
async function removedWithin(outcome: RunOutcome, say: (line: string) => void): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(
      () =>
        reject(new LabError('environment', `the cluster was not removed within ${removeWithinMs / 1_000} s`)),
      removeWithinMs,
    ).unref();
  });
  try {
    await Promise.race([outcome.removed, late]);
  } catch (error) {
    say(`Cleaning up went wrong: ${error instanceof Error ? error.message : String(error)}`);
  }
}
