/**
 * Cores under everything that can happen to them, drawn from a seed: messages lost, repeated and overtaken, slow disks, crashes, snapshots, changes of the
 * configuration and of the leader. Whatever happens they agree on every entry and read nothing stale; and when it ends they go on.
 */
import { assert } from './assert.ts';
import { votersOnly } from './configuration.ts';
import { describeEntry } from './describe.ts';
import type { AppendEffect, Input } from './effects.ts';
import type { Entry, HardState, NodeId, Snapshot } from './entry.ts';
import type { Outgoing } from './messages.ts';
import { Raft } from './raft.ts';
import type { Rules } from './rules.ts';

const steps = 4_000;
const ids = ['n1', 'n2', 'n3', 'n4', 'n5'];
const firstVoters = ['n1', 'n2', 'n3'];
/** Rounds after the chaos in which everyone must have caught up. */
const calmRounds = 400;

/** Mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Disk {
  hardState: HardState;
  entries: Entry[];
  snapshot: Snapshot | null;
}
interface ChaosNode {
  raft: Raft | null;
  disk: Disk;
  stored: Snapshot[];
  writing: AppendEffect[];
  applied: number;
  /** What each read in flight must have seen. */
  reads: Map<number, number>;
  lives: number;
}

export interface ChaosCounts {
  applied: number;
  reads: number;
  terms: number;
  changes: number;
  installs: number;
  truncations: number;
}

export class Chaos {
  readonly #random: () => number;
  readonly #rules: Rules;
  readonly #nodes = new Map<NodeId, ChaosNode>();
  #travelling: (Outgoing & { from: NodeId })[] = [];
  #cut: readonly NodeId[] = [];
  /** Everything applied anywhere, by index. */
  readonly #applied = new Map<number, string>();
  readonly #leaders = new Map<number, NodeId>();
  #highest = 0;
  #requests = 0;
  readonly counts: ChaosCounts = { applied: 0, reads: 0, terms: 0, changes: 0, installs: 0, truncations: 0 };

  constructor(seed: number, rules: Rules) {
    this.#rules = rules;
    this.#random = randomFrom(seed);
    for (const id of ids) this.#begin(id);
  }

  /** @throws as soon as a promise of Raft is broken, or when the cluster does not recover in the end. */
  run(): void {
    for (let left = steps; left > 0; left -= 1) this.#step();
    this.#calm();
  }

  #step(): void {
    const id = this.#pick(ids);
    const node = this.#node(id);
    const dice = this.#random() * 1_000;
    if (dice < 250) this.#input(id, { kind: 'tick', missed: 0 });
    else if (dice < 750) for (let left = 3; left > 0; left -= 1) this.#deliver();
    else if (dice < 850) this.#flush(id, this.#random() < 0.5 ? 1 : Infinity);
    else if (dice < 920) this.#propose(id);
    else if (dice < 970) this.#read(id);
    else if (dice < 978) this.#snapshot(id);
    else if (dice < 984) this.#crash(id);
    else if (dice < 990) this.#cut = this.#random() < 0.5 ? [] : ids.filter(() => this.#random() < 0.4);
    else if (dice < 997) this.#change(this.#likelyLeader(id));
    else this.#input(this.#likelyLeader(id), { kind: 'transfer', to: this.#pick(ids) });
    if (node.raft === null && this.#random() < 0.05) this.#begin(id);
  }

