/** What one register may hold, as the only client that writes it knows: enough to judge every answer at once, without a history that grows. */

export class OwnRegister {
  /** The latest write that was acknowledged, and those of unknown outcome since: they may have happened, or may yet. */
  #known: string | null = null;
  readonly #open = new Set<string>();

  wrote(value: string, outcome: 'ok' | 'refused' | 'unknown'): void {
    if (outcome === 'unknown') this.#open.add(value);
    if (outcome !== 'ok') return;
    this.#known = value;
  }

  /** Whether a linearizable read that began after the last write ended may see this. Values are never written twice. */
  mayHold(seen: string | null): boolean {
    return seen === this.#known || (seen !== null && this.#open.has(seen));
  }

  /** What a read saw is what later reads see, until the next write, or one of the open ones, takes its place. */
  saw(seen: string | null): void {
    this.#known = seen;
    if (seen !== null) this.#open.delete(seen);
  }
}
