/** The links of a simulated cluster: one flow for each direction between any two ends. */
import { forkSeed, seededRandom } from '@raft-lab/workloads';
import { LabError } from '../../lab-error.ts';
import type { LinkEnd, LinkRule, Links } from '../../links/links.ts';
import { Flow } from './flow.ts';
import type { VirtualTime } from './virtual-time.ts';

export class SimLinks implements Links {
  /** By the end where they begin, then by the one where they end. */
  readonly #flows = new Map<LinkEnd, ReadonlyMap<LinkEnd, Flow>>();
  readonly #imposed = new Map<string, readonly Flow[]>();
  readonly #onReset: () => void;
  readonly #onReleased: (count: number) => void;

  /**
   * @param ends everything between which there are flows, each to each.
   * @param onReset called when everything is lifted: whatever else is wrong with the world ends as well, so that what follows can be expected to work.
   * @param onReleased told how many held messages go on their way.
   */
  constructor(
    time: VirtualTime,
    seed: number,
    ends: readonly LinkEnd[],
    onReset: () => void,
    onReleased: (count: number) => void,
  ) {
    for (const from of ends) {
      const others = ends.filter((to) => to !== from);
      const flowTo = (to: LinkEnd): Flow =>
        new Flow(time, seededRandom(forkSeed(seed, `flow-${from}-${to}`)));
      this.#flows.set(from, new Map(others.map((to) => [to, flowTo(to)])));
    }
    this.#onReset = onReset;
    this.#onReleased = onReleased;
  }

  flow(from: LinkEnd, to: LinkEnd): Flow {
    const flow = this.#flows.get(from)?.get(to);
    if (flow === undefined) throw new LabError('links', `There is no link from ${from} to ${to}.`);
    return flow;
  }

  impose(name: string, rules: readonly LinkRule[]): Promise<void> {
    if (this.#imposed.has(name)) {
      return refusal(`Faults are in force under the name "${name}" already; lift them first.`);
    }
    const flows = rules.map(({ flow, effect }) => {
      const found = this.flow(flow.from, flow.to);
      found.impose(name, effect);
      return found;
    });
    this.#imposed.set(name, flows);
    return Promise.resolve();
  }

  lift(name: string): Promise<void> {
    const flows = this.#imposed.get(name);
    if (flows === undefined) return refusal(`No faults are in force under the name "${name}".`);
    this.#imposed.delete(name);
    for (const flow of new Set(flows)) this.#onReleased(flow.lift(name));
    return Promise.resolve();
  }

  async reset(): Promise<void> {
    for (const name of [...this.#imposed.keys()]) await this.lift(name);
    this.#onReset();
  }
}

function refusal(message: string): Promise<never> {
  return Promise.reject(new LabError('links', message));
}
