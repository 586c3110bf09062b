/**
 * The timeline of conditions, rebuilt from what the lab did: when was there a running majority, of every configuration that may be in force, that Raft
 * promises to serve through? Fully
 * connected, undisturbed, reachable for clients, and cut off from everyone else who runs in both directions. Whatever is not certain (a fault being imposed
 * or lifted, a cut in one direction, a bridge) is no such time.
 */
import { Configurations, isQuorum, possibleVoters } from '../history/configurations.ts';
import type { HistoryEvent, NemesisEvent, NodeId } from '../history/history.ts';
import { disturbs } from '../plan/disturbs.ts';
import { phaseSpan } from './phases.ts';
import type { Run } from './property.ts';

/** A time during which the same nodes, a majority among them, could serve. */
export interface Stretch {
  readonly nodes: readonly NodeId[];
  /** Those of them whose vote counts, or may. */
  readonly voters: readonly NodeId[];
  readonly fromNs: number;
  readonly toNs: number;
}

/** The stretches of the phase in which clients and faults run, in order. */
export function servingStretches({ plan, history }: Run): Stretch[] {
  const faults = phaseSpan(history, 'faults');
  if (faults === undefined) return [];
  const stretches: Stretch[] = [];
  const conditions = new Conditions(plan.nodes, plan.voters);
  let open: Omit<Stretch, 'toNs'> | undefined;
  const close = (toNs: number): void => {
    if (open !== undefined && toNs > open.fromNs) stretches.push({ ...open, toNs });
    open = undefined;
  };
  for (const event of history) {
    if (event.time > faults.toNs) break;
    const changed = conditions.take(event);
    if (!changed && event.index !== faults.index) continue;
    if (event.index < faults.index) continue;
    const serving = conditions.servingMajority();
    if (serving?.nodes.join() === open?.nodes.join() && serving?.voters.join() === open?.voters.join())
      continue;
    close(event.time);
    if (serving !== undefined) open = { ...serving, fromNs: event.time };
  }
  close(faults.toNs);
  return stretches;
}

type StepState = 'unsettled' | NemesisEvent['value'];
/** How one direction of a link is: free, cut whole, or anything between. */
type FlowState = 'clean' | 'cut' | 'murky';

class Conditions {
  readonly #nodes: readonly NodeId[];
  readonly #configurations: Configurations;
  readonly #up = new Set<NodeId>();
  readonly #steps = new Map<string, StepState>();

  constructor(nodes: readonly NodeId[], voters: readonly NodeId[]) {
    this.#nodes = nodes;
    this.#configurations = new Configurations(voters);
  }

  /** @returns whether the event may have changed the conditions */
  take(event: HistoryEvent): boolean {
    if (event.process === 'nemesis') {
      const { step, stage, fault } = event.value;
      if (!disturbs(fault)) return false;
      if (stage === 'over' || stage === 'skipped') this.#steps.delete(step);
      else this.#steps.set(step, stage === 'in-force' ? event.value : 'unsettled');
      return true;
    }
    if (event.f === 'life') {
      if (event.value.state === 'up') this.#up.add(event.node);
      else this.#up.delete(event.node);
      return true;
    }
    if (event.f === 'exit') return this.#up.delete(event.node);
    return this.#configurations.take(event);
  }

  servingMajority(): Pick<Stretch, 'nodes' | 'voters'> | undefined {
    const inForce: NemesisEvent['value'][] = [];
    for (const state of this.#steps.values()) {
      if (state === 'unsettled') return undefined;
      inForce.push(state);
    }
    const running = this.#nodes.filter((node) => this.#up.has(node));
    const flows = new Map<string, FlowState>();
    const troubled = new Set<NodeId>();
    for (const { fault, nodes, rules } of inForce) {
      if (fault.kind === 'pause') for (const node of nodes) troubled.add(node);
      for (const { flow, effect } of rules) {
        const cuts = effect.kind === 'close' || effect.kind === 'black-hole' || effect.kind === 'hold';
        if (flow.from === 'clients') troubled.add(flow.to);
        else if (flow.to === 'clients') troubled.add(flow.from);
        else if (cuts) flows.set(flowName(flow.from, flow.to), 'cut');
        else if (flows.get(flowName(flow.from, flow.to)) !== 'cut')
          flows.set(flowName(flow.from, flow.to), 'murky');
      }
    }
    const flow = (from: NodeId, to: NodeId): FlowState => flows.get(flowName(from, to)) ?? 'clean';
    const apart = (a: NodeId, b: NodeId): boolean => flow(a, b) === 'cut' && flow(b, a) === 'cut';

    const { possible } = this.#configurations;
    const majority = groups(running, apart).find((group) =>
      isQuorum(possible, (node) => group.includes(node)),
    );
    if (majority === undefined || majority.some((node) => troubled.has(node))) return undefined;
    const connected = majority.every((a) => majority.every((b) => a === b || flow(a, b) === 'clean'));
    if (!connected) return undefined;
    const voters = possibleVoters(possible);
    return { nodes: majority, voters: majority.filter((node) => voters.includes(node)) };
  }
}

function flowName(from: string, to: string): string {
  return `${from}>${to}`;
}

/** Splits the nodes into the groups between which everything is cut. */
function groups(nodes: readonly NodeId[], apart: (a: NodeId, b: NodeId) => boolean): NodeId[][] {
  const found: NodeId[][] = [];
  const left = new Set(nodes);
  for (const start of nodes) {
    if (!left.delete(start)) continue;
    const group = [start];
    for (const member of group) {
      for (const other of left) {
        if (apart(member, other)) continue;
        left.delete(other);
        group.push(other);
      }
    }
    found.push(group.toSorted());
  }
  return found;
}
