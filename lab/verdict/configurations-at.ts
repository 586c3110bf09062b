import { certainVoters, Configurations } from '../history/configurations.ts';
import type { Membership, NodeId } from '../history/history.ts';
import { phaseSpan } from './phases.ts';
import type { Run } from './property.ts';

/** The configurations that may be in force at a time, by what was recorded up to then. */
export function configurationsAt({ plan, history }: Run, atNs: number): readonly Membership[] {
  const configurations = new Configurations(plan.voters);
  for (const event of history) {
    if (event.time > atNs) break;
    configurations.take(event);
  }
  return configurations.possible;
}

/** Those that may be in force once everything is healed and the lab asks for no more changes: what the contract promises for the end is about them. */
export function finalConfigurations(run: Run): readonly Membership[] {
  return configurationsAt(run, phaseSpan(run.history, 'final-reads')?.fromNs ?? Infinity);
}

/** Who certainly votes then. */
export function finalVoters(run: Run): readonly NodeId[] {
  return certainVoters(finalConfigurations(run));
}
