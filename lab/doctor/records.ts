/** What the doctor has seen over the whole examination, for the checks that judge it at the end. */
import type { NodeExit } from '../cluster/cluster.ts';
import type { NodeId } from '../links/links.ts';
import { jsonObjectOf, type Exchange } from './exchange.ts';
import { problemTypeOf } from './expectations.ts';

const growing = {
  /** Never go back while a process lives. */
  inALife: ['term', 'commitIndex', 'appliedIndex', 'snapshotIndex'],
  /** Never go back across restarts either. */
  forEver: ['term', 'snapshotIndex'],
} as const;

/** How many exchanges are shown for a check that ended with a dead node. */
const latestMax = 2;

interface StepBack {
  readonly field: string;
  readonly before: Exchange;
  readonly after: Exchange;
}

export class Records {
  readonly exits: NodeExit[] = [];
  readonly stepsBack: StepBack[] = [];
  /** The first typed refusal that did not come as `application/problem+json`. */
  refusalInOtherType: Exchange | undefined;
  /** The first JSON answer of 200 that did not come as `application/json`. */
  answerInOtherType: Exchange | undefined;
  readonly #ofCheck: Exchange[] = [];
  readonly #latest = new Map<NodeId, { readonly exchange: Exchange; readonly isOfThisLife: boolean }>();

  addExit(exit: NodeExit): void {
    this.exits.push(exit);
  }

  /** The last exchanges of the check under way, `GET /status` left out. */
  get latestOfCheck(): readonly Exchange[] {
    return this.#ofCheck.slice(-latestMax);
  }

  beginCheck(): void {
    this.#ofCheck.length = 0;
  }

  addExchange(exchange: Exchange): void {
    const { outcome, request } = exchange;
    if (request.path !== '/status') this.#ofCheck.push(exchange);
    if (outcome.kind === 'none') return;
    const type = (outcome.answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    if (outcome.answer.status === 200 && jsonObjectOf(exchange) !== undefined) {
      if (type !== 'application/json') this.answerInOtherType ??= exchange;
    } else if (problemTypeOf(exchange) !== undefined && type !== 'application/problem+json') {
      this.refusalInOtherType ??= exchange;
    }
  }

  newLife(node: NodeId): void {
    const latest = this.#latest.get(node);
    if (latest !== undefined) this.#latest.set(node, { ...latest, isOfThisLife: false });
  }

  /** Statuses of one node are added in the order in which they were asked for. */
  addStatus(node: NodeId, exchange: Exchange): void {
    const status = jsonObjectOf(exchange);
    if (status === undefined) return;
    const latest = this.#latest.get(node);
    if (latest !== undefined) {
      const before = jsonObjectOf(latest.exchange) ?? {};
      for (const field of latest.isOfThisLife ? growing.inALife : growing.forEver) {
        const [was, is] = [before[field], status[field]];
        if (typeof was !== 'number' || typeof is !== 'number' || is >= was) continue;
        this.stepsBack.push({ field, before: latest.exchange, after: exchange });
      }
    }
    this.#latest.set(node, { exchange, isOfThisLife: true });
  }
}
