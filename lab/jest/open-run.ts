/** A run of the lab within a test: its folder, its cluster, and its judgement, as the command line has them. */
import { join, relative } from 'node:path';
import { expect } from '@jest/globals';
import { chooseCluster } from '../setup/choose-cluster.ts';
import { keepNodeRecord, nodeRecord } from '../setup/node-record.ts';
import { createRunDirectory, keepPlan } from '../setup/store.ts';
import { pinsOf, pinsSomething } from '../nemesis/pins.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunInfo } from '../report/run-info.ts';
import { writeReports } from '../report/write-reports.ts';
import { historyFile } from '../run/history-file.ts';
import type { Conductor } from '../run/conductor.ts';
import { run, type RunOutcome } from '../run/run.ts';
import { judge } from '../verdict/verdict.ts';
import { RunHistory } from './run-history.ts';
import { choiceFrom, type NodeSettings } from './settings.ts';

const readyTimeoutMs = 10_000;
const labCommand = 'npx raft-lab';

export interface OpenRun {
  /** The run's folder, as seen from the working directory. */
  readonly directory: string;
  start(signal: AbortSignal, conductor?: Conductor): Promise<RunOutcome>;
  /** Judges what was recorded, by the plan as it was carried out in the end, and writes the reports. */
  finish(outcome: RunOutcome, plan: Plan): Promise<RunHistory>;
}

export async function openRun(settings: NodeSettings, plan: Plan): Promise<OpenRun> {
  const { env = {}, out = 'store', keepGoing = false } = settings;
  const choice = choiceFrom(settings);
  const chosen = await chooseCluster(choice, (line) => process.stderr.write(`${line}\n`));
  const folder = await createRunDirectory(out, nameOfTest() ?? chosen.name, plan, new Date());
  await keepNodeRecord(folder.path, nodeRecord(choice, chosen, env));
  const directory = relative(process.cwd(), folder.path);
  return {
    directory,
    start: (signal, conductor) =>
      run({
        plan,
        createCluster: chosen.create,
        clusterOptions: {
          runId: `${folder.runId}-${process.pid}`,
          source: chosen.source,
          logDirectory: folder.nodeLogs,
          env,
          readyTimeoutMs,
        },
        openHistory: (onFailure) => historyFile(folder.historyFile, onFailure),
        signal,
        keepGoing,
        onEvent: () => undefined,
        ...(conductor === undefined ? {} : { conductor }),
      }),
    async finish({ history, durationsMs }, played) {
      if (played !== plan) await keepPlan(folder.path, played);
      const beganMs = performance.now();
      const judgement = judge({ plan: played, history });
      const again = pinsSomething(pinsOf(history))
        ? `replay ${directory}`
        : `test --plan ${join(directory, 'plan.json')}`;
      const info: RunInfo = {
        runId: folder.runId,
        cluster: chosen.kind,
        node: chosen.name,
        directory,
        durationsMs: { ...durationsMs, check: Math.round(performance.now() - beganMs) },
        command: labCommand,
        replay: `${labCommand} ${again}`,
      };
      await writeReports(directory, judgement, { plan: played, history }, info);
      return new RunHistory({ plan: played, history }, judgement, info);
    },
  };
}

const nameCharactersMax = 60;

/** The test that runs now, in letters that a folder's name can hold. */
function nameOfTest(): string | undefined {
  const { currentTestName = '' } = expect.getState();
  const name = currentTestName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, nameCharactersMax)
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? undefined : name;
}
