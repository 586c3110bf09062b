/** The timeline of a run as plain data for the page: times in microseconds, operations in columns, since there are tens of thousands of them. */
import { pairOperations, type Operation } from '../history/operations.ts';
import { describeFault } from '../plan/describe-fault.ts';
import { callOf } from '../verdict/describe-operation.ts';
import { lastNs, phaseSpans } from '../verdict/phases.ts';
import type { PropertyResult, Run } from '../verdict/property.ts';
import { packRows } from './lanes.ts';
import { nodeBands } from './node-bands.ts';

export interface TimelineData {
  readonly endUs: number;
  readonly nodes: readonly string[];
  readonly keys: readonly string[];
  readonly phases: readonly (readonly [name: string, from: number, to: number])[];
  readonly faults: readonly FaultBar[];
  readonly faultRows: number;
  /** By node, in the order of `nodes`. */
  readonly bands: readonly (readonly (readonly [state: string, term: number, from: number, to: number])[])[];
  /** When the lab's own event loop stood still. */
  readonly lags: readonly (readonly [from: number, to: number])[];
  readonly lanes: number;
  readonly operations: OperationColumns;
  /** Lines of the history that evidence speaks of and that are no operation's: index and time. */
  readonly marks: readonly (readonly [line: number, at: number, label: string])[];
}

export interface FaultBar {
  readonly step: string;
  readonly kind: string;
  readonly label: string;
  readonly row: number;
  /** When the lab began to impose it, when it was in force, when it began to lift it, when it was lifted. */
  readonly times: readonly [begins: number, inForce: number, ends: number, over: number];
}

/** `f`: 0 read, 1 write, 2 cas. `outcome`: 0 ok, 1 fail, 2 info. */
export interface OperationColumns {
  readonly lane: number[];
  readonly process: number[];
  readonly f: number[];
  readonly key: number[];
  readonly node: number[];
  readonly from: number[];
  readonly length: number[];
  readonly outcome: number[];
  readonly call: string[];
  readonly error: string[];
  /** Lines of the invocation and of the completion (-1 where there is none). */
  readonly line: number[];
  readonly endLine: number[];
}

const kinds = ['read', 'write', 'cas'] as const;
const outcomes = ['ok', 'fail', 'info'] as const;

export function timelineData(run: Run, properties: readonly PropertyResult[]): TimelineData {
  const operations = pairOperations(run.history);
  const endNs = lastNs(run.history);
  const lanes = processLanes(operations, endNs);
  const faults = faultBars(run, endNs);
  const bands = nodeBands(run);
  return {
    endUs: microseconds(endNs),
    nodes: run.plan.nodes,
    keys: keysOf(operations),
    phases: phaseSpans(run.history).map(({ phase, fromNs, toNs }) => [
      phase,
      microseconds(fromNs),
      microseconds(toNs),
    ]),
    faults,
    faultRows: Math.max(0, ...faults.map(({ row }) => row + 1)),
    bands: run.plan.nodes.map((node) =>
      (bands.get(node) ?? []).map(({ state, term, fromNs, toNs }) => [
        state,
        term,
        microseconds(fromNs),
        microseconds(toNs),
      ]),
    ),
    lags: run.history.flatMap((event) =>
      event.f === 'lag'
        ? [[microseconds(event.time) - event.value.ms * 1_000, microseconds(event.time)]]
        : [],
    ),
    lanes: Math.max(0, ...lanes.values().map((lane) => lane + 1)),
    operations: columnsOf(run, operations, lanes, endNs),
    marks: marksOf(run, properties),
  };
}

function microseconds(ns: number): number {
  return Math.round(ns / 1_000);
}

function keysOf(operations: readonly Operation[]): string[] {
  return [...new Set(operations.map(({ key }) => key))].toSorted();
}

/** A client whose operation stays open goes on under a new process number: that one takes its lane. */
function processLanes(operations: readonly Operation[], endNs: number): Map<number, number> {
  const spans = new Map<number, { from: number; to: number }>();
  for (const { process, startNs, endNs: end } of operations) {
    const to = Math.min(end, endNs);
    const span = spans.get(process);
    if (span === undefined) spans.set(process, { from: startNs, to });
    else span.to = to;
  }
  const processes = [...spans].toSorted(([, a], [, b]) => a.from - b.from);
  const rows = packRows(processes.map(([, span]) => span));
  return new Map(processes.map(([process], at) => [process, rows[at] ?? 0]));
}

function columnsOf(
  { plan }: Run,
  operations: readonly Operation[],
  lanes: ReadonlyMap<number, number>,
  runEndNs: number,
): OperationColumns {
  const keys = new Map(keysOf(operations).map((key, at) => [key, at]));
  const nodes = new Map(plan.nodes.map((node, at) => [node, at]));
  const columns: OperationColumns = {
    lane: [],
    process: [],
    f: [],
    key: [],
    node: [],
    from: [],
    length: [],
    outcome: [],
    call: [],
    error: [],
    line: [],
    endLine: [],
  };
  for (const operation of operations) {
    const { process, f, key, invoke, completion, outcome, startNs, endNs } = operation;
    const from = microseconds(startNs);
    columns.lane.push(lanes.get(process) ?? 0);
    columns.process.push(process);
    columns.f.push(kinds.indexOf(f));
    columns.key.push(keys.get(key) ?? 0);
    columns.node.push(nodes.get(completion?.node ?? invoke.node) ?? 0);
    columns.from.push(from);
    columns.length.push(microseconds(Math.min(endNs, runEndNs)) - from);
    columns.outcome.push(outcomes.indexOf(outcome));
    columns.call.push(callOf(operation));
    columns.error.push(completion?.error ?? '');
    columns.line.push(invoke.index);
    columns.endLine.push(completion?.index ?? -1);
  }
  return columns;
}

function faultBars({ history }: Run, endNs: number): FaultBar[] {
  const steps = new Map<string, { kind: string; label: string; times: [number, number, number, number] }>();
  for (const event of history) {
    if (event.process !== 'nemesis') continue;
    const { step, stage, fault, nodes } = event.value;
    const at = microseconds(event.time);
    const end = microseconds(endNs);
    if (stage === 'skipped') steps.delete(step);
    else if (stage === 'begins')
      steps.set(step, { kind: fault.kind, label: describeFault(fault, nodes), times: [at, end, end, end] });
    const bar = steps.get(step);
    if (bar === undefined) continue;
    if (stage === 'in-force') {
      bar.label = describeFault(fault, nodes);
      bar.times[1] = at;
    }
    if (stage === 'ends') bar.times[2] = at;
    if (stage === 'over' || stage === 'failed') bar.times[3] = at;
    if (stage === 'failed') bar.label += ' (failed)';
  }
  const bars = [...steps].toSorted(([, a], [, b]) => a.times[0] - b.times[0]);
  const rows = packRows(bars.map(([, { times }]) => ({ from: times[0], to: times[3] })));
  return bars.map(([step, bar], at) => ({ step, ...bar, row: rows[at] ?? 0 }));
}

function marksOf({ history }: Run, properties: readonly PropertyResult[]): [number, number, string][] {
  const lines = new Set(properties.flatMap(({ evidence }) => evidence.flatMap(({ events }) => events)));
  return [...lines]
    .toSorted((a, b) => a - b)
    .flatMap((line): [number, number, string][] => {
      const event = history[line];
      if (event === undefined || typeof event.process === 'number') return [];
      return [[line, microseconds(event.time), 'node' in event ? `${event.node} ${event.f}` : event.f]];
    });
}
