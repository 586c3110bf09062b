/**
 * A cluster of cores that does what a script says and tells everything it does: messages travel when the script delivers them, and writes
 * reach the disk when the script says so. It is how the protocol is tested, and how it can be read.
 */
import { votersOnly } from './configuration.ts';
import {
  describeConfiguration,
  describeEntries,
  describeEntry,
  describeMessage,
  describePosition,
  describeWrite,
} from './describe.ts';
import type { AppendEffect, Effects, Input } from './effects.ts';
import type { Entry, HardState, NodeId, Snapshot } from './entry.ts';
import type { Message } from './messages.ts';
import { Raft } from './raft.ts';
import { raftRules } from './rules.ts';
import type { Rules } from './rules.ts';

/** Messages that one `settle` may deliver: a script that needs more never comes to rest. */
const maxDeliveries = 10_000;
/** So large that it takes an append of its own. */
const largeBytes = 2 ** 19;
const tick: Input = { kind: 'tick', missed: 0 };
const timing = { heartbeatTicks: 2, electionTicksMin: 10, electionTicksMax: 20, catchUpTicks: 40 };

interface Travelling {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: Message;
}

interface Disk {
  hardState: HardState;
  entries: Entry[];
  snapshot: Snapshot | null;
}

interface Scripted {
  raft: Raft | null;
  disk: Disk;
  /** The state machine of scripts: every command applied, in order. */
  applied: string[];
  stored: Snapshot[];
  /** Writes that the disk has not finished. */
  writing: AppendEffect[];
  /** The disk finishes only when it is told to. */
  slowDisk: boolean;
  lives: number;
}

export class ScriptedCluster {
  readonly #nodes = new Map<NodeId, Scripted>();
  readonly #rules: Rules;
  #voters: readonly NodeId[] = [];
  #travelling: Travelling[] = [];
  #cut = new Set<string>();
  #trace: string[] = [];
  #lastRequest = 0;

  constructor(rules: Rules = raftRules) {
    this.#rules = rules;
  }

  /** Carries out one line of a script, and returns what happened, line by line. */
  run(line: string): readonly string[] {
    const [command = '', ...words] = line.trim().split(/\s+/);
    this.#trace = [];
    this.#carryOut(command, words);
    return this.#trace.length > 0 ? this.#trace : ['ok'];
  }

