import type { NodeId } from '../links/links.ts';
import type { Fault } from '../plan/plan.ts';
import { editOf, type Edit } from './edit.ts';
import { lacking } from './features.ts';
import type { Context, Nemesis, Resolution, View } from './nemesis.ts';
import { resolveTarget } from './targets.ts';

type Change = Extract<Fault, { kind: 'membership' }>;

/** How long a newcomer waits until the leader has compacted what it lacks, so that it needs a snapshot. */
const compactedWithinMs = 5_000;
const lookEveryMs = 20;

/**
 * Another configuration, asked for while clients and other faults are at work. The nodes of a step are those who leave or are demoted and then the spare that
 * comes. When the step ends, everyone is asked for as before.
 */
export const membership: Nemesis<Change> = {
  kind: 'membership',
  refuse({ change, target, stays }, size) {
    if ((change === 'add') !== (target === 'spare'))
      return change === 'add' ? 'add takes the target spare' : `${change} needs a voter as its target`;
    if (change === 'demote' && stays === true) return 'a demoted node is promoted again; leave stays out';
    return change !== 'add' && size < 2 ? `a lone voter cannot be part of a ${change}` : undefined;
  },
  resolve(fault, view, random): Resolution {
    const leaving = fault.change === 'add' ? [] : resolveTarget(fault.target, withoutGuests(view), random);
    if ('skipped' in leaving) return { kind: 'skipped', reason: leaving.skipped };
    const coming = fault.change === 'add' || fault.change === 'replace' ? view.spares.slice(0, 1) : [];
    if (coming.length === 0 && fault.change !== 'remove' && fault.change !== 'demote')
      return { kind: 'skipped', reason: 'every node is in the configuration' };
    if (leaving.length - coming.length >= view.voters.length)
      return { kind: 'skipped', reason: 'no voter would be left' };
    if (view.leader === null) return { kind: 'skipped', reason: 'nobody leads' };
    const isJoint = leaving.length + coming.length > 1;
    return (
      lacking(view, [view.leader], 'membership') ??
      (isJoint ? lacking(view, [view.leader], 'joint') : undefined) ?? {
        kind: 'resolved',
        nodes: [...leaving, ...coming],
        rules: [],
      }
    );
  },
  async begin({ step, fault, nodes }, context) {
    const { leaving, coming } = parted(fault, nodes);
    await Promise.all(coming.map((node) => bringUp(node, context)));
    let chosen = leaving;
    const asked = await context.operator.change(step, (leader, isFree) => {
      // The leader is whoever leads when it is asked, not when the step began.
      if (fault.target === 'leader' && isFree) chosen = [leader];
      return there(fault, chosen, coming);
    });
    const now = [...chosen, ...coming];
    return asked.kind === 'done' ? { nodes: now } : { nodes: now, givenUp: asked.reason };
  },
  async end({ step, fault, nodes }, { operator, view }) {
    if (fault.stays === true) return;
    const { leaving, coming } = parted(fault, nodes);
    // A leader that was asked to leave may have been a spare, which does not come back as a voter.
    const { spares } = view();
    const away = leaving.filter((node) => spares.includes(node));
    const back = leaving.filter((node) => !spares.includes(node));
    const everyone = new Map([...editOf(back, 'voter'), ...editOf([...away, ...coming], 'outside')]);
    await operator.change(step, () => everyone);
  },
};

/** Whom one step has added is not drawn by another: it would come back as a voter when the first has sent it away. */
function withoutGuests(view: View): View {
  return { ...view, voters: view.voters.filter((node) => !view.guests.includes(node)) };
}

interface Parted {
  readonly leaving: readonly NodeId[];
  readonly coming: readonly NodeId[];
}

function parted({ change }: Change, nodes: readonly NodeId[]): Parted {
  switch (change) {
    case 'add':
      return { leaving: [], coming: nodes };
    case 'replace':
      return { leaving: nodes.slice(0, -1), coming: nodes.slice(-1) };
    case 'remove':
    case 'demote':
      return { leaving: nodes, coming: [] };
  }
}

function there({ change }: Change, leaving: readonly NodeId[], coming: readonly NodeId[]): Edit {
  const place = change === 'demote' ? 'learner' : 'outside';
  return new Map([...editOf(leaving, place), ...editOf(coming, 'voter')]);
}

/** Starts a spare that was never started, as soon as the leader has dropped the beginning of its log. */
async function bringUp(node: NodeId, { control, view, snapshotEntries, sleep }: Context): Promise<void> {
  if (view().nodes.includes(node)) return;
  const hasDropped = (): boolean => {
    const now = view();
    const said = now.leader === null ? undefined : now.status(now.leader);
    if (said === undefined) return false;
    return said.snapshotIndex === undefined || said.snapshotIndex > snapshotEntries;
  };
  for (let waitedMs = 0; waitedMs < compactedWithinMs && !hasDropped(); waitedMs += lookEveryMs)
    await sleep(lookEveryMs);
  await control.start(node);
}