  /** The leader of the latest term, or now and then somebody else. */
  #likelyLeader(other: NodeId): NodeId {
    const latest = this.#leaders.get(Math.max(0, ...this.#leaders.keys()));
    return latest === undefined || this.#random() < 0.2 ? other : latest;
  }

  #calm(): void {
    this.#cut = [];
    for (const id of ids) if (this.#node(id).raft === null) this.#begin(id);
    for (let round = 0; round < calmRounds; round += 1) {
      for (const id of ids) this.#input(id, { kind: 'tick', missed: 0 });
      for (let left = 200; left > 0 && this.#travelling.length > 0; left -= 1) this.#deliver(false);
      for (const id of ids) this.#flush(id, Infinity);
      if (round === calmRounds / 2) for (const id of ids) this.#propose(id);
    }
    const statuses = ids.map((id) => this.#node(id).raft?.status);
    const leader = statuses.find((status) => status?.role === 'leader');
    if (leader === undefined) throw new Error(`nobody leads in the end: ${JSON.stringify(statuses)}`);
    assert(leader.outgoing.length === 0, 'a joint configuration is left in the end');
    for (const voter of leader.voters) {
      const { applied } = this.#node(voter);
      assert(applied === this.#highest, `${voter} catches up with ${this.#highest} in the end (${applied})`);
    }
    assert(this.#highest === leader.lastLogIndex, 'all of the log is committed in the end');
    this.counts.terms = this.#leaders.size;
    this.counts.applied = this.#highest;
  }

  #begin(id: NodeId): void {
    const old = this.#nodes.get(id);
    const disk = old?.disk ?? {
      hardState: { term: 0, votedFor: null, commit: 0 },
      entries: [],
      snapshot: null,
    };
    const lives = (old?.lives ?? 0) + 1;
    const raft = new Raft({
      id,
      life: lives * ids.length + ids.indexOf(id),
      timing: { heartbeatTicks: 2, electionTicksMin: 8, electionTicksMax: 16, catchUpTicks: 60 },
      keptEntries: 3,
      recovered: {
        ...disk,
        base: disk.snapshot?.base ?? { index: 0, term: 0 },
        configuration:
          disk.snapshot?.configuration ?? votersOnly(firstVoters.includes(id) ? firstVoters : []),
      },
      rules: this.#rules,
      random: this.#random,
    });
    this.#nodes.set(id, { raft, disk, stored: [], writing: [], applied: 0, reads: new Map(), lives });
    this.#carryOut(id);
    if (old !== undefined) {
      for (const peer of ids) if (peer !== id) this.#input(peer, { kind: 'peer-restarted', peer: id });
    }
  }

  #crash(id: NodeId): void {
    const node = this.#node(id);
    node.raft = null;
    node.writing = [];
  }

  #input(id: NodeId, input: Input): void {
    const { raft } = this.#node(id);
    if (raft === null) return;
    raft.step(input);
    this.#carryOut(id);
  }

  #propose(id: NodeId): void {
    this.#requests += 1;
    const command = Uint8Array.from(String(this.#requests), (digit) => digit.charCodeAt(0));
    this.#input(id, { kind: 'propose', request: this.#requests, command });
  }

  #read(id: NodeId): void {
    this.#requests += 1;
    this.#node(id).reads.set(this.#requests, this.#highest);
    this.#input(id, { kind: 'read', request: this.#requests });
  }

  #change(id: NodeId): void {
    this.#requests += 1;
    const voters = ids.filter(() => this.#random() < 0.6);
    const learners = ids.filter((node) => !voters.includes(node) && this.#random() < 0.3);
    const onTopOf = this.#node(id).raft?.status.configIndex ?? 0;
    if (voters.length === 0) return;
    this.#input(id, { kind: 'change', request: this.#requests, target: { voters, learners }, onTopOf });
  }

  #snapshot(id: NodeId): void {
    const { raft, applied, stored } = this.#node(id);
    if (raft === null || applied <= raft.latestSnapshotIndex) return;
    const point = raft.snapshotPoint;
    assert(point.base.index === applied, 'a snapshot stands where it was taken');
    const snapshot = { ...point, data: Uint8Array.from(String(applied), (digit) => digit.charCodeAt(0)) };
    stored.push(snapshot);
    this.#input(id, { kind: 'snapshot-taken', snapshot });
  }

  #carryOut(id: NodeId): void {
    const node = this.#node(id);
    if (node.raft === null) return;
    const effects = node.raft.takeEffects();
    for (const outgoing of effects.send) this.#send(id, outgoing);
    if (effects.append !== null) node.writing.push(effects.append);
    if (effects.restore !== null) node.applied = effects.restore.base.index;
    for (const entry of effects.apply) this.#apply(id, entry);
    for (const read of effects.reads) {
      // Whatever had been applied anywhere when the read was asked for has to be seen by it.
      const needed = node.reads.get(read) ?? 0;
      assert(node.applied >= needed, `a read at ${id} sees ${needed}, not only ${node.applied}`);
      this.counts.reads += 1;
    }
    this.counts.changes += effects.changes.filter(({ outcome }) => outcome === 'done').length;
    this.counts.truncations += (effects.append?.truncateFrom ?? 0) > 0 ? 1 : 0;
    const { role, term } = node.raft.status;
    if (role === 'leader') {
      const other = this.#leaders.get(term) ?? id;
      assert(other === id, `term ${term} has one leader, not both ${other} and ${id}`);
      this.#leaders.set(term, id);
    }
    if (effects.install !== null) {
      this.counts.installs += 1;
      node.stored.push(effects.install);
      this.#input(id, { kind: 'snapshot-stored', snapshot: effects.install });
    }
    if (effects.snapshotWanted) this.#snapshot(id);
  }

  #apply(id: NodeId, entry: Entry): void {
    const node = this.#node(id);
    assert(
      entry.index === node.applied + 1,
      `entries are applied in order (${entry.index} after ${node.applied})`,
    );
    node.applied = entry.index;
    const text = describeEntry(entry);
    const agreed = this.#applied.get(entry.index) ?? text;
    assert(text === agreed, `all apply ${agreed}, and not ${id} ${text}`);
    this.#applied.set(entry.index, text);
    this.#highest = Math.max(this.#highest, entry.index);
  }

  #flush(id: NodeId, count: number): void {
    const node = this.#node(id);
    const { raft } = node;
    if (raft === null) return;
    for (let left = count; left > 0; left -= 1) {
      const write = node.writing.shift();
      if (write === undefined) return;
      const { base, truncateFrom, entries, hardState, then, sequence } = write;
      const first = Math.max(base?.position.index ?? 0, node.disk.snapshot?.base.index ?? 0);
      const kept = node.disk.entries.filter(
        ({ index }) => index > first && (truncateFrom === null || index < truncateFrom),
      );
      node.disk = {
        entries: [...kept, ...entries.filter(({ index }) => index > first)],
        hardState: hardState ?? node.disk.hardState,
        snapshot: node.stored.findLast((snapshot) => snapshot.base.index === first) ?? node.disk.snapshot,
      };
      for (const outgoing of then) this.#send(id, outgoing);
      raft.step({ kind: 'persisted', sequence });
      this.#carryOut(id);
    }
  }

  #send(from: NodeId, outgoing: Outgoing): void {
    this.#travelling.push({ ...outgoing, from });
    // Old messages do not pile up for ever, as they would not in a network.
    if (this.#travelling.length > 400) this.#travelling.shift();
  }

  #deliver(faulty = true): void {
    const at = faulty && this.#random() < 0.3 ? Math.floor(this.#random() * this.#travelling.length) : 0;
    const travelling = this.#travelling[at];
    if (travelling === undefined) return;
    const dice = faulty ? this.#random() : 1;
    // Now and then a message is repeated: it is delivered and stays.
    if (dice > 0.03) this.#travelling.splice(at, 1);
    const { from, to, message } = travelling;
    const lost = dice > 0.03 && dice < 0.08;
    if (lost || this.#cut.includes(from) !== this.#cut.includes(to)) return;
    this.#input(to, { kind: 'message', from, message });
  }

  #pick(choices: readonly NodeId[]): NodeId {
    return choices[Math.floor(this.#random() * choices.length)] ?? '';
  }

  #node(id: NodeId): ChaosNode {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }
}
