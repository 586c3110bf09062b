/**
 * When nothing stood in anybody's way: no fault in force, every node that was started runs, and the lab asked the cluster for nothing. What a node owes is
 * judged by what it did in such a time.
 */
import { Configurations } from '../../history/configurations.ts';
import type { HistoryEvent, Membership, NodeId } from '../../history/history.ts';
import { disturbs } from '../../plan/disturbs.ts';
import { lastNs } from '../phases.ts';
import type { Run } from '../property.ts';

export interface Calm {
  readonly fromNs: number;
  readonly toNs: number;
}

/** A calm during which one configuration was certainly in force, and nobody asked for another or for another leader. */
export interface SettledCalm extends Calm {
  readonly configuration: Membership;
  /** Those that ran. */
  readonly nodes: readonly NodeId[];
}

/** Calm but for what the lab asks of the cluster as its operator. */
export function calmStretches({ history }: Run): Calm[] {
  const world = new World();
  return stretches(
    history,
    (event) => world.take(event),
    () => (world.isCalm ? {} : undefined),
  ).map(({ fromNs, toNs }) => ({ fromNs, toNs }));
}

export function settledStretches({ plan, history }: Run): SettledCalm[] {
  const world = new World();
  const configurations = new Configurations(plan.voters);
  const requests = new Set<number>();
  return stretches(
    history,
    (event) => {
      world.take(event);
      configurations.take(event);
      if (event.f !== 'change-membership' && event.f !== 'transfer-leadership') return;
      if (event.type === 'invoke') requests.add(event.value.request);
      else requests.delete(event.value.request);
    },
    () => {
      const { certain: configuration } = configurations;
      if (!world.isCalm || requests.size > 0 || configuration === undefined) return undefined;
      return { configuration, nodes: world.running };
    },
  );
}

/** Cuts the history where `state` changes between undefined and something, and keeps what it was at the beginning of each stretch. */
function stretches<S extends object>(
  history: readonly HistoryEvent[],
  take: (event: HistoryEvent) => unknown,
  state: () => S | undefined,
): (S & Calm)[] {
  const found: (S & Calm)[] = [];
  let open: (S & { fromNs: number }) | undefined;
  for (const event of history) {
    take(event);
    const now = state();
    if (now === undefined && open !== undefined) {
      found.push({ ...open, toNs: event.time });
      open = undefined;
    } else if (now !== undefined) open ??= { ...now, fromNs: event.time };
  }
  if (open !== undefined) found.push({ ...open, toNs: lastNs(history) });
  return found;
}

class World {
  readonly #steps = new Set<string>();
  readonly #up = new Set<NodeId>();
  readonly #down = new Set<NodeId>();
  #isCut = false;
  #isWorking = false;

  get isCalm(): boolean {
    return this.#isWorking && !this.#isCut && this.#steps.size === 0 && this.#down.size === 0;
  }

  get running(): readonly NodeId[] {
    return [...this.#up].toSorted();
  }

  take(event: HistoryEvent): void {
    if (event.process === 'nemesis') this.#takeStep(event.value);
    else if (event.f === 'life' && event.value.state === 'up') {
      this.#up.add(event.node);
      this.#down.delete(event.node);
    } else if (event.f === 'life' || event.f === 'exit') {
      this.#up.delete(event.node);
      this.#down.add(event.node);
    } else if (event.f === 'start-failed') this.#down.add(event.node);
    else if (event.f === 'cut-off') this.#isCut = event.value.cut.length > 0;
    // While it heals, the lab undoes what its steps left behind.
    else if (event.f === 'phase') this.#isWorking = !['start', 'heal', 'stop'].includes(event.value);
  }

  #takeStep({ step, stage, fault }: Extract<HistoryEvent, { process: 'nemesis' }>['value']): void {
    if (!disturbs(fault)) return;
    if (stage === 'over' || stage === 'skipped') this.#steps.delete(step);
    else this.#steps.add(step);
  }
}
