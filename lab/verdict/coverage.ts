/**
 * A fault that did not bite proves nothing. The plan names what must be seen; what is lacking and lay in the lab's hands leaves the run undecided.
 *
 * | need | counts |
 * | --- | --- |
 * | `operations-ok` | operations that were answered |
 * | `elections` | changes of leader (a later term with a leader) seen while operations were in flight |
 * | `fault:<kind>` | steps of this kind whose fault was in force while operations were open |
 * | `fault:partition:<cut>`, `fault:partition:<shape>` | the same, for one way of cutting or one shape |
 * | `change:<kind>` | changes of the configuration of this kind (`changes.ts`) that were committed while operations were open |
 * | `snapshot-installs`, `snapshot-installs:joiner` | snapshots that brought a node up to date, by its own count; at a node outside the first configuration |
 *
 * A need that depends on a feature which no node lists is not judged.
 */
import type { NemesisEvent, NodeId } from '../history/history.ts';
import { pairOperations, type Operation } from '../history/operations.ts';
import { committedChanges } from './membership/changes.ts';
import { disturbs } from '../plan/disturbs.ts';
import { lackingFor } from './lacking-features.ts';
import { lastNs } from './phases.ts';
import type { Concern, Property, Run } from './property.ts';
import { snapshotInstalls } from './snapshot-installs.ts';
import { pollsByNode } from './status/polls.ts';

const name = 'coverage';
const concern: Concern = 'coverage';

export interface CoverageCount {
  readonly name: string;
  readonly needed: number;
  readonly seen: number;
  /** Why this does not count, where the nodes lack what it depends on. */
  readonly notJudged?: string;
}

export const coverage: Property = (run) => {
  const counts = coverageCounts(run);
  if (counts.length === 0) return { name, notJudged: 'the plan names nothing that must be seen' };
  const lacking = counts.filter((count) => count.notJudged === undefined && count.seen < count.needed);
  if (lacking.length === 0) return { name, verdict: 'pass', concern, evidence: [] };
  return {
    name,
    verdict: 'undecided',
    concern,
    evidence: lacking.map((count) => {
      const skipped = skippedSteps(run, count.name);
      const because = skipped.map(
        ({ value }) => ` Step ${value.step} was skipped: ${value.reason ?? 'no reason given'}.`,
      );
      return {
        summary: `Expected to see ${count.name} at least ${times(count.needed)}, saw it ${times(count.seen)}.${because.join('')} A longer run, or another seed, would decide it.`,
        events: skipped.map(({ index }) => index),
      };
    }),
  };
};

function skippedSteps({ history }: Run, need: string): NemesisEvent[] {
  return history.filter(
    (event): event is NemesisEvent =>
      event.process === 'nemesis' && event.value.stage === 'skipped' && wouldShow(event.value, need),
  );
}

/** Whether a step, had it not been skipped, could have shown what was to be seen. */
function wouldShow(step: NemesisEvent['value'], need: string): boolean {
  const { kind } = step.fault;
  if (need.startsWith('change:')) return kind === 'membership';
  if (need.startsWith('snapshot-installs')) return kind === 'membership' || kind === 'fall-behind';
  return namesOf(step).includes(need);
}

/** How often each thing that the plan demands was seen. */
export function coverageCounts(run: Run): CoverageCount[] {
  const seen = seenCounts(run);
  return run.plan.coverage.map(({ name: need, atLeast }) => {
    const notJudged = lackingFor(run, need);
    return {
      name: need,
      needed: atLeast,
      seen: seen.get(need) ?? 0,
      ...(notJudged === undefined ? {} : { notJudged }),
    };
  });
}

/** Everything that was seen, demanded or not. */
export function seenCounts(run: Run): ReadonlyMap<string, number> {
  const operations = pairOperations(run.history);
  const counts = new Map<string, number>([
    ['operations-ok', operations.filter(({ outcome }) => outcome === 'ok').length],
    ['elections', electionsUnderLoad(run, operations)],
    ...snapshotInstalls(run),
  ]);
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  for (const { kinds, fromNs, toNs } of committedChanges(run.history)) {
    if (operations.some(({ startNs, endNs }) => startNs <= toNs && endNs >= fromNs))
      for (const kind of kinds) count(`change:${kind}`);
  }
  for (const step of stepsInForce(run)) {
    if (!bit(step, operations)) continue;
    namesOf(step).forEach(count);
  }
  return counts;
}

function times(count: number): string {
  if (count === 0) return 'never';
  return count === 1 ? 'once' : `${count} times`;
}

function electionsUnderLoad({ history }: Run, operations: readonly Operation[]): number {
  const sightings = [...pollsByNode(history).values()]
    .flat()
    .filter((poll) => poll.status.role === 'leader')
    .toSorted((a, b) => a.answeredNs - b.answeredNs);
  let changes = 0;
  let known: { term: number; lastSeenNs: number } | undefined;
  for (const { status, answeredNs } of sightings) {
    if (known !== undefined && status.term > known.term) {
      const { lastSeenNs } = known;
      if (operations.some((operation) => operation.startNs <= answeredNs && operation.endNs >= lastSeenNs))
        changes += 1;
    }
    if (known === undefined || status.term >= known.term)
      known = { term: status.term, lastSeenNs: answeredNs };
  }
  return changes;
}

interface StepInForce {
  readonly fault: NemesisEvent['value']['fault'];
  readonly nodes: readonly NodeId[];
  readonly fromNs: number;
  readonly toNs: number;
}

/** Each step of the plan that came in force, from then until the lab began to lift it. */
export function stepsInForce({ history }: Run): StepInForce[] {
  const begun = new Map<string, number>();
  const open = new Map<string, NemesisEvent>();
  const done: StepInForce[] = [];
  const close = (step: string, toNs: number): void => {
    const event = open.get(step);
    if (event === undefined) return;
    open.delete(step);
    const { fault, nodes } = event.value;
    // A kill strikes before it is recorded as in force, and cuts short what was open then: once everybody is dead, nothing is asked any more.
    // What is asked of the cluster is done by the time it is recorded.
    const fromNs = fault.kind === 'kill' || !disturbs(fault) ? (begun.get(step) ?? event.time) : event.time;
    done.push({ fault, nodes, fromNs, toNs });
  };
  for (const event of history) {
    if (event.process !== 'nemesis') continue;
    if (event.value.stage === 'begins') begun.set(event.value.step, event.time);
    if (event.value.stage === 'in-force') open.set(event.value.step, event);
    else close(event.value.step, event.time);
  }
  for (const step of open.keys()) close(step, lastNs(history));
  return done;
}

/** Whether an operation was open across the fault: for one that is on the way to clients, at one of its nodes. */
function bit({ fault, nodes, fromNs, toNs }: StepInForce, operations: readonly Operation[]): boolean {
  const atClients = fault.kind === 'lost-requests' || fault.kind === 'lost-answers';
  return operations.some(
    ({ startNs, endNs, invoke }) =>
      startNs <= toNs && endNs >= fromNs && (!atClients || nodes.includes(invoke.node)),
  );
}

function namesOf({ fault }: Pick<StepInForce, 'fault'>): string[] {
  const kind = `fault:${fault.kind}`;
  return fault.kind === 'partition' ? [kind, `${kind}:${fault.cut}`, `${kind}:${fault.shape}`] : [kind];
}
