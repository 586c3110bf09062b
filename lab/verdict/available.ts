/**
 * A majority that is undisturbed serves, after the time an election may take. Judged only where Raft promises it (`conditions.ts`), and only where every node
 * of that majority was asked, since a node may refuse what another one would have served.
 */
import type { NodeId } from '../history/history.ts';
import { pairOperations, type Operation } from '../history/operations.ts';
import { servingStretches, type Stretch } from './conditions.ts';
import { lagEvidence } from './lag.ts';
import { firstEvidence, type Concern, type Evidence, type Property, type Run } from './property.ts';
import { listed, nsPerMs, seconds } from './words.ts';

const name = 'available';
const concern: Concern = 'liveness';
const leastGraceMs = 5_000;
const electionsInGrace = 10;

type Kind = 'read' | 'update';

/** A time without one served operation of a kind, longer than the grace, although every node was asked. */
interface Silence {
  readonly kind: Kind;
  readonly stretch: Stretch;
  readonly fromNs: number;
  readonly toNs: number;
}

export const available: Property = (run) => {
  const graceNs = graceMs(run) * nsPerMs;
  const stretches = servingStretches(run).filter((stretch) => stretch.toNs - stretch.fromNs > graceNs);
  const operations = pairOperations(run.history);
  const failed: Evidence[] = [];
  const lagged: Evidence[] = [];
  let judgedNs = 0;
  for (const stretch of stretches) {
    const through = operations.filter(
      (operation) => operation.startNs <= stretch.toNs && operation.endNs >= stretch.fromNs,
    );
    for (const kind of ['read', 'update'] as const) {
      const ofKind = through.filter((operation) => (operation.f === 'read') === (kind === 'read'));
      const served = servedTimes(ofKind, stretch);
      const silences = silencesOf(kind, stretch, served, graceNs).filter((silence) =>
        everyNodeAsked(silence, ofKind, graceNs),
      );
      if (served.length > 0 || silences.length > 0) judgedNs += stretch.toNs - stretch.fromNs;
      for (const silence of silences) {
        const lag = lagEvidence(run.history, silence.fromNs, silence.toNs);
        if (lag === undefined) failed.push(evidenceOf(silence, ofKind, graceNs));
        else lagged.push({ ...lag, summary: `${sentence(silence)}. ${lag.summary}` });
      }
    }
  }
  if (failed.length > 0) return { name, verdict: 'fail', concern, evidence: firstEvidence(failed) };
  if (lagged.length > 0) return { name, verdict: 'undecided', concern, evidence: firstEvidence(lagged) };
  if (judgedNs === 0)
    return {
      name,
      notJudged: `no undisturbed majority was asked for longer than ${seconds(graceNs)}, which is what an election may take`,
    };
  const summary = `Undisturbed majorities served through ${stretches.length === 1 ? 'one stretch' : `${stretches.length} stretches`} longer than ${seconds(graceNs)}, ${seconds(judgedNs / 2)} in all.`;
  return { name, verdict: 'pass', concern, evidence: [{ summary, events: [] }] };
};

function graceMs({ plan }: Run): number {
  return Math.max(leastGraceMs, electionsInGrace * plan.electionMs[1], plan.recoverWithinMs);
}

function servedTimes(operations: readonly Operation[], { nodes, fromNs, toNs }: Stretch): number[] {
  return operations
    .filter(({ completion }) => completion?.type === 'ok' && nodes.includes(completion.node))
    .map((operation) => operation.endNs)
    .filter((endNs) => endNs >= fromNs && endNs <= toNs)
    .toSorted((a, b) => a - b);
}

function silencesOf(kind: Kind, stretch: Stretch, served: readonly number[], graceNs: number): Silence[] {
  const silences: Silence[] = [];
  let fromNs = stretch.fromNs;
  for (const toNs of [...served, stretch.toNs]) {
    if (toNs - fromNs > graceNs) silences.push({ kind, stretch, fromNs, toNs });
    fromNs = toNs;
  }
  return silences;
}

/** Whether each voter of the majority was asked once half the grace had passed, so that whoever led by then had its chance. */
function everyNodeAsked(silence: Silence, operations: readonly Operation[], graceNs: number): boolean {
  const fromNs = silence.fromNs + graceNs / 2;
  const toNs = silence.fromNs + graceNs;
  const asked = new Set<NodeId>();
  for (const { invoke, completion } of operations) {
    if (invoke.time >= fromNs && invoke.time <= toNs) asked.add(invoke.node);
    for (const attempt of completion?.attempts ?? [])
      if (attempt.time >= fromNs && attempt.time <= toNs) asked.add(attempt.node);
  }
  return silence.stretch.voters.every((node) => asked.has(node));
}

function sentence({ kind, stretch, fromNs, toNs }: Silence): string {
  const what = kind === 'read' ? 'read' : 'write or compare-and-set';
  return `no ${what} was served by ${listed(stretch.nodes)} from ${seconds(fromNs)} to ${seconds(toNs)}`;
}

function evidenceOf(silence: Silence, operations: readonly Operation[], graceNs: number): Evidence {
  const { stretch, fromNs, toNs } = silence;
  const tried = operations.filter(({ startNs }) => startNs >= fromNs && startNs <= toNs);
  const outcomes = new Map<string, number>();
  for (const { completion, invoke } of tried) {
    const answer = `${invoke.node}: ${completion?.error ?? completion?.type ?? 'no answer'}`;
    outcomes.set(answer, (outcomes.get(answer) ?? 0) + 1);
  }
  return {
    summary:
      `Expected ${listed(stretch.nodes)}, a majority that was connected, running and undisturbed from ${seconds(stretch.fromNs)} to ${seconds(stretch.toNs)}, ` +
      `to serve within ${seconds(graceNs)}, but ${sentence(silence)}.`,
    events: tried.slice(-3).map(({ invoke, completion }) => completion?.index ?? invoke.index),
    details: [...outcomes].map(([answer, count]) => `${count} × ${answer}`),
  };
}
