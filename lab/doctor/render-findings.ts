/** Findings as text for a terminal, and as JSON for programs. Pure. */
import { describeOutcome, excerpt, type Exchange } from './exchange.ts';
import { exitCodeOf, type Failed, type Finding } from './finding.ts';

const outputLinesMax = 8;
const outputLineLengthMax = 300;
const mark = { pass: 'ok  ', fail: 'FAIL', 'not-tried': '-   ' } as const;

export interface RenderOptions {
  /** Terminal colours. */
  readonly colour?: boolean;
}

const colours = { pass: '\u001b[32m', fail: '\u001b[31m', 'not-tried': '\u001b[2m' } as const;
const plain = '\u001b[0m';

/** One finding: a line, and for a failure what was expected, what was seen, and what to do. */
export function renderFinding(finding: Finding, { colour = false }: RenderOptions = {}): string {
  const { outcome, check } = finding;
  const line = `${colour ? `${colours[outcome]}${mark[outcome]}${plain}` : mark[outcome]} ${check}`;
  switch (finding.outcome) {
    case 'pass':
      return line;
    case 'not-tried':
      return `${line}  (not tried: ${finding.reason})`;
    case 'fail':
      return [line, ...renderFailure(finding).map((text) => `     ${text}`)].join('\n');
  }
}

/** The last lines: how many of which, and what to do next. */
export function renderSummary(findings: readonly Finding[]): string {
  const count = (outcome: Finding['outcome']): number =>
    findings.filter((finding) => finding.outcome === outcome).length;
  const counts = `${count('pass')} ok, ${count('fail')} failed, ${count('not-tried')} not tried`;
  const [first] = findings.filter(({ outcome }) => outcome === 'fail');
  switch (exitCodeOf(findings)) {
    case 0:
      return `${counts}. The node keeps the contract as far as it was tried; now disturb it: raft-lab test`;
    case 1:
      return `${counts}. Begin with the first failure, ${first?.check}: later ones often follow from it.`;
    case 4:
      return `${counts}. The lab itself failed; this says nothing about the node.`;
  }
}

/** All of it. */
export function renderFindings(findings: readonly Finding[], options: RenderOptions = {}): string {
  return [
    ...findings.map((finding) => renderFinding(finding, options)),
    '',
    renderSummary(findings),
    '',
  ].join('\n');
}

/** All of it as JSON: `{exitCode, findings}`, with the findings' own fields. */
export function findingsToJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ exitCode: exitCodeOf(findings), findings }, undefined, 2)}\n`;
}

function renderFailure({ says, link, expected, seen, exchanges, hint, output }: Failed): string[] {
  return [
    `contract  ${says}`,
    `          ${link}`,
    `expected  ${expected}`,
    `seen      ${seen}`,
    ...exchanges.flatMap(renderExchange),
    `hint      ${hint}`,
    ...renderOutput(output),
  ];
}

function renderExchange(exchange: Exchange): string[] {
  const { node, request } = exchange;
  const headers = Object.entries(request.headers ?? {})
    .map(([name, value]) => ` [${name}: ${name === 'authorization' ? 'Bearer …' : value}]`)
    .join('');
  const body = request.body === undefined ? '' : ` ${excerpt(request.body)}`;
  return [
    `  asked   ${node} ${request.method} ${excerpt(request.path)}${headers}${body}`,
    `          → ${describeOutcome(exchange)}`,
  ];
}

function renderOutput(output: string | undefined): string[] {
  const lines = (output ?? '')
    .trimEnd()
    .split('\n')
    .slice(-outputLinesMax)
    .map((line) => (line.length > outputLineLengthMax ? `${line.slice(0, outputLineLengthMax)}…` : line));
  if (output === undefined) return [];
  if (output.trim() === '') return ['output    (it printed nothing)'];
  return lines.map((line, position) => `${position === 0 ? 'output    ' : '          '}${line}`);
}
