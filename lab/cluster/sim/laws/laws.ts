/**
 * What must hold across the cluster, looked at after every step of every node, and kept so that a step costs only what it changed (Raft, figure 3).
 * Log matching is kept by induction: an index and a term name one entry, and one entry before it.
 */
import type { Configuration } from '@raft-lab/node/core/configuration.ts';
import { isJoint, isVoter, votersOnly } from '@raft-lab/node/core/configuration.ts';
import type { Entry, HardState, LogIndex, Payload, Term } from '@raft-lab/node/core/entry.ts';
import type { Outgoing } from '@raft-lab/node/core/messages.ts';
import type { NodeId } from '../../../links/links.ts';
import type { Counts } from '../counters.ts';
import { LawBroken } from './law-broken.ts';
import { isQuorum, quorumsIntersect, toldOf, toldQuorum, type Voting } from './quorums.ts';
import type { ShadowLog } from './shadow-log.ts';
import type { SimDisk } from '../sim-disk.ts';

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

/** What the laws ask of a disk. */
export type LawfulDisk = Pick<SimDisk, 'hardState' | 'lastIndex' | 'holds' | 'wipes'>;

/** Whom a voter said it had voted for. */
interface Vote {
  readonly candidate: NodeId;
  /** How often its disk had been wiped: an empty one has promised nothing. */
  readonly wipes: number;
}

export class Laws {
  readonly #leaders = new Map<number, NodeId>();
  /** What was said of votes, by term and then by voter. */
  readonly #votes = new Map<Term, Map<NodeId, Vote[]>>();
  /** Entries that were seen in any log, by term and then by index. */
  readonly #known = new Map<Term, Map<LogIndex, Known>>();
  readonly #committed = new Map<number, Committed>();
  readonly #hashes = new Map<number, { readonly hash: string; readonly node: NodeId }>();
  readonly #counts: Counts;
  readonly #diskOf: (node: NodeId) => LawfulDisk;
  #highest = 0;
  /** Those that were committed, by their index. */
  readonly #configurations = new Map<LogIndex, Configuration>();
  readonly #first: Configuration;
  #configuration: Configured;
  /** The one that came before it. */
  #previous: Configured;
  /** What the node of the present step had in force when the step began. */
  #inForce: Configured;

  /** @param voters the first configuration. */
  constructor(counts: Counts, voters: readonly NodeId[], diskOf: (node: NodeId) => LawfulDisk) {
    this.#counts = counts;
    this.#diskOf = diskOf;
    this.#first = votersOnly(voters);
    this.#configuration = { configuration: this.#first, index: 0, term: 0 };
    this.#previous = this.#configuration;
    this.#inForce = this.#configuration;
  }

  /** The highest index that any node has known to be committed. */
  get highestCommitted(): number {
    return this.#highest;
  }

  /** The committed configuration at an index; the first one where there is none. */
  configurationAt(index: LogIndex): Configuration {
    return this.#configurations.get(index) ?? this.#first;
  }

