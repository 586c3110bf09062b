import type { Command } from 'commander';
import { drawPlan } from '../plan/draw-plan.ts';
import { drawnSeed } from '../plan/drawn-seed.ts';
import type { FaultKind, Plan } from '../plan/plan.ts';
import { readPlanFile } from '../plan/read-plan-file.ts';
import { chooseCluster } from '../setup/choose-cluster.ts';
import { conductRun } from './conduct-run.ts';
import { interruptSignal } from './interrupt.ts';
import { nemesisList, wholeNumber } from '../setup/options.ts';
import { addRunOptions, type RunOptions } from './run-options.ts';

interface TestOptions extends RunOptions {
  readonly cluster: 'auto' | 'docker' | 'process';
  readonly nodes: number;
  readonly time: number;
  readonly rate: number;
  readonly concurrency?: number;
  readonly workload: 'registers';
  readonly nemesis: readonly FaultKind[];
  readonly seed?: number;
  readonly plan?: string;
}

export function addTestCommand(program: Command, finish: (exitCode: number) => void): void {
  const command = program
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
    .option('--plan <file>', 'run this plan (YAML or JSON) instead of a drawn one');
  addRunOptions(command).action(async (options: TestOptions) => finish(await test(options)));
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
  // Awaited, since the end of this function lets go of the interrupts.
  return await conductRun({ ...options, plan, chosen, choice: options, signal: interrupt.signal, say });
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
