/** The command `check`: reads, decides, says. */
import { readFile, writeFile } from 'node:fs/promises';
import { catalogue } from '../formats/catalogue.ts';
import { parseEdn } from '../formats/edn.ts';
import { type HistoryEvent, pairEvents, type RecordedCall } from '../formats/event.ts';
import { parseJsonLines } from '../formats/jsonl.ts';
import { HistoryError, type Operation } from '../operation.ts';
import type { CheckResult, Verdict, Wording } from '../result.ts';
import { drawHistory } from '../visualize/draw.ts';
import { type Arguments, parseArguments, usage, UsageError } from './arguments.ts';

export interface Streams {
  readonly readStandardInput: () => Promise<string>;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

const exitCodes: Readonly<Record<Verdict, number>> = { linearizable: 0, illegal: 1, undecided: 3 };
const exitUsage = 64;

/** @returns the exit code. */
export async function run(argv: readonly string[], streams: Streams): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    streams.print(usage);
    return 0;
  }
  try {
    return await check(parseArguments(argv), streams);
  } catch (error) {
    if (error instanceof UsageError) {
      streams.complain(`${error.message}\n\n${usage}`);
    } else if (error instanceof HistoryError || isFileError(error)) {
      streams.complain(`${error.message}\n`);
    } else {
      throw error;
    }
    return exitUsage;
  }
}

async function check(options: Arguments, streams: Streams): Promise<number> {
  const subject = catalogue[options.model];
  if (subject === undefined) throw new UsageError(`There is no model ${options.model}.`);
  const text =
    options.file === '-' ? await streams.readStandardInput() : await readFile(options.file, 'utf8');
  const events = options.format === 'edn' ? parseEdn(text, options.keyed) : parseJsonLines(text);
  const history = pairEvents(events);
  const { steps, bytes } = options;
  const limits = {
    budget: { ...(steps !== undefined && { steps }), ...(bytes !== undefined && { bytes }) },
  };
  // Only a picture shows how far an order reaches.
  const result =
    options.html === undefined ? subject.check(history, limits) : subject.checkVerbose(history, limits);
  const wording = wordingOf(events, history);
  if (options.html !== undefined) {
    await writeFile(
      options.html,
      drawHistory({ history, result, describe: (operation) => subject.describe(operation), wording }),
    );
  }
  streams.print(
    options.json ? `${JSON.stringify(asJson(result, wording), null, 2)}\n` : told(result, wording),
  );
  return exitCodes[result.verdict];
}

/** Where events carry times, explanations speak of seconds; else of events. */
function wordingOf(
  events: readonly HistoryEvent[],
  history: readonly Operation<RecordedCall, unknown>[],
): Wording {
  const byId = new Map(history.map((operation) => [operation.id, operation]));
  const nanosecondsInSecond = 1e9;
  const when = (position: number | undefined) => {
    const time = position === undefined ? undefined : events[position]?.time;
    return time === undefined ? `event ${position}` : `${(time / nanosecondsInSecond).toFixed(3)} s`;
  };
  return { began: (id) => when(byId.get(id)?.call), ended: (id) => when(byId.get(id)?.return) };
}

function asJson(result: CheckResult, wording: Wording): unknown {
  return {
    ...result,
    partitions: result.partitions.map(({ violation, ...partition }) => ({
      ...partition,
      ...(violation !== undefined && {
        violation: { ...violation, explanation: violation.explain(wording) },
      }),
    })),
  };
}

function told(result: CheckResult, wording: Wording): string {
  const lines = [result.reason === undefined ? result.verdict : `${result.verdict}: ${result.reason}`];
  for (const { violation } of result.partitions) {
    if (violation !== undefined) lines.push(`${violation.anomaly}: ${violation.explain(wording)}`);
  }
  return `${lines.join('\n')}\n`;
}

function isFileError(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'syscall' in error && 'message' in error;
}