  /** Entries came into a node's log, after the one whose term is given. */
  appended(node: NodeId, entries: readonly Entry[], termBefore: number): void {
    let previousTerm = termBefore;
    for (const { index, term, payload } of entries) {
      const ofTerm = this.#known.get(term) ?? new Map<LogIndex, Known>();
      if (ofTerm.size === 0) this.#known.set(term, ofTerm);
      const known = ofTerm.get(index);
      if (known === undefined) ofTerm.set(index, { payload, previousTerm, node });
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

  /** A node begins a life with what its disk gave back. */
  begins(node: NodeId, { term, votedFor }: HardState): void {
    const { wipes } = this.#diskOf(node);
    const given = this.#votes
      .get(term)
      ?.get(node)
      ?.find((vote) => vote.wipes === wipes);
    if (given === undefined || given.candidate === votedFor) return;
    throw new LawBroken(
      'votes-remembered',
      `${node} begins a new life in term ${term} with a vote for ${votedFor ?? 'nobody'}, and has voted for ${given.candidate} in it.`,
    );
  }

  /** A node leads; `log` is its log, and `configuration` what is in force there, when it was elected. */
  leads(node: NodeId, term: number, log: ShadowLog, configuration: Voting): void {
    const leader = this.#leaders.get(term);
    if (leader === node) return;
    if (leader !== undefined) {
      throw new LawBroken('one-leader-a-term', `Both ${leader} and ${node} lead in term ${term}.`);
    }
    this.#leaders.set(term, node);
    this.#counts.elections += 1;
    const { hardState } = this.#diskOf(node);
    const votes = this.#votes.get(term);
    const voted = (voter: NodeId): boolean =>
      voter === node
        ? hardState.term === term && hardState.votedFor === node
        : votes?.get(voter)?.some(({ candidate }) => candidate === node) === true;
    if (!isQuorum(configuration, voted)) {
      throw new LawBroken(
        'elected-by-quorum',
        `${node} leads in term ${term}, but of ${toldOf(configuration)} only ${toldQuorum(configuration, voted)} voted for it.`,
      );
    }
    this.#holdsCommitted(node, term, log);
  }

  /**
   * A node that has applied everything up to `applied` is about to apply what it has committed in one step. It counted that by the configuration that it has
   * applied, which may be one behind the latest: a new leader need not know yet that the latest is committed. Any quorum of the one meets any of the other.
   * It is never two behind: whoever appends a configuration knows that the one before is committed.
   */
  stepBegins(applied: LogIndex): void {
    this.#inForce = applied < this.#configuration.index ? this.#previous : this.#configuration;
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
    const holds = (voter: NodeId): boolean => this.#diskOf(voter).holds(entry);
    const { configuration } = this.#configuration;
    if (!isQuorum(configuration, holds) && !isQuorum(this.#inForce.configuration, holds)) {
      throw new LawBroken(
        'committed-on-quorum',
        `${node} knows the entry ${index} of term ${entry.term} to be committed, but of ${toldOf(configuration)} only the disks of ${toldQuorum(configuration, holds)} have it.`,
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
  said(node: NodeId, { to, message }: Outgoing): void {
    const { hardState, lastIndex } = this.#diskOf(node);
    const claims =
      message.kind === 'vote'
        ? message.granted && !message.pre
        : message.kind === 'vote-request' && !message.pre;
    if (claims && 'term' in message) {
      // A candidate asks for votes when its own is on disk.
      const candidate = message.kind === 'vote' ? to : node;
      this.#votesOnce(node, message.term, candidate);
      if (hardState.term > message.term) return;
      if (hardState.term === message.term && hardState.votedFor === candidate) return;
      throw new LawBroken(
        'durable-before-said',
        `${node} says that ${candidate} has its vote in term ${message.term}, but its disk has term ${hardState.term} and a vote for ${hardState.votedFor ?? 'nobody'}.`,
      );
    }
    // What was acknowledged in an earlier term may have been cut since, by a write of the same flush: it was held, and counted in every vote since.
    if (message.kind === 'append-ack' && message.term >= hardState.term && message.matched > lastIndex) {
      throw new LawBroken(
        'durable-before-said',
        `${node} acknowledges entries up to ${message.matched}, but its disk ends at ${lastIndex}.`,
      );
    }
  }

  #votesOnce(voter: NodeId, term: Term, candidate: NodeId): void {
    const ofTerm = this.#votes.get(term) ?? new Map<NodeId, Vote[]>();
    if (ofTerm.size === 0) this.#votes.set(term, ofTerm);
    const votes = ofTerm.get(voter) ?? [];
    if (votes.length === 0) ofTerm.set(voter, votes);
    const { wipes } = this.#diskOf(voter);
    const other = votes.find((vote) => vote.wipes === wipes && vote.candidate !== candidate);
    if (other !== undefined) {
      throw new LawBroken(
        'one-vote-a-term',
        `${voter} votes in term ${term} for ${candidate}, and has voted for ${other.candidate} in it.`,
      );
    }
    if (!votes.some((vote) => vote.candidate === candidate)) votes.push({ candidate, wipes });
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
    this.#previous = before;
    this.#configuration = next;
    this.#configurations.set(next.index, next.configuration);
    this.#count(before, next);
    if (quorumsIntersect(before.configuration, next.configuration)) return;
    throw new LawBroken(
      'quorums-intersect',
      `The configurations at ${before.index} and ${next.index} have quorums without a voter in common.`,
    );
  }

  #count(before: Configured, { configuration, term }: Configured): void {
    const leader = this.#leaders.get(term);
    this.#counts.configurationsEntered += 1;
    if (isJoint(configuration)) this.#counts.jointEntered += 1;
    else if (isJoint(before.configuration) && this.#leaders.get(before.term) !== leader) {
      this.#counts.jointLeftUnderAnotherLeader += 1;
    }
    if (leader !== undefined && !isVoter(configuration, leader)) this.#counts.leadersRemoved += 1;
  }
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
