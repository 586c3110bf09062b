/** A violation as a picture: the few operations that matter, on a broken time axis, with the leaders and the faults of that time above them. */
import { isClientEvent, pairOperations, type Operation } from '../history/operations.ts';
import { describeFault } from '../plan/describe-fault.ts';
import { stepsInForce } from '../verdict/coverage.ts';
import { callOf } from '../verdict/describe-operation.ts';
import { lastNs } from '../verdict/phases.ts';
import type { Evidence, Run } from '../verdict/property.ts';
import { claims } from '../verdict/status/one-leader.ts';
import { pollsByNode } from '../verdict/status/polls.ts';
import { exactSeconds, seconds } from '../verdict/words.ts';
import { escaped } from './escape.ts';
import { packRows } from './lanes.ts';
import { timeScale, type TimeScale } from './time-scale.ts';

const width = 1_040;
const gutter = 150;
const plot = width - gutter - 20;
const bandHeight = 24;
const rowHeight = 44;
const barHeight = 16;
/** More operations than these make no picture. */
const operationsMax = 30;

/** An SVG, or undefined where the evidence speaks of no operations, or of too many. */
export function renderPicture(run: Run, evidence: Evidence): string | undefined {
  const lines = new Set(evidence.events);
  const operations = pairOperations(run.history.filter(isClientEvent)).filter(
    ({ invoke, completion }) =>
      lines.has(invoke.index) || (completion !== undefined && lines.has(completion.index)),
  );
  if (operations.length === 0 || operations.length > operationsMax) return undefined;
  const endNs = lastNs(run.history);
  const scale = timeScale(
    operations.flatMap(({ startNs, endNs: to }) => [startNs, Math.min(to, endNs)]),
    plot,
  );
  const fromNs = Math.min(...operations.map(({ startNs }) => startNs));
  const toNs = Math.max(...operations.map(({ endNs: to }) => Math.min(to, endNs)));
  const context = [...faultBands(run, fromNs, toNs), ...leaderBands(run, fromNs, toNs)];
  const contextRows = Math.max(0, ...context.map(({ row }) => row + 1));
  const top = contextRows * bandHeight + 14;
  const height = top + operations.length * rowHeight + 10;
  return [
    `<svg class="picture" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(evidence.summary)}">`,
    ...scale.breaks.map(({ x, ns }) => timeBreak(gutter + x, ns, top, height)),
    ...context.map((band) => contextBand(band, scale)),
    ...operations.map((operation, row) => operationRow(operation, top + row * rowHeight, scale, endNs)),
    '</svg>',
  ].join('\n');
}

interface Band {
  readonly kind: 'fault' | 'leader';
  readonly label: string;
  readonly row: number;
  readonly fromNs: number;
  readonly toNs: number;
}

function faultBands(run: Run, fromNs: number, toNs: number): Band[] {
  const steps = stepsInForce(run).filter((step) => step.fromNs <= toNs && step.toNs >= fromNs);
  const bands = steps
    .map((step) => ({
      label: describeFault(step.fault, step.nodes),
      fromNs: Math.max(step.fromNs, fromNs),
      toNs: Math.min(step.toNs, toNs),
    }))
    .toSorted((a, b) => a.fromNs - b.fromNs);
  const rows = packRows(bands.map((band) => ({ from: band.fromNs, to: band.toNs })));
  return bands.map((band, at) => ({ kind: 'fault', ...band, row: 1 + (rows[at] ?? 0) }));
}

/** Who led, by the claims that count; each until the next one. */
function leaderBands({ history }: Run, fromNs: number, toNs: number): Band[] {
  const leaders = claims(pollsByNode(history)).toSorted((a, b) => a.term - b.term);
  return leaders.flatMap(({ node, term, first }, at): Band[] => {
    const from = first.answeredNs;
    const to = leaders[at + 1]?.first.answeredNs ?? Infinity;
    if (from > toNs || to < fromNs || to <= from) return [];
    return [
      {
        kind: 'leader',
        label: `${node} leads, term ${term}`,
        row: 0,
        fromNs: Math.max(from, fromNs),
        toNs: Math.min(to, toNs),
      },
    ];
  });
}

function contextBand({ kind, label, row, fromNs, toNs }: Band, scale: TimeScale): string {
  const x = gutter + scale.x(fromNs);
  const wide = Math.max(3, gutter + scale.x(toNs) - x);
  const y = row * bandHeight + 2;
  const fits = label.length * 6.6 + 12 < wide;
  return [
    `<g class="band ${kind}"><title>${escaped(`${label}: ${seconds(fromNs)} to ${seconds(toNs)}`)}</title>`,
    `<rect x="${place(x)}" y="${y}" width="${place(wide)}" height="${bandHeight - 5}" rx="3"/>`,
    fits ? `<text x="${place(x + 6)}" y="${y + 14}">${escaped(label)}</text>` : '',
    '</g>',
  ].join('');
}

function operationRow(operation: Operation, y: number, scale: TimeScale, runEndNs: number): string {
  const { process, f, outcome, startNs, invoke, completion } = operation;
  const endNs = Math.min(operation.endNs, runEndNs);
  const left = gutter + scale.x(startNs);
  const wide = Math.max(4, gutter + scale.x(endNs) - left);
  const onTheLeft = left + wide / 2 > gutter + plot * 0.55;
  const labelX = onTheLeft ? left - 8 : left + wide + 8;
  const anchor = onTheLeft ? 'end' : 'start';
  const middle = y + rowHeight / 2;
  const outcomeWord = outcome === 'ok' ? '' : outcome === 'fail' ? ' (refused)' : ' (unknown)';
  return [
    `<g class="operation ${f} ${outcome}">`,
    `<line class="rule" x1="${gutter}" x2="${width - 20}" y1="${middle}" y2="${middle}"/>`,
    `<text class="who" x="${gutter - 14}" y="${middle + 4}" text-anchor="end">process ${process} <tspan class="node">${escaped(completion?.node ?? invoke.node)}</tspan></text>`,
    `<rect class="bar" x="${place(left)}" y="${middle - barHeight / 2}" width="${place(wide)}" height="${barHeight}" rx="4"/>`,
    `<text class="call" x="${place(labelX)}" y="${middle - 2}" text-anchor="${anchor}">${escaped(callOf(operation))}${outcomeWord}</text>`,
    `<text class="when" x="${place(labelX)}" y="${middle + 13}" text-anchor="${anchor}">${exactSeconds(startNs)} – ${completion === undefined ? 'open' : exactSeconds(endNs)}</text>`,
    '</g>',
  ].join('');
}

function timeBreak(x: number, ns: number, top: number, height: number): string {
  return [
    `<g class="break"><line x1="${place(x)}" x2="${place(x)}" y1="${top}" y2="${height - 18}"/>`,
    `<text x="${place(x)}" y="${height - 4}" text-anchor="middle">⋯ ${seconds(ns)} ⋯</text></g>`,
  ].join('');
}

function place(x: number): string {
  return x.toFixed(1);
}
