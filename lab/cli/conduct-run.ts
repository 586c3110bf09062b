/** A run from the command line, from its folder in the store to its exit code: what `test` and `replay` have in common. */
import { join } from 'node:path';
import { LabError } from '../lab-error.ts';
import { pinsOf, pinsSomething, type Pins } from '../nemesis/pins.ts';
import type { Plan } from '../plan/plan.ts';
import { historyFile } from '../run/history-file.ts';
import { run, type RunOutcome } from '../run/run.ts';
import type { ChosenCluster, NodeChoice } from '../setup/choose-cluster.ts';
import { labCommand } from './lab-command.ts';
import { isSecret, keepNodeRecord, nodeRecord } from '../setup/node-record.ts';
import { Progress } from './progress.ts';
import { replayNotes } from './replay-notes.ts';
import { report } from './report.ts';
import { openScreen } from './screen.ts';
import { createRunDirectory, type RunDirectory } from '../setup/store.ts';

export interface ConductOptions {
  readonly plan: Plan;
  readonly chosen: ChosenCluster;
  readonly choice: Omit<NodeChoice, 'cluster'>;
  readonly env: Readonly<Record<string, string>>;
  readonly out: string;
  readonly firstPort?: number;
  readonly keepGoing: boolean;
  readonly json: boolean;
  /** Where this is a replay: of which run, and whom its steps concerned. */
  readonly replayed?: { readonly run: string; readonly pins: Pins };
  /** Ends the run in good order. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

const readyTimeoutMs = 10_000;

/** @returns the exit code */
export async function conductRun(options: ConductOptions): Promise<number> {
  const { plan, chosen, choice, env, out, json, say } = options;
  const directory = await createRunDirectory(out, chosen.name, plan, new Date());
  await keepNodeRecord(directory.path, nodeRecord(choice, chosen, env));
  const outcome = await watched(options, directory);
  const exitCode = await report(
    { plan, history: outcome.history },
    {
      json,
      info: {
        runId: directory.runId,
        cluster: chosen.kind,
        node: chosen.name,
        directory: join(out, directory.runId),
        durationsMs: outcome.durationsMs,
        replay: replayCommand(options, directory, outcome),
        command: labCommand,
        notes: notesOf(options, outcome),
      },
    },
  );
  await removedWithin(outcome, say);
  return exitCode;
}

/** Why the run is shorter than its plan, if it is, and what became of a replay's targets. */
function notesOf({ replayed }: ConductOptions, outcome: RunOutcome): string[] {
  return [
    ...(replayed === undefined ? [] : replayNotes(replayed.run, replayed.pins, outcome.history)),
    ...shortened(outcome),
  ];
}

function shortened({ interrupted, stoppedBy }: RunOutcome): string[] {
  if (stoppedBy !== undefined) {
    return [
      `The run was stopped at line ${stoppedBy.event} of its history, when no order was left that explains the answers on key ${stoppedBy.key}; with --keep-going it goes on.`,
    ];
  }
  return interrupted ? ['The run was interrupted; it is judged by what it had.'] : [];
}

async function watched(options: ConductOptions, directory: RunDirectory): Promise<RunOutcome> {
  const { plan, chosen, replayed, signal } = options;
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
        // Two stores on one host may have runs of the same name.
        runId: `${directory.runId}-${process.pid}`,
        source: chosen.source,
        logDirectory: directory.nodeLogs,
        env: options.env,
        readyTimeoutMs,
        ...(options.firstPort === undefined ? {} : { firstPort: options.firstPort }),
      },
      openHistory: (onFailure) => historyFile(directory.historyFile, onFailure),
      signal,
      keepGoing: options.keepGoing,
      ...(replayed === undefined ? {} : { pins: replayed.pins }),
      onEvent: (event) => progress.see(event),
    });
  } finally {
    screen.close();
  }
}

/** The same plan again, on the same node: with the same targets where any fault had one. */
function replayCommand(
  { choice: { cmd, image, mutant }, chosen, env, out, keepGoing }: ConductOptions,
  { runId }: RunDirectory,
  { history }: RunOutcome,
): string {
  const quoted = (text: string) =>
    /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const flag = (name: string, value: string | undefined) =>
    value === undefined ? [] : [name, quoted(value)];
  const goesOn = keepGoing ? ['--keep-going'] : [];
  const folder = join(out, runId);
  if (pinsSomething(pinsOf(history))) return [`${labCommand} replay`, quoted(folder), ...goesOn].join(' ');
  return [
    `${labCommand} test`,
    ...flag('--plan', join(folder, 'plan.json')),
    ...flag('--cluster', chosen.kind),
    ...flag('--cmd', typeof cmd === 'object' ? cmd.map(quoted).join(' ') : cmd),
    ...flag('--image', image),
    ...flag('--mutant', mutant),
    ...Object.entries(env).flatMap(([name, value]) =>
      flag('--env', isSecret(name) ? `${name}=…` : `${name}=${value}`),
    ),
    ...goesOn,
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
