/**
 * What must hold across the cluster, looked at after every step of every node, and kept so that a step costs only what it changed (Raft, figure 3).
 * Log matching is kept by induction: an index and a term name one entry, and one entry before it.
 */
import type { Configuration } from '@raft-lab/node/core/configuration.ts';
import { halves, isJoint, isVoter } from '@raft-lab/node/core/configuration.ts';
import type { Entry, Payload } from '@raft-lab/node/core/entry.ts';
import type { Outgoing } from '@raft-lab/node/core/messages.ts';
import type { NodeId } from '../../links/links.ts';
import type { Counts } from './counters.ts';
import { LawBroken } from './law-broken.ts';
import type { ShadowLog } from './shadow-log.ts';
import type { SimDisk } from './sim-disk.ts';

interface Known {
  readonly payload: Payload;
  readonly previousTerm: number;
  readonly node: NodeId;
}

interface Committed {
  readonly term: number;
  /** The term of whoever first knew it to be committed. */
  readonly inTerm: number;
  readonly payload: Payload;
  readonly node: NodeId;
}

interface Configured {
  readonly configuration: Configuration;
  readonly index: number;
  readonly term: number;
}

export class Laws {
  readonly #leaders = new Map<number, NodeId>();
  readonly #known = new Map<string, Known>();
  readonly #committed = new Map<number, Committed>();
  readonly #hashes = new Map<number, { readonly hash: string; readonly node: NodeId }>();
  readonly #counts: Counts;
  #highest = 0;
  #configuration: Configured | null = null;

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  /** The highest index that any node has known to be committed. */
  get highestCommitted(): number {
    return this.#highest;
  }

  /** Entries came into a node's log, after the one whose term is given. */
  appended(node: NodeId, entries: readonly Entry[], termBefore: number): void {
    let previousTerm = termBefore;
    for (const { index, term, payload } of entries) {
      const name = `${index}/${term}`;
      const known = this.#known.get(name);
      if (known === undefined) this.#known.set(name, { payload, previousTerm, node });
      else if (known.previousTerm !== previousTerm || !samePayload(known.payload, payload)) {
        throw new LawBroken(
          'log-matching',
          `Two logs differ although both hold an entry ${index} of term ${term}: ` +
            `${node} has it after term ${previousTerm}, ${known.node} has ${samePayload(known.payload, payload) ? 'the same' : 'another'} after term ${known.previousTerm}.`,
        );
      }
      previousTerm = term;
    }
  }

  /** A node leads; `log` is its log when it was elected or later. */
  leads(node: NodeId, term: number, log: ShadowLog): void {
    const leader = this.#leaders.get(term);
    if (leader === node) return;
    if (leader !== undefined) {
      throw new LawBroken('one-leader-a-term', `Both ${leader} and ${node} lead in term ${term}.`);
    }
    this.#leaders.set(term, node);
    this.#counts.elections += 1;
    this.#holdsCommitted(node, term, log);
  }

  /**
   * A node in `term` knows `entry` to be committed.
   * @param leaders those who lead now, with their logs.
   */
  committed(
    node: NodeId,
    term: number,
    entry: Entry,
    leaders: () => Iterable<{ readonly node: NodeId; readonly term: number; readonly log: ShadowLog }>,
  ): void {
    const { index, payload } = entry;
    const known = this.#committed.get(index);
    if (known !== undefined) {
      if (known.term === entry.term && samePayload(known.payload, payload)) return;
      throw new LawBroken(
        'committed-never-changes',
        `${node} applies an entry of term ${entry.term} at ${index}, where ${known.node} has applied ${known.term === entry.term ? 'another' : 'one'} of term ${known.term}.`,
      );
    }
    this.#committed.set(index, { term: entry.term, inTerm: term, payload, node });
    this.#highest = Math.max(this.#highest, index);
    if (payload.kind === 'configuration')
      this.#configured({ configuration: payload.configuration, index, term: entry.term });
    for (const leader of leaders()) {
      if (leader.term > term) this.#holdsCommitted(leader.node, leader.term, leader.log);
    }
  }

