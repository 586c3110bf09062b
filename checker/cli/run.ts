/** The command `check`: reads, decides, says. */
import { readFile, writeFile } from 'node:fs/promises';
import type { CheckOptions } from '../check.ts';
import { checkColumns } from '../columns/check-columns.ts';
import { catalogue, type Subject } from '../formats/catalogue.ts';
import { parseEdn } from '../formats/edn.ts';
import { pairEvents } from '../formats/event.ts';
import { eachJsonLine, parseJsonLines } from '../formats/jsonl.ts';
import { readColumns, type RegisterReader } from '../formats/read-columns.ts';
import { HistoryError } from '../operation.ts';
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
const hint = 'porcupine-ts --help shows all of it.';

/** @returns the exit code. */
export async function run(argv: readonly string[], streams: Streams): Promise<number> {
  if (argv.length === 0) {
    streams.complain(usage);
    return exitUsage;
  }
  if (argv.includes('--help') || argv.includes('-h')) {
    streams.print(usage);
    return 0;
  }
  try {
    return await check(parseArguments(argv), streams);
  } catch (error) {
    if (error instanceof UsageError) {
      streams.complain(`${error.message}\n${hint}\n`);
    } else if (isFileError(error)) {
      streams.complain(
        `${error.message}\nThe history must be a file that can be read, or - for standard input.\n`,
      );
    } else if (error instanceof HistoryError) {
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
  if (text.trim() === '') {
    throw new HistoryError(
      'bad-format',
      'The history is empty. Nothing was checked: was it recorded elsewhere?',
    );
  }
  const { result, wording } =
    subject.reader !== undefined && options.html === undefined
      ? checkInColumns(subject.reader, text, options)
      : await checkInOperations(subject, text, options);
  streams.print(
    options.json ? `${JSON.stringify(asJson(result, wording), null, 2)}\n` : told(result, wording),
  );
  return exitCodes[result.verdict];
}

interface Checked {
  readonly result: CheckResult;
  readonly wording: Wording;
}

function limitsOf({ steps, bytes }: Arguments): CheckOptions {
  return { budget: { ...(steps !== undefined && { steps }), ...(bytes !== undefined && { bytes }) } };
}

/** Registers without a picture need no operations, only numbers: half the time, and a fraction of the memory. */
function checkInColumns(reader: RegisterReader, text: string, options: Arguments): Checked {
  const events = options.format === 'edn' ? parseEdn(text, options.keyed) : eachJsonLine(text);
  const { columns, times } = readColumns(reader, events);
  // Ids are the events of calls, and rows in their order.
  const endOf = (id: number) => columns.return[columns.id.indexOf(id)];
  const result = checkColumns(columns, limitsOf(options));
  return { result, wording: wordingOf(times, { callOf: (id) => id, endOf }) };
}

async function checkInOperations(subject: Subject, text: string, options: Arguments): Promise<Checked> {
  const events = options.format === 'edn' ? parseEdn(text, options.keyed) : parseJsonLines(text);
  const history = pairEvents(events);
  const byId = new Map(history.map((operation) => [operation.id, operation]));
  const wording = wordingOf(
    events.map(({ time }) => time),
    { callOf: (id) => byId.get(id)?.call, endOf: (id) => byId.get(id)?.return },
  );
  // Only a picture shows how far an order reaches.
  if (options.html === undefined) return { result: subject.check(history, limitsOf(options)), wording };
  const result = subject.checkVerbose(history, limitsOf(options));
  const describe = (operation: (typeof history)[number]) => subject.describe(operation);
  await writeFile(options.html, drawHistory({ history, result, describe, wording }));
  return { result, wording };
}

/** Where events carry times, explanations speak of seconds; else of events. */
function wordingOf(
  times: readonly (number | undefined)[],
  positions: {
    readonly callOf: (id: number) => number | undefined;
    readonly endOf: (id: number) => number | undefined;
  },
): Wording {
  const nanosecondsInSecond = 1e9;
  const when = (position: number | undefined) => {
    const time = position === undefined ? undefined : times[position];
    return time === undefined ? `event ${position}` : `${(time / nanosecondsInSecond).toFixed(3)} s`;
  };
  return { began: (id) => when(positions.callOf(id)), ended: (id) => when(positions.endOf(id)) };
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
