/**
 * The timeline of conditions, rebuilt from what the lab did: when was there a running majority that Raft promises to serve through? Fully
 * connected, undisturbed, reachable for clients, and cut off from everyone else who runs in both directions. Whatever is not certain (a fault being imposed
 * or lifted, a cut in one direction, a bridge) is no such time.
 */
import type { HistoryEvent, NemesisEvent, NodeId } from '../history/history.ts';
import { phaseSpan } from './phases.ts';
import type { Run } from './property.ts';

/** A time during which the same majority could serve. */
export interface Stretch {
  readonly nodes: readonly NodeId[];
  readonly fromNs: number;
  readonly toNs: number;
}

/** The stretches of the phase in which clients and faults run, in order. */
export function servingStretches({ plan, history }: Run): Stretch[] {
  const faults = phaseSpan(history, 'faults');
  if (faults === undefined) return [];
  const stretches: Stretch[] = [];
  const conditions = new Conditions(plan.nodes, plan.voters);
  let open: { nodes: readonly NodeId[]; fromNs: number } | undefined;
  const close = (toNs: number): void => {
    if (open !== undefined && toNs > open.fromNs) stretches.push({ ...open, toNs });
    open = undefined;
  };
  for (const event of history) {
    if (event.time > faults.toNs) break;
    const changed = conditions.take(event);
    if (!changed && event.index !== faults.index) continue;
    if (event.index < faults.index) continue;
    const nodes = conditions.servingMajority();
    if (nodes?.join() === open?.nodes.join()) continue;
    close(event.time);
    if (nodes !== undefined) open = { nodes, fromNs: event.time };
  }
  close(faults.toNs);
  return stretches;
}

type StepState = 'unsettled' | NemesisEvent['value'];
/** How one direction of a link is: free, cut whole, or anything between. */
type FlowState = 'clean' | 'cut' | 'murky';

class Conditions {
  readonly #nodes: readonly NodeId[];
  readonly #voters: ReadonlySet<NodeId>;
  readonly #up = new Set<NodeId>();
  readonly #steps = new Map<string, StepState>();

  constructor(nodes: readonly NodeId[], voters: readonly NodeId[]) {
    this.#nodes = nodes;
    this.#voters = new Set(voters);
  }

  /** @returns whether the event may have changed the conditions */
  take(event: HistoryEvent): boolean {
    if (event.process === 'nemesis') {
      const { step, stage } = event.value;
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
    return false;
  }

  servingMajority(): readonly NodeId[] | undefined {
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

    const majority = groups(running, apart).find(
      (group) => group.filter((node) => this.#voters.has(node)).length * 2 > this.#voters.size,
    );
    if (majority === undefined || majority.some((node) => troubled.has(node))) return undefined;
    const connected = majority.every((a) => majority.every((b) => a === b || flow(a, b) === 'clean'));
    return connected ? majority : undefined;
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
