import { existsSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { readHistory } from '../history/read-history.ts';
import { pinsOf, pinsSomething, type Pins } from '../nemesis/pins.ts';
import type { Plan } from '../plan/plan.ts';
import { readStoredPlan } from '../plan/read-plan-file.ts';
import { chooseCluster, type NodeChoice } from '../setup/choose-cluster.ts';
import { conductRun } from './conduct-run.ts';
import { interruptSignal } from './interrupt.ts';
import { labCommand } from './lab-command.ts';
import { choiceOf, readNodeRecord, type NodeRecord } from '../setup/node-record.ts';
import { usage } from '../setup/options.ts';
import { addRunOptions, type RunOptions } from './run-options.ts';

interface ReplayOptions extends RunOptions {
  readonly cluster?: 'auto' | 'docker' | 'process';
}

export function addReplayCommand(program: Command, finish: (exitCode: number) => void): void {
  const command = program
    .command('replay')
    .description('run the plan of a stored run again, on the same node, with the targets that its faults had')
    .argument('<run>', 'the directory of a run, such as store/latest')
    .addOption(
      program
        .createOption('--cluster <kind>', 'where nodes run (default: where they ran)')
        .choices(['auto', 'docker', 'process']),
    );
  addRunOptions(command).action(async (run: string, options: ReplayOptions) =>
    finish(await replay(run, options)),
  );
}

async function replay(named: string, options: ReplayOptions): Promise<number> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const run = directoryOf(named);
  const { plan, pins } = await readRecorded(run);
  const { choice, env } = chosenNode(run, await readNodeRecord(run), options);
  using interrupt = interruptSignal(say);
  const chosen = await chooseCluster(choice, say);
  if (chosen.reason !== undefined) say(`Using processes: ${chosen.reason}`);
  const { signal } = interrupt;
  // Awaited, since the end of this function lets go of the interrupts.
  return await conductRun({ ...options, env, plan, chosen, choice, replayed: { run, pins }, signal, say });
}

/** The run's own directory, since `latest` is soon another one. */
function directoryOf(run: string): string {
  if (!existsSync(run))
    throw usage(`There is no run at ${run}. Name the directory of a run, such as store/latest.`);
  return relative(process.cwd(), realpathSync(run)) || '.';
}

/** The plan and whom its steps concerned. */
async function readRecorded(run: string): Promise<{ readonly plan: Plan; readonly pins: Pins }> {
  const planFile = join(run, 'plan.json');
  if (!existsSync(planFile))
    throw usage(`${run} is no directory of a run: it has no plan.json. Name one, such as store/latest.`);
  const plan = await readStoredPlan(planFile);
  const { events } = await readHistory(join(run, 'history.jsonl'));
  const pins = pinsOf(events);
  if (pinsSomething(pins)) return { plan, pins };
  const why =
    plan.schedule.length === 0
      ? 'its plan has no faults'
      : 'none of its faults came in force before it ended';
  throw usage(
    `${run} has no targets to replay: ${why}. "${labCommand} test --plan ${planFile}" runs the plan again.`,
  );
}

/** What the user named, or else what the run recorded, with the environment that it had. */
function chosenNode(
  run: string,
  record: NodeRecord | undefined,
  { cluster, cmd, image, mutant, env }: ReplayOptions,
): { readonly choice: NodeChoice; readonly env: Readonly<Record<string, string>> } {
  if (cmd !== undefined || image !== undefined || mutant !== undefined)
    return { choice: { cluster: cluster ?? 'auto', cmd, image, mutant }, env };
  if (record === undefined)
    throw usage(`${run} does not say which node it tested. Name it with --cmd, --image or --mutant.`);
  const missing = record.withheld.filter((name) => env[name] === undefined);
  if (missing.length > 0)
    throw usage(
      `The node of ${run} had ${missing.join(', ')} in its environment, and such values are not kept. Give them again: ${missing.map((name) => `--env ${name}=…`).join(' ')}.`,
    );
  const recorded = choiceOf(record);
  return { choice: { ...recorded, cluster: cluster ?? recorded.cluster }, env: { ...record.env, ...env } };
}
