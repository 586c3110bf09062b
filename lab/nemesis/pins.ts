/** The targets of an earlier run, for a replay: each step concerns whom it concerned then, whoever leads now. */
import type { HistoryEvent } from '../history/history.ts';
import type { Fault } from '../plan/plan.ts';
import type { Resolution, Resolved, View } from './nemesis.ts';

/** By the names of the steps, what each turned out to concern. Steps that the recorded run did not come to are missing. */
export type Pins = ReadonlyMap<string, Resolution>;

export function pinsOf(history: readonly HistoryEvent[]): Pins {
  const pins = new Map<string, Resolution>();
  for (const event of history) {
    if (event.process !== 'nemesis') continue;
    const { step, stage, nodes, rules, reason } = event.value;
    if (stage === 'in-force') pins.set(step, { kind: 'resolved', nodes, rules });
    if (stage === 'skipped') pins.set(step, { kind: 'skipped', reason: reason ?? 'no reason was given' });
  }
  return pins;
}

/** Whether any fault came in force, so that there is something to replay. */
export function pinsSomething(pins: Pins): boolean {
  return pins.values().some(({ kind }) => kind === 'resolved');
}

/** The recorded target, or why it makes no sense now. */
export function resolvePinned(fault: Fault, pin: Resolution, { running, spares }: View): Resolution {
  if (pin.kind === 'skipped') {
    const reason = `it was skipped in the recorded run too: ${pin.reason}`;
    return { kind: 'skipped', reason, isFinal: true };
  }
  // Whoever joins a configuration is started for it.
  const there = fault.kind === 'membership' ? [...running, ...spares] : running;
  const absent = pin.nodes.filter((node) => !there.includes(node));
  if (absent.length === 0) return pin;
  return {
    kind: 'skipped',
    reason: `${absent.join(', ')}, whom it concerned in the recorded run, is not running`,
  };
}

/** The fault with the recorded leader in the place of whoever leads when the configuration is asked to change. */
export function pinnedFault(fault: Fault, pin: Resolution): Fault {
  const [leader] = pin.kind === 'resolved' ? pin.nodes : [];
  if (fault.kind !== 'membership' || fault.target !== 'leader' || leader === undefined) return fault;
  return { ...fault, target: leader };
}

/** What a reader should know of a pinned step that begins: a recorded leader need not lead now. */
export function pinnedRemark(fault: Fault, { nodes }: Resolved, { leader }: View): string | undefined {
  if (fault.target !== 'leader' || leader === nodes[0]) return undefined;
  return `${nodes.join()} led in the recorded run; now ${leader ?? 'nobody'} leads`;
}
