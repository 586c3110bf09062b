/** After the last heal, counted from when every restarted node answers `/status`, there is soon a leader and an accepted write. */
import { pairOperations, type Operation } from '../history/operations.ts';
import { possibleVoters } from '../history/configurations.ts';
import { configurationsAt } from './configurations-at.ts';
import { lagEvidence } from './lag.ts';
import { lastNs, phaseSpan } from './phases.ts';
import type { Concern, Evidence, Property, PropertyResult, Run } from './property.ts';
import { pollsByNode } from './status/polls.ts';
import { listed, nsPerMs, seconds } from './words.ts';

const name = 'recovers';
const concern: Concern = 'liveness';

export const recovers: Property = (run) => {
  const recover = phaseSpan(run.history, 'recover');
  if (recover === undefined)
    return undecided({
      summary:
        'The run ended before everything was healed, so there was nothing to recover from. A whole run would decide it.',
      events: [],
    });
  return recoversFrom(run, { time: recover.fromNs, index: recover.index }, run.plan.recoverWithinMs);
};

/** @param healed the time, and the history line, at which nothing was wrong any more */
export function recoversFrom(
  run: Run,
  healed: { readonly time: number; readonly index: number },
  withinMs: number,
): PropertyResult {
  const { history } = run;
  const healedNs = healed.time;
  const limitNs = healedNs + withinMs * nsPerMs;
  const within = seconds(withinMs * nsPerMs);
  const writes = pairOperations(history).filter(
    (operation) => operation.f !== 'read' && operation.endNs >= healedNs,
  );
  const accepted = firstAccepted(writes);
  if (accepted?.completion !== undefined && accepted.endNs <= limitNs)
    return leaderSaid(run, accepted.completion.index, accepted.endNs, healedNs);

  const lag = lagEvidence(history, healedNs, limitNs);
  if (lag !== undefined) return undecided(lag);
  if (accepted?.completion !== undefined)
    return fail({
      summary: `Expected an accepted write within ${within} of the last heal, but the first one took ${seconds(accepted.endNs - healedNs)}.`,
      events: [healed.index, accepted.completion.index],
      details: roles(run, limitNs),
    });
  const tried = writes.filter((operation) => operation.startNs <= limitNs);
  if (tried.length === 0 || lastNs(history) < limitNs)
    return undecided({
      summary: `No write was accepted after the last heal, but the run ${tried.length === 0 ? 'tried none' : 'ended'} within the ${within} that a cluster has. A whole run would decide it.`,
      events: [healed.index],
    });
  return fail({
    summary: `Expected a leader and an accepted write within ${within} of the last heal at ${seconds(healedNs)}, but of ${tried.length} writes tried none was accepted.`,
    events: [
      healed.index,
      ...tried.slice(-3).map((operation) => operation.completion?.index ?? operation.invoke.index),
    ],
    details: [...roles(run, limitNs), ...refusals(tried)],
  });
}

function firstAccepted(writes: readonly Operation[]): Operation | undefined {
  let first: Operation | undefined;
  for (const operation of writes) {
    const { completion } = operation;
    if (completion?.type !== 'ok') continue;
    // A comparison that did not match is an answer, but it writes nothing.
    if (completion.f === 'cas' && !completion.value.swapped) continue;
    if (first === undefined || operation.endNs < first.endNs) first = operation;
  }
  return first;
}

/** A write was accepted in time; somebody ought to say that it leads. */
function leaderSaid(run: Run, write: number, acceptedNs: number, healedNs: number): PropertyResult {
  const polls = pollsByNode(run.history);
  const later = [...polls.values()].flat().filter((poll) => poll.answeredNs >= healedNs);
  const leader = later.find((poll) => poll.status.role === 'leader');
  const took = `A write was accepted ${seconds(acceptedNs - healedNs)} after the last heal`;
  if (leader !== undefined)
    return { name, verdict: 'pass', concern, evidence: [{ summary: `${took}.`, events: [write] }] };
  const voters = possibleVoters(configurationsAt(run, acceptedNs));
  const asked = voters.filter((voter) =>
    later.some((poll) => poll.node === voter && poll.askedNs >= acceptedNs),
  );
  if (asked.length < voters.length)
    return undecided({
      summary: `${took}, but not every voter was asked afterwards whether it leads. A longer run would decide it.`,
      events: [write],
    });
  return fail({
    summary: `${took}, but no node ever said that it leads: expected role "leader" in the status of one of ${listed(voters)}.`,
    events: [write],
  });
}

/** What each node last said of itself by then. */
function roles({ plan, history }: Run, untilNs: number): string[] {
  const polls = pollsByNode(history);
  return plan.nodes.map((node) => {
    const last = polls.get(node)?.findLast((poll) => poll.answeredNs <= untilNs);
    return last === undefined
      ? `${node} never answered /status`
      : `${node} said at ${seconds(last.answeredNs)}: ${last.status.role} in term ${last.status.term}, leader ${last.status.leader ?? 'unknown'}`;
  });
}

function refusals(tried: readonly Operation[]): string[] {
  const counts = new Map<string, number>();
  for (const { completion } of tried) {
    const answer = completion?.error ?? completion?.type ?? 'no answer';
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  return [...counts].map(([answer, count]) => `${count} × ${answer}`);
}

function undecided(evidence: Evidence): PropertyResult {
  return { name, verdict: 'undecided', concern, evidence: [evidence] };
}

function fail(evidence: Evidence): PropertyResult {
  return { name, verdict: 'fail', concern, evidence: [evidence] };
}
