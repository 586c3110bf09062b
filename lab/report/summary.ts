/** The last screen of a run as text: verdict, evidence in a few lines, where the report is, and the command that shows it again. */
import { styleText } from 'node:util';
import type { PropertyResult } from '../verdict/property.ts';
import type { Judgement } from '../verdict/verdict.ts';
import { headline } from './headline.ts';
import type { Results } from './results.ts';
import type { RunInfo } from './run-info.ts';

export interface SummaryOptions {
  readonly colour: boolean;
  /** Columns of the screen; sentences are broken to fit. */
  readonly columns?: number;
}

type Style = Parameters<typeof styleText>[0];
const nameWidth = 20;
const columnsDefault = 100;
const evidenceShownMax = 2;
const detailsShownMax = 4;

const badges: Readonly<Record<Judgement['verdict'], { readonly word: string; readonly style: Style }>> = {
  pass: { word: ' PASS ', style: ['bgGreen', 'black', 'bold'] },
  fail: { word: ' FAIL ', style: ['bgRed', 'white', 'bold'] },
  undecided: { word: ' UNDECIDED ', style: ['bgYellow', 'black', 'bold'] },
  error: { word: ' ERROR ', style: ['bgMagenta', 'white', 'bold'] },
};

export function renderSummary(
  judgement: Judgement,
  results: Results,
  info: RunInfo,
  { colour, columns = columnsDefault }: SummaryOptions,
): string {
  const paint = (style: Style, text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const badge = badges[judgement.verdict];
  const word = colour ? badge.word : badge.word.trim();
  const fact = (name: string, value: string): string => `  ${paint('dim', name.padEnd(9))} ${value}`;
  const having = (verdict: PropertyResult['verdict']): readonly PropertyResult[] =>
    judgement.properties.filter((property) => property.verdict === verdict);
  const names = (properties: readonly PropertyResult[]): string =>
    properties.map(({ name }) => name).join(', ');
  const failed = having('fail');
  const undecided = having('undecided');
  const lines = [
    '',
    `${paint(badge.style, word)} ${paint('bold', headline(judgement))}`,
    '',
    ...failed.flatMap((property) => [...propertyLines(property, paint, columns), '']),
    // Beside a failure, what could not be decided is of little interest: often the failure is the reason.
    ...(failed.length > 0
      ? wrapped(`  ${paint('yellow', '?')} `, names(undecided), columns, 4)
      : undecided.flatMap((property) => [...propertyLines(property, paint, columns), ''])),
    ...wrapped(`  ${paint('green', '✓')} `, names(having('pass')), columns, 4),
    ...judgement.notJudged.flatMap(({ name, notJudged }) =>
      wrapped(`  ${paint('dim', '–')} `, `${name} was not judged: ${notJudged}`, columns, 4),
    ),
    '',
    fact('answered', operationsLine(results)),
    fact('latency', latencyLine(results)),
    ...(info.notes ?? []).flatMap((note) => wrapped('  ', note, columns, 2)),
    fact('report', `${info.directory}/report.html`),
    fact('again', `${info.command} check ${info.directory}`),
    ...(info.replay === undefined ? [] : [fact('replay', info.replay)]),
    '',
  ];
  return lines.join('\n');
}

function propertyLines(
  { name, verdict, evidence }: PropertyResult,
  paint: (style: Style, text: string) => string,
  columns: number,
): string[] {
  const mark = verdict === 'fail' ? paint('red', '✗') : paint('yellow', '?');
  const [first, ...others] = evidence.slice(0, evidenceShownMax);
  const indent = nameWidth + 4;
  const hidden = evidence.length - evidenceShownMax;
  return [
    ...wrapped(
      `  ${mark} ${paint('bold', name.padEnd(nameWidth))}`,
      first?.summary ?? verdict,
      columns,
      indent,
    ),
    // The last lines say most: of a node's output they are its end.
    ...(first?.details ?? [])
      .slice(-detailsShownMax)
      .map((detail) => paint('dim', `${' '.repeat(indent)}${cut(detail, columns - indent)}`)),
    ...others.flatMap(({ summary }) => wrapped(' '.repeat(indent), summary, columns, indent)),
    ...(hidden > 0 ? [paint('dim', `${' '.repeat(indent)}and ${hidden} more in the report`)] : []),
  ];
}

function operationsLine({ operations: { ok, fail, info }, okPerSecond }: Results): string {
  return `${ok} ok (${okPerSecond} a second), ${fail} refused, ${info} unknown`;
}

function latencyLine({ latencyMs }: Results): string {
  const kinds = Object.entries(latencyMs).map(
    ([f, { p50, p99 }]) => `${f} ${p50.toFixed(1)} / ${p99.toFixed(1)} ms`,
  );
  return kinds.length === 0 ? 'no answers' : `${kinds.join(', ')} (median / 99 %)`;
}

/** Breaks a sentence between words; `head` stands before the first line and may hold colours, which take no width. */
function wrapped(head: string, text: string, columns: number, indent: number): string[] {
  if (text === '') return [];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns - indent) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((one, at) => `${at === 0 ? head : ' '.repeat(indent)}${one}`);
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