  /** A node has applied everything up to `index`. */
  applied(node: NodeId, index: number, hash: string): void {
    const known = this.#hashes.get(index);
    if (known === undefined) this.#hashes.set(index, { hash, node });
    else if (known.hash !== hash) {
      throw new LawBroken(
        'equal-applied-hash',
        `${node} has the state ${hash} after applying ${index}, ${known.node} had ${known.hash}.`,
      );
    }
  }

  /** What a message says of its sender's disk is true when it leaves. */
  said(node: NodeId, { to, message }: Outgoing, disk: Pick<SimDisk, 'hardState' | 'lastIndex'>): void {
    const { hardState } = disk;
    if (message.kind === 'vote' && message.granted && !message.pre) {
      if (hardState.term > message.term) return;
      if (hardState.term === message.term && hardState.votedFor === to) return;
      throw new LawBroken(
        'durable-before-said',
        `${node} grants ${to} its vote in term ${message.term}, but its disk has term ${hardState.term} and a vote for ${hardState.votedFor ?? 'nobody'}.`,
      );
    }
    if (message.kind === 'append-ack' && message.matched > disk.lastIndex) {
      throw new LawBroken(
        'durable-before-said',
        `${node} acknowledges entries up to ${message.matched}, but its disk ends at ${disk.lastIndex}.`,
      );
    }
  }

  #holdsCommitted(node: NodeId, term: number, log: ShadowLog): void {
    if (log.base.index >= this.#highest) return;
    const committed = this.#committed.get(this.#highest);
    if (committed === undefined || log.termAt(this.#highest) === committed.term) return;
    // What was committed in a later term than this leader's need not be in its log.
    if (committed.inTerm >= term) return;
    throw new LawBroken(
      'leader-completeness',
      `${node} leads in term ${term} without the entry ${this.#highest} of term ${committed.term}, which ${committed.node} knows to be committed; it has ${log.termAt(this.#highest) ?? 'none'} there.`,
    );
  }

  #configured(next: Configured): void {
    const before = this.#configuration;
    this.#configuration = next;
    this.#count(before, next);
    if (before === null || quorumsIntersect(before.configuration, next.configuration)) return;
    throw new LawBroken(
      'quorums-intersect',
      `The configurations at ${before.index} and ${next.index} have quorums without a voter in common.`,
    );
  }

  #count(before: Configured | null, { configuration, term }: Configured): void {
    const leader = this.#leaders.get(term);
    this.#counts.configurationsEntered += 1;
    if (isJoint(configuration)) this.#counts.jointEntered += 1;
    else if (before !== null && isJoint(before.configuration) && this.#leaders.get(before.term) !== leader) {
      this.#counts.jointLeftUnderAnotherLeader += 1;
    }
    if (leader !== undefined && !isVoter(configuration, leader)) this.#counts.leadersRemoved += 1;
  }
}

/** Whether every quorum of the one has a voter in common with every quorum of the other: looked up in all sets of voters, who are few. */
export function quorumsIntersect(one: Configuration, other: Configuration): boolean {
  const voters = [...new Set([...halves(one), ...halves(other)].flat())];
  for (let chosen = 0; chosen < 2 ** voters.length; chosen += 1) {
    const isIn = (voter: NodeId): boolean => (chosen & (1 << voters.indexOf(voter))) !== 0;
    if (isQuorum(one, isIn) && isQuorum(other, (voter) => !isIn(voter))) return false;
  }
  return true;
}

function isQuorum(configuration: Configuration, isIn: (voter: NodeId) => boolean): boolean {
  return halves(configuration).every((voters) => voters.filter(isIn).length * 2 > voters.length);
}

function samePayload(one: Payload, other: Payload): boolean {
  if (one === other) return true;
  if (one.kind !== other.kind) return false;
  if (one.kind === 'command' && other.kind === 'command') {
    const [a, b] = [one.command, other.command];
    return a === b || (a.length === b.length && a.every((byte, i) => byte === b[i]));
  }
  return one.kind === 'configuration' && other.kind === 'configuration'
    ? JSON.stringify(one.configuration) === JSON.stringify(other.configuration)
    : true;
}
