/**
 * What the obedient nodes of the tests share: one state in memory, in place of consensus. It survives the nodes, as their disks would,
 * and a majority of them can use it.
 */
import type { NodeId } from '../../links/links.ts';

interface Session {
  readonly n: number;
  readonly answer: string;
}

export class Republic {
  readonly nodes: readonly NodeId[];
  readonly token: string;
  readonly running = new Set<NodeId>();
  readonly registers = new Map<string, string>();
  readonly sessions = new Map<string, Session>();
  readonly snapshotIndices = new Map<NodeId, number>();
  voters: readonly string[];
  learners: readonly string[] = [];
  configIndex = 1;
  index = 1;
  term = 0;
  leader: NodeId | undefined;

  constructor(nodes: readonly NodeId[], token: string) {
    this.nodes = nodes;
    this.voters = nodes;
    this.token = token;
  }

  /** To be called when a node came or went: whoever can lead, leads. */
  elect(wanted?: NodeId): void {
    const hasMajority = this.running.size * 2 > this.nodes.length;
    if (this.leader !== undefined && this.running.has(this.leader) && wanted === undefined && hasMajority)
      return;
    this.leader = hasMajority ? (wanted ?? this.nodes.find((node) => this.running.has(node))) : undefined;
    if (this.leader !== undefined) this.term += 1;
  }
}
