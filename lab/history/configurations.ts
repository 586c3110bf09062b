/**
 * Which configurations may be in force, as far as what the lab asked, and was answered, tells. A change of unknown outcome counts as both: the configuration
 * before it and the one it asked for. In a joint configuration both count too, so that a quorum of every possible configuration is a quorum in any case.
 */
import type { HistoryEvent, Membership, NodeId, OperatorEvent, Status } from './history.ts';

type ChangeEvent = Extract<OperatorEvent, { f: 'change-membership' }>;

/** A request that may have taken effect, or may yet. */
interface Pending {
  readonly to: Membership;
  readonly onTopOf: number;
  /** Whether one voter more or less is all that it changes. */
  readonly isSingle: boolean;
  readonly state: 'open' | 'unknown';
}

/** A fold over the history, from its first line. */
export class Configurations {
  #base: Membership;
  readonly #pending = new Map<number, Pending>();
  #possible: readonly Membership[];

  /** @param voters the first configuration */
  constructor(voters: readonly NodeId[]) {
    this.#base = sorted({ voters: [...voters], learners: [] });
    this.#possible = [this.#base];
  }

  /** Each configuration that may be in force, once; the one that was last known to be comes first. */
  get possible(): readonly Membership[] {
    return this.#possible;
  }

  /** The configuration in force, where nothing else is possible. */
  get certain(): Membership | undefined {
    return this.#possible.length === 1 ? this.#possible[0] : undefined;
  }

  /** @returns whether other configurations are possible than before */
  take(event: HistoryEvent): boolean {
    if (event.f === 'change-membership') this.#takeRequest(event);
    else if (event.f === 'status') {
      if (this.#pending.size === 0 || !this.#isSettledBy(event.value.status)) return false;
    } else return false;
    const before = this.#possible;
    this.#possible = this.#all();
    return before.map(nameOf).join(' ') !== this.#possible.map(nameOf).join(' ');
  }

  #takeRequest({ type, value }: ChangeEvent): void {
    const { request, from, to, onTopOf, answer } = value;
    const isSingle = votersChanged(from, to) <= 1;
    switch (type) {
      case 'invoke':
        this.#pending.set(request, { to: sorted(to), onTopOf, isSingle, state: 'open' });
        return;
      case 'fail':
        this.#pending.delete(request);
        return;
      case 'info':
        this.#pending.set(request, { to: sorted(to), onTopOf, isSingle, state: 'unknown' });
        return;
      case 'ok':
        this.#pending.delete(request);
        this.#settle(sorted(answer ?? to));
    }
  }

  /**
   * A node that calls the configuration which was asked for committed has it from the log. Of a change of several voters it cannot be told so whether the
   * joint configuration was left already.
   */
  #isSettledBy({ voters, learners, configIndex, commitIndex }: Status): boolean {
    if (voters === undefined || configIndex === undefined || commitIndex === undefined) return false;
    if (commitIndex < configIndex) return false;
    const said = nameOf(sorted({ voters, learners: learners ?? [] }));
    for (const { to, onTopOf, isSingle, state } of this.#pending.values()) {
      if (state !== 'unknown' || !isSingle || configIndex <= onTopOf || nameOf(to) !== said) continue;
      this.#settle(to);
      return true;
    }
    return false;
  }

  /** What is in force now was asked for on top of what was: an older request of unknown outcome is too late, wherever it is. */
  #settle(configuration: Membership): void {
    this.#base = configuration;
    for (const [request, { state }] of this.#pending) if (state === 'unknown') this.#pending.delete(request);
  }

  #all(): Membership[] {
    const all = [this.#base, ...[...this.#pending.values()].map(({ to }) => to)];
    return [...new Map(all.map((one) => [nameOf(one), one])).values()];
  }
}

/** Everyone whose vote may count. */
export function possibleVoters(possible: readonly Membership[]): readonly NodeId[] {
  return [...new Set(possible.flatMap(({ voters }) => voters))].toSorted();
}

/** Everyone whose vote certainly counts. */
export function certainVoters(possible: readonly Membership[]): readonly NodeId[] {
  return possibleVoters(possible).filter((node) => possible.every(({ voters }) => voters.includes(node)));
}

/** Whether these nodes hold a majority in each configuration that may be in force. */
export function isQuorum(possible: readonly Membership[], has: (node: NodeId) => boolean): boolean {
  return possible.every(({ voters }) => voters.filter(has).length * 2 > voters.length);
}

/** How many voters the one has and the other has not. */
export function votersChanged(one: Membership, other: Membership): number {
  const lacking = (some: readonly NodeId[], others: readonly NodeId[]): number =>
    some.filter((node) => !others.includes(node)).length;
  return lacking(one.voters, other.voters) + lacking(other.voters, one.voters);
}

export function isSameMembership(one: Membership, other: Membership): boolean {
  return nameOf(sorted(one)) === nameOf(sorted(other));
}

function sorted({ voters, learners }: Membership): Membership {
  return { voters: voters.toSorted(), learners: learners.toSorted() };
}

function nameOf({ voters, learners }: Membership): string {
  return `${voters.join('+')}/${learners.join('+')}`;
}
