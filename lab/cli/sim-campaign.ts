import { join } from 'node:path';
import { runCampaign, type CampaignResult } from '../cluster/sim/campaign/campaign.ts';
import { interruptSignal } from './interrupt.ts';
import { msPerSecond, replayCommand, runOptions, type SimCommandOptions } from './sim-options.ts';
import { replaceFile } from '../replace-file.ts';

const progressEveryMs = 2_000;

/** Runs many seeds, and keeps what they showed together as `sim-latest.json`. Returns the exit code. */
export async function campaign(options: SimCommandOptions): Promise<number> {
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
  await replaceFile(join(out, 'sim-latest.json'), `${JSON.stringify(stored, null, 2)}\n`);
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
