import { join } from 'node:path';
import { mutantNamed } from '../cluster/sim/mutants/mutants.ts';
import { simulate } from '../cluster/sim/sim-run.ts';
import { labCommand } from './lab-command.ts';
import { report } from './report.ts';
import { msPerSecond, replayCommand, runOptions, type SimCommandOptions } from './sim-options.ts';
import { replaceFile } from '../replace-file.ts';
import { createRunDirectory } from '../setup/store.ts';

/** Runs one seed, and keeps and reports it like a run of any other cluster. */
export async function replayed(options: SimCommandOptions, seed: number): Promise<number> {
  const mutant = options.mutant === undefined ? undefined : mutantNamed(options.mutant);
  const outcome = await simulate({ seed, ...runOptions(options) }, mutant);
  const { plan, history, finding, traceHash, virtualSeconds } = outcome;
  const directory = await createRunDirectory(options.out, 'sim', plan, new Date());
  await replaceFile(directory.historyFile, history.map((event) => `${JSON.stringify(event)}\n`).join(''));
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
