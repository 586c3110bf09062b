/** The changes of the configuration that a run saw committed, by what was asked for and answered. */
import { isSameMembership, votersChanged } from '../../history/configurations.ts';
import type { HistoryEvent, NodeId, OperatorEvent } from '../../history/history.ts';

/** `remove-leader` is a `remove` too: the node that was asked to leave led. `joint`: several voters at once. */
export type ChangeKind = 'add' | 'remove' | 'remove-leader' | 'demote' | 'promote' | 'joint';

type ChangeEvent = Extract<OperatorEvent, { f: 'change-membership' }>;

/** All tries for one change, in order. */
export interface Goal {
  readonly step: string;
  readonly tries: readonly Try[];
}

export interface Try {
  readonly invoke: ChangeEvent;
  /** Undefined where the history ends before the answer. */
  readonly completion: ChangeEvent | undefined;
}

export interface CommittedChange {
  readonly kinds: readonly ChangeKind[];
  /** New voters that were not even learners before. */
  readonly come: readonly NodeId[];
  /** From the first request to the answer that it is in force. */
  readonly fromNs: number;
  readonly toNs: number;
}

export function goals(history: readonly HistoryEvent[]): Goal[] {
  const found = new Map<number, { step: string; tries: Map<number, Try> }>();
  for (const event of history) {
    if (event.f !== 'change-membership') continue;
    const { step, goal, request } = event.value;
    const tries = found.get(goal)?.tries ?? new Map<number, Try>();
    found.set(goal, { step, tries });
    const open = tries.get(request);
    tries.set(
      request,
      open === undefined ? { invoke: event, completion: undefined } : { ...open, completion: event },
    );
  }
  return [...found.values()].map(({ step, tries }) => ({ step, tries: [...tries.values()] }));
}

export function committedChanges(history: readonly HistoryEvent[]): CommittedChange[] {
  return goals(history).flatMap(({ tries }) => {
    const granted = tries.find(({ completion }) => completion?.type === 'ok');
    // What the first try found in force may be what it left behind, so it is compared with what was granted in the end.
    const { invoke: first } = tries[0] ?? {};
    if (granted?.completion === undefined || first === undefined) return [];
    const { to } = granted.invoke.value;
    const { from } = first.value;
    if (isSameMembership(from, to)) return [];
    const come = to.voters.filter((node) => !from.voters.includes(node) && !from.learners.includes(node));
    const kinds = kindsOf(granted.invoke, from);
    return [{ kinds, come, fromNs: first.time, toNs: granted.completion.time }];
  });
}

function kindsOf(
  { node: leader, value: { to } }: ChangeEvent,
  from: ChangeEvent['value']['from'],
): ChangeKind[] {
  if (votersChanged(from, to) > 1) return ['joint'];
  const gone = from.voters.find((node) => !to.voters.includes(node));
  const come = to.voters.find((node) => !from.voters.includes(node));
  if (gone !== undefined) return to.learners.includes(gone) ? ['demote'] : removal(gone, leader);
  if (come === undefined) return [];
  return from.learners.includes(come) ? ['promote'] : ['add'];
}

function removal(gone: NodeId, leader: NodeId): ChangeKind[] {
  return gone === leader ? ['remove', 'remove-leader'] : ['remove'];
}
