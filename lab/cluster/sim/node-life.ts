/**
 * One life of a node: the core, and a driver that carries out its effects as the real one does (persist before send, apply after commit), with the
 * cluster's laws looked at after every step.
 */
import type { Random } from '@raft-lab/workloads';
import { votersOnly, type Membership } from '@raft-lab/node/core/configuration.ts';
import type { AppendEffect, Effects, Input } from '@raft-lab/node/core/effects.ts';
import type { Entry, Snapshot } from '@raft-lab/node/core/entry.ts';
import type { Message, Outgoing } from '@raft-lab/node/core/messages.ts';
import { Raft } from '@raft-lab/node/core/raft.ts';
import { raftRules } from '@raft-lab/node/core/rules.ts';
import { Registers } from '@raft-lab/node/registers/registers.ts';
import type { NodeId } from '../../links/links.ts';
import { share } from './conditions.ts';
import { Conduct } from './laws/conduct/conduct.ts';
import { LawBroken } from './laws/law-broken.ts';
import { ShadowLog } from './laws/shadow-log.ts';
import type { SimDisk } from './sim-disk.ts';
import { SimRequests, soundRequests } from './sim-requests.ts';
import { nsPerMs } from './virtual-time.ts';
import { WaitingChanges, type ChangeResult } from './waiting-changes.ts';
import type { World } from './world.ts';

/** Steps that a turn's own effects may lead to before that is a loop. */
const maxTurns = 1_000;

export class NodeLife {
  readonly id: NodeId;
  readonly raft: Raft;
  readonly registers: Registers;
  readonly requests: SimRequests;
  readonly log: ShadowLog;
  readonly waiting = new WaitingChanges();
  readonly #world: World;
  readonly #disk: SimDisk;
  readonly #conduct: Conduct;
  readonly #inLife: (work: () => void) => void;
  #inTurn = false;
  #again = false;
  #takingSnapshot = false;
  #snapshotAsked = false;
  #ledIn = 0;