  #carryOut(command: string, words: readonly string[]): void {
    const [first = '', second = ''] = words;
    switch (command) {
      case 'cluster':
        this.#voters = words;
        for (const id of words) this.#begin(id);
        return;
      case 'tick':
        for (let count = Number(second || 1); count > 0; count -= 1) {
          this.#step(first, tick);
        }
        return;
      case 'campaign': {
        this.#campaign(first, words.slice(1));
        return;
      }
      case 'elect':
        this.#campaign(first, words.slice(1));
        {
          this.#settle();
          return;
        }
      case 'quietly':
        this.#carryOut(first, words.slice(1));
        this.#trace = [];
        return;
      case 'propose': {
        this.#propose(first, second, 0);
        return;
      }
      case 'propose-large': {
        this.#propose(first, second, largeBytes);
        return;
      }
      case 'snapshot':
        this.#takeSnapshot(first, Number(second));
        return;
      case 'read': {
        this.#step(first, { kind: 'read', request: this.#next() });
        return;
      }
      case 'add':
        this.#begin(first);
        return;
      case 'change':
        this.#change(first, words.slice(1));
        return;
      case 'transfer':
        this.#step(first, { kind: 'transfer', to: second });
        return;
      case 'members':
        this.#tellMembers();
        return;
      case 'deliver': {
        this.#deliver((travelling) => words.includes(`${travelling.from}>${travelling.to}`));
        return;
      }
      case 'settle': {
        this.#settle();
        return;
      }
      case 'lose':
        this.#travelling = this.#travelling.filter(({ from, to }) => !words.includes(`${from}>${to}`));
        return;
      case 'cut':
        for (const a of first.split(',')) {
          for (const b of second.split(',')) this.#cut.add(`${a}>${b}`).add(`${b}>${a}`);
        }
        return;
      case 'heal':
        this.#cut.clear();
        return;
      case 'slow-disk':
        this.#node(first).slowDisk = true;
        return;
      case 'flush':
        this.#node(first).slowDisk = false;
        {
          this.#flush(first);
          return;
        }
      case 'crash': {
        this.#crash(first);
        return;
      }
      case 'restart': {
        this.#begin(first);
        return;
      }
      case 'status': {
        this.#tellStatus();
        return;
      }
      case 'log': {
        this.#tellLogs();
        return;
      }
      default:
        throw new Error(`A script knows no command ${command}.`);
    }
  }

  #propose(id: NodeId, text: string, padding: number): void {
    this.#step(id, { kind: 'propose', request: this.#next(), command: bytesOf(text, padding) });
  }

  /** Lets others (all, unless some are named) forget their leader without campaigning themselves, and then `id` campaign. */
  #campaign(id: NodeId, named: readonly NodeId[]): void {
    for (const [other, { raft }] of this.#nodes) {
      if (other === id || raft === null || raft.status.role === 'leader') continue;
      if (named.length > 0 && !named.includes(other)) continue;
      for (let ticks = timing.electionTicksMin; ticks > 0; ticks -= 1) this.#step(other, tick);
    }
    for (let ticks = timing.electionTicksMax; ticks > 0; ticks -= 1) {
      this.#step(id, tick);
      if (this.#node(id).raft?.status.role === 'candidate') return;
    }
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
      life: lives,
      timing,
      recovered: {
        ...disk,
        base: disk.snapshot?.base ?? { index: 0, term: 0 },
        configuration:
          disk.snapshot?.configuration ?? votersOnly(this.#voters.includes(id) ? this.#voters : []),
      },
      keptEntries: 0,
      rules: this.#rules,
      // The longest time-out every time: scripts say who campaigns.
      random: () => 0.999,
    });
    this.#nodes.set(id, { raft, disk, applied: [], stored: [], writing: [], slowDisk: false, lives });
    if (old !== undefined) {
      for (const peer of this.#nodes.keys()) {
        if (peer !== id) this.#step(peer, { kind: 'peer-restarted', peer: id });
      }
    }
    this.#takeEffects(id);
  }

  #crash(id: NodeId): void {
    const node = this.#node(id);
    node.raft = null;
    node.writing = [];
    this.#travelling = this.#travelling.filter(({ to }) => to !== id);
  }

  #step(id: NodeId, input: Input): void {
    this.#node(id).raft?.step(input);
    this.#takeEffects(id);
  }

  #takeEffects(id: NodeId): void {
    const node = this.#node(id);
    if (node.raft === null) return;
    const effects: Effects = node.raft.takeEffects();
    for (const { to, message } of effects.send) this.#send(id, to, message);
    if (effects.append !== null) {
      const { append } = effects;
      if (append.base !== null || append.entries.length > 0 || append.hardState !== null) {
        this.#tell(`${id} writes ${describeWrite(append)}`);
      }
      node.writing.push(append);
    }
    if (effects.restore !== null) {
      this.#tell(`${id} becomes its snapshot at ${describePosition(effects.restore.base)}`);
      node.applied = textFrom(effects.restore.data).split(' ');
    }
    node.applied.push(...effects.apply.map(describeEntry));
    if (effects.apply.length > 0) this.#tell(`${id} applies ${describeEntries(effects.apply)}`);
    for (const read of effects.reads) this.#tell(`${id} may answer read ${read}`);
    for (const { request, outcome } of effects.changes) this.#tell(`${id} change ${request}: ${outcome}`);
    for (const { request, reason } of effects.refused) this.#tell(`${id} refuses ${request}: ${reason}`);
    if (!node.slowDisk && node.writing.length > 0) this.#flush(id);
    if (effects.install !== null) {
      this.#tell(`${id} stores the snapshot at ${describePosition(effects.install.base)}`);
      this.#keep(id, effects.install);
      this.#step(id, { kind: 'snapshot-stored', snapshot: effects.install });
    }
    if (effects.snapshotWanted) this.#takeSnapshot(id);
  }

  #takeSnapshot(id: NodeId, padding = 0): void {
    const { raft, applied } = this.#node(id);
    if (raft === null) return;
    const snapshot = { ...raft.snapshotPoint, data: bytesOf(applied.join(' '), padding) };
    this.#tell(`${id} takes a snapshot at ${describePosition(snapshot.base)}, ${snapshot.data.length} bytes`);
    this.#keep(id, snapshot);
    this.#step(id, { kind: 'snapshot-taken', snapshot });
  }

  /** A snapshot is on disk; a write of the log's base will refer to it. */
  #keep(id: NodeId, snapshot: Snapshot): void {
    this.#node(id).stored.push(snapshot);
  }

  #flush(id: NodeId): void {
    const node = this.#node(id);
    const written = node.writing;
    node.writing = [];
    for (const { base, truncateFrom, entries, hardState, then, sequence } of written) {
      const first = base?.position.index ?? 0;
      const kept = node.disk.entries.filter(
        ({ index }) => index > first && (truncateFrom === null || index < truncateFrom),
      );
      node.disk = {
        entries: [...kept, ...entries],
        hardState: hardState ?? node.disk.hardState,
        snapshot: node.stored.find((snapshot) => snapshot.base.index === first) ?? node.disk.snapshot,
      };
      for (const { to, message } of then) this.#send(id, to, message);
      node.raft?.step({ kind: 'persisted', sequence });
    }
    this.#takeEffects(id);
  }

  #send(from: NodeId, to: NodeId, message: Message): void {
    const lost = this.#cut.has(`${from}>${to}`) || this.#nodes.get(to)?.raft === null;
    this.#tell(`${from} > ${to} ${describeMessage(message)}${lost ? ' (lost)' : ''}`);
    if (!lost) this.#travelling.push({ from, to, message });
  }

  /** Delivers what travels now and is wanted; what that causes travels on. */
  #deliver(wanted: (travelling: Travelling) => boolean): void {
    const due = this.#travelling.filter(wanted);
    this.#travelling = this.#travelling.filter((travelling) => !wanted(travelling));
    for (const { from, to, message } of due) this.#step(to, { kind: 'message', from, message });
  }

  #settle(): void {
    for (let left = maxDeliveries; left > 0; left -= 1) {
      const next = this.#travelling.shift();
      if (next === undefined) return;
      this.#step(next.to, { kind: 'message', from: next.from, message: next.message });
    }
    throw new Error(`The cluster did not come to rest within ${maxDeliveries} messages.`);
  }

  #tellStatus(): void {
    for (const [id, { raft }] of this.#nodes) {
      if (raft === null) this.#tell(`${id} down`);
      else {
        const { role, term, leader, commitIndex, lastLogIndex } = raft.status;
        this.#tell(
          `${id} ${role} term ${term} leader ${leader ?? '-'} commit ${commitIndex} last ${lastLogIndex}`,
        );
      }
    }
  }

  /** `change n1 voters n1 n2 learners n3`, on top of what n1 has in force. */
  #change(id: NodeId, words: readonly string[]): void {
    const { raft } = this.#node(id);
    const boundary = words.indexOf('learners');
    const voters = words.slice(1, boundary < 0 ? undefined : boundary);
    const learners = boundary < 0 ? [] : words.slice(boundary + 1);
    this.#step(id, {
      kind: 'change',
      request: this.#next(),
      target: { voters, learners },
      onTopOf: raft?.status.configIndex ?? 0,
    });
  }

  #tellMembers(): void {
    for (const [id, { raft }] of this.#nodes) {
      if (raft === null) continue;
      const { configIndex } = raft.status;
      this.#tell(`${id} ${configIndex}: ${describeConfiguration(raft.snapshotPoint.configuration)}`);
    }
  }

  #tellLogs(): void {
    for (const [id, { disk }] of this.#nodes) {
      const snapshot = disk.snapshot === null ? '' : `snapshot at ${describePosition(disk.snapshot.base)}, `;
      this.#tell(`${id} on disk: ${snapshot}${disk.entries.map(describeEntry).join(', ') || 'nothing'}`);
    }
  }

  #tell(line: string): void {
    this.#trace.push(line);
  }

  #next(): number {
    this.#lastRequest += 1;
    return this.#lastRequest;
  }

  #node(id: NodeId): Scripted {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`The script has no node ${id}.`);
    return node;
  }
}

function bytesOf(text: string, padding: number): Uint8Array {
  const bytes = new Uint8Array(text.length + padding);
  bytes.set(Array.from(text, (character) => character.charCodeAt(0)));
  return bytes;
}

function textFrom(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte === 0 ? '' : String.fromCharCode(byte))).join('');
}
