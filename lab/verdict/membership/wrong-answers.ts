/** What an answer to a change promises: 200, that exactly what was asked for is committed; a refusal, that it never will be. */
import type { HistoryEvent, Membership, NodeId } from '../../history/history.ts';
import { isSameMembership } from '../../history/configurations.ts';
import type { Evidence, Run } from '../property.ts';
import { pollsByNode, type Poll } from '../status/polls.ts';
import { listed, seconds } from '../words.ts';
import { goals, type Try } from './changes.ts';

/** Granted, and another configuration than the one asked for. */
export function grantedOtherwise({ history }: Run): Evidence[] {
  return goals(history).flatMap(({ tries }) =>
    tries.flatMap(({ invoke, completion }) => {
      if (completion?.type !== 'ok') return [];
      const { to, answer } = completion.value;
      if (answer?.joint === null && isSameMembership(answer, to)) return [];
      const said =
        answer === undefined
          ? 'without the configuration in its body'
          : `with voters ${listed(answer.voters)}, learners ${listed(answer.learners)}${answer.joint === null ? '' : ', still joint'}`;
      return [
        {
          summary:
            `Expected ${completion.node} to answer 200 to a change once voters ${listed(to.voters)} and learners ${listed(to.learners)} are ` +
            `committed, but at ${seconds(completion.time)} it answered so ${said}.`,
          events: [invoke.index, completion.index],
        },
      ];
    }),
  );
}

/** A configuration that a node calls committed although everyone who was asked for it refused. */
export function inForceThoughRefused({ plan, history }: Run): Evidence[] {
  const tries = goals(history).flatMap((goal) => goal.tries);
  const evidence = new Map<NodeId, Evidence>();
  for (const poll of [...pollsByNode(history).values()].flat()) {
    const { voters, configIndex, commitIndex } = poll.status;
    if (voters === undefined || configIndex === undefined || commitIndex === undefined) continue;
    if (voters.length === 0 || commitIndex < configIndex || evidence.has(poll.node)) continue;
    if (isSame(voters, plan.voters)) continue;
    const asked = tries.filter(({ invoke }) => isSame(voters, invoke.value.to.voters));
    const before = asked.filter(({ invoke }) => invoke.time <= poll.answeredNs);
    if (before.length === 0 || !before.every((one) => wasRefusedBefore(one, poll))) continue;
    evidence.set(poll.node, refusedEvidence(poll, voters, before));
  }
  return [...evidence.values()];
}

function wasRefusedBefore({ completion }: Try, { askedNs }: Poll): boolean {
  return completion?.type === 'fail' && completion.time < askedNs;
}

function refusedEvidence(poll: Poll, voters: Membership['voters'], asked: readonly Try[]): Evidence {
  const refusals = asked.flatMap(({ completion }) =>
    completion !== undefined && completion.time < poll.askedNs ? [completion] : [],
  );
  return {
    summary:
      `Expected a change that was refused never to happen, but at ${seconds(poll.answeredNs)} ${poll.node} said that voters ${listed(voters)} are committed ` +
      `at index ${poll.status.configIndex}, and all ${asked.length} requests for them were refused.`,
    events: [...refusals.slice(-3).map(({ index }) => index), poll.index],
    details: refusals.map(({ node, time, error }) => `${node} at ${seconds(time)}: ${error ?? 'refused'}`),
  };
}

function isSame(some: readonly NodeId[], others: readonly NodeId[]): boolean {
  return some.length === others.length && some.every((node) => others.includes(node));
}

/** Whether anybody asked for a change at all. */
export function isChanged(history: readonly HistoryEvent[]): boolean {
  return history.some((event) => event.f === 'change-membership');
}