  /** @param inLife does work later, in this life or not at all. */
  constructor(
    id: NodeId,
    lives: number,
    disk: SimDisk,
    world: World,
    random: Random,
    inLife: (work: () => void) => void,
  ) {
    this.id = id;
    this.#world = world;
    this.#disk = disk;
    this.#inLife = inLife;
    const life = lives * world.nodes.length + world.nodes.indexOf(id);
    const recovered = disk.recover(votersOnly(world.voters.includes(id) ? world.voters : []));
    world.laws.begins(id, recovered.hardState);
    this.log = new ShadowLog(recovered);
    this.raft = new Raft({
      id,
      life,
      timing: world.timing,
      keptEntries: world.snapshotEntries,
      chunkBytes: world.conditions.chunkBytes,
      recovered,
      rules: { ...raftRules, ...world.mutant?.rules },
      random: () => share(random),
    });
    this.#conduct = new Conduct({
      node: id,
      timing: world.timing,
      log: this.log,
      status: this.raft.status,
      configurations: recovered.entries.flatMap(({ index, payload }) =>
        payload.kind === 'configuration' ? [index] : [],
      ),
      configurationAt: (index) => world.laws.configurationAt(index),
    });
    this.registers = new Registers(world.mutant?.sessions);
    this.requests = new SimRequests({
      life,
      flaws: { ...soundRequests, ...world.mutant?.requests },
      nowMs: () => this.#nowMs(),
      propose: (request, command) => this.step({ kind: 'propose', request, command }),
      read: (request) => this.step({ kind: 'read', request }),
      role: () => {
        const { role, leader } = this.raft.status;
        if (role === 'leader') return 'leader';
        return leader === null ? 'alone' : 'led';
      },
    });
  }

  /** The state machine becomes what the disk says. */
  begin(): void {
    this.#turn();
  }

  tick(missed: number): void {
    this.step({ kind: 'tick', missed });
    this.requests.beat();
    this.waiting.beat(this.#nowMs(), () => this.raft.status.leader);
  }

  receive(from: NodeId, heard: Message): void {
    const { trace, counts, mutant, time } = this.#world;
    const message =
      mutant?.hears === undefined ? heard : mutant.hears(heard, { status: this.raft.status, log: this.log });
    if (message === null) return;
    trace.number(time.nowNs());
    trace.text(`${from}${this.id}${message.kind}`);
    if ('term' in message && message.term < this.raft.status.term) counts.staleMessagesIgnored += 1;
    if (message.kind === 'vote' && message.pre && !message.granted) counts.preVotesRefused += 1;
    if (message.kind === 'snapshot-chunk' && message.offset > 0) counts.laterChunks += 1;
    if (message.kind === 'forward-refused') counts.forwardsRefused += 1;
    this.step({ kind: 'message', from, message });
  }

  change(target: Membership, onTopOf: number, respond: (result: ChangeResult) => void): void {
    const request = this.waiting.change(this.#nowMs(), respond);
    this.step({ kind: 'change', request, target, onTopOf });
  }

  transfer(to: NodeId, respond: (done: boolean) => void): void {
    const { counts } = this.#world;
    const { role, outgoing } = this.raft.status;
    if (role !== 'leader') {
      respond(false);
      return;
    }
    counts.transfersAsked += 1;
    if (outgoing.length > 0 || this.waiting.isChanging) counts.transfersDuringChange += 1;
    this.waiting.transfer(to, this.#nowMs(), (done) => {
      if (done) counts.transfersDone += 1;
      respond(done);
    });
    this.step({ kind: 'transfer', to });
  }

  askForSnapshot(): void {
    this.#snapshotAsked = true;
    this.#turn();
  }

  step(input: Input): void {
    this.#conduct.takes(input);
    this.raft.step(input);
    if (this.#inTurn) this.#again = true;
    else this.#turn();
  }

  #turn(): void {
    this.#inTurn = true;
    for (let left = maxTurns; left > 0; left -= 1) {
      this.#again = false;
      this.#carryOut(this.raft.takeEffects());
      if (this.#isDone()) {
        this.#inTurn = false;
        return;
      }
    }
    throw new LawBroken('core', `${this.id} goes on for ever with what its own effects lead to.`);
  }

  #isDone(): boolean {
    return !this.#again;
  }

  #carryOut(wanted: Effects): void {
    const { mutant, laws, counts } = this.#world;
    const { status } = this.raft;
    const effects =
      mutant?.carriesOut === undefined ? wanted : mutant.carriesOut(wanted, { status, log: this.log });
    if (effects.append !== null) this.#follow(effects.append);
    this.#conduct.does(effects, status, this.raft.latestSnapshotIndex);
    if (status.role === 'leader') {
      laws.leads(this.id, status.term, this.log, status);
      this.#ledIn = status.term;
    } else if (this.#ledIn > 0) {
      counts.leadersDeposed += 1;
      this.#ledIn = 0;
    }
    for (const outgoing of effects.send) this.#say(outgoing);
    if (effects.append !== null) this.#append(effects.append);
    if (effects.restore !== null) this.#restore(effects.restore);
    laws.stepBegins(this.registers.appliedIndex);
    for (const entry of effects.apply) this.#apply(entry, status.term);
    for (const read of effects.reads) {
      if (this.requests.readable(read, (key) => this.registers.read(key))) counts.readsAnswered += 1;
    }
    for (const { request, reason } of effects.refused) this.requests.refused(request, reason);
    for (const answer of effects.changes) {
      if (answer.outcome === 'done') counts.changesDone += 1;
      if (answer.outcome === 'given-up') counts.changesGivenUp += 1;
      this.waiting.changed(answer);
    }
    if (effects.install !== null) this.#install(effects.install);
    if (effects.snapshotWanted || this.#snapshotAsked || this.#isLong()) this.#takeSnapshot();
  }

  #follow(append: AppendEffect): void {
    const { laws, counts } = this.#world;
    if (this.log.take(append) > 0) counts.truncations += 1;
    const [first] = append.entries;
    if (first !== undefined) laws.appended(this.id, append.entries, this.log.termAt(first.index - 1) ?? 0);
  }

  #append({ then, sequence, ...write }: AppendEffect): void {
    this.#disk.append(write, () =>
      this.#inLife(() => {
        for (const outgoing of then) this.#say(outgoing);
        this.step({ kind: 'persisted', sequence });
      }),
    );
  }

  #say(wanted: Outgoing): void {
    const { mutant, network, laws } = this.#world;
    laws.said(this.id, wanted);
    const outgoing =
      mutant?.says === undefined ? wanted : mutant.says(wanted, { status: this.raft.status, log: this.log });
    if (outgoing === null || network.send(this.id, outgoing)) return;
    const { kind } = outgoing.message;
    // The protocol makes up for its own messages; only clients' requests want to know.
    if (kind === 'forward' || kind === 'read-index') this.step({ kind: 'undelivered', outgoing });
  }

  #restore({ base, data }: Snapshot): void {
    this.registers.restore(data);
    const { appliedIndex, appliedHash } = this.registers;
    if (appliedIndex !== base.index) {
      throw new LawBroken(
        'applied-in-order',
        `${this.id} restores a snapshot of index ${base.index} that holds the state after ${appliedIndex}.`,
      );
    }
    this.#world.laws.applied(this.id, appliedIndex, appliedHash);
  }

  #apply(entry: Entry, term: number): void {
    const { laws, trace, mutant, leaders } = this.#world;
    if (entry.index !== this.registers.appliedIndex + 1) {
      throw new LawBroken(
        'applied-in-order',
        `${this.id} is to apply entry ${entry.index}, and has applied ${this.registers.appliedIndex}.`,
      );
    }
    laws.committed(this.id, term, entry, leaders);
    const applied = this.registers.apply(mutant?.applies?.(entry) ?? entry);
    const { appliedIndex, appliedHash } = this.registers;
    laws.applied(this.id, appliedIndex, appliedHash);
    trace.text(appliedHash);
    if (applied !== null) this.requests.applied(applied);
  }

  #isLong(): boolean {
    return this.registers.appliedIndex - this.raft.latestSnapshotIndex >= this.#world.snapshotEntries;
  }

  #takeSnapshot(): void {
    if (this.#takingSnapshot) return;
    this.#snapshotAsked = false;
    if (this.registers.appliedIndex <= this.raft.latestSnapshotIndex) return;
    this.#takingSnapshot = true;
    const snapshot = { ...this.raft.snapshotPoint, data: this.registers.snapshot() };
    this.#disk.saveSnapshot(snapshot, () =>
      this.#inLife(() => {
        this.#takingSnapshot = false;
        this.#world.counts.snapshotsTaken += 1;
        this.step({ kind: 'snapshot-taken', snapshot });
      }),
    );
  }

  #install(snapshot: Snapshot): void {
    const { counts, isChanging } = this.#world;
    counts.snapshotInstalls += 1;
    if (isChanging()) counts.snapshotInstallsDuringChange += 1;
    this.#disk.saveSnapshot(snapshot, () =>
      this.#inLife(() => this.step({ kind: 'snapshot-stored', snapshot })),
    );
  }

  #nowMs(): number {
    return this.#world.time.nowNs() / nsPerMs;
  }
}
