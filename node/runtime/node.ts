/** Puts a node together and runs it until it is told to stop. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { votersOnly } from '../core/configuration.ts';
import { Raft } from '../core/raft.ts';
import type { Rules } from '../core/rules.ts';
import { raftRules } from '../core/rules.ts';
import { maxUint48 } from '../encoding/bytes.ts';
import { openDoor } from '../http/door.ts';
import { Registers } from '../registers/registers.ts';
import type { Settings } from '../settings.ts';
import { lockDirectory } from '../storage/directory-lock.ts';
import { openFileLog } from '../storage/file-log.ts';
import type { OpenStorage } from '../storage/storage.ts';
import { openTcpPeers } from '../transport/tcp-peers.ts';
import type { Transport } from '../transport/transport.ts';
import { ClusterRequests } from './cluster-requests.ts';
import { Driver } from './driver.ts';
import type { AcknowledgeAt, AtDeadline } from './requests.ts';
import { Requests } from './requests.ts';
import { startTicks, tickMsFor } from './ticks.ts';
import { membershipOf, nodeStatus, type NodeStatus } from './node-status.ts';

/** What a node is made of where there is a choice. Tests replace one part to show what it is for. */
export interface Composition {
  readonly rules: Rules;
  readonly openStorage: OpenStorage;
  readonly createRegisters: () => Registers;
  readonly acknowledgeAt: AcknowledgeAt;
  readonly atDeadline: AtDeadline;
}

export const referenceComposition: Composition = {
  rules: raftRules,
  openStorage: openFileLog,
  createRegisters: () => new Registers(),
  acknowledgeAt: 'applied',
  atDeadline: 'maybe',
};

export interface RunningNode {
  /** Lets another node lead, if this one does. Resolves when it leads no more, or cannot be relieved soon. */
  handOver(): Promise<void>;
  /** Stops serving, tells waiting clients what is known, and lets the disk finish. */
  stop(): Promise<void>;
  /** What it says of itself, also when it cannot go on. */
  status(): NodeStatus;
  /** Resolves, with the reason, when the node cannot go on. */
  readonly failed: Promise<unknown>;
}

/** How long new voters may take to catch up before a change is given up. */
const catchUpMs = 28_000;
/** An election that nobody contests takes some milliseconds; without a quorum it takes for ever. */
const handOverLimitMs = 1_500;
const handOverPollMs = 5;

/** Resolves when the node answers `GET /status`. */
export async function startNode(
  settings: Settings,
  composition: Composition,
  logger: Logger,
): Promise<RunningNode> {
  const failure = Promise.withResolvers<unknown>();
  const fail = (error: unknown): void => failure.resolve(error);
  const nowMs = (): number => performance.now();
  const life = randomInt(1, maxUint48);
  const tickMs = tickMsFor(settings.heartbeatMs);
  const ticks = (ms: number): number => Math.max(1, Math.round(ms / tickMs));

  await using started = new AsyncDisposableStack();
  started.use(await lockDirectory(settings.dataDirectory));
  const { log, recovered } = await composition.openStorage({
    directory: settings.dataDirectory,
    node: settings.id,
    firstConfiguration: votersOnly(settings.voters),
    onFull: (full) => {
      logger.warn({ full }, full ? 'the disk is full: writes are refused' : 'the disk has room again');
      driver.step({ kind: 'storage', full });
    },
    onFailure: fail,
  });
  started.use(log);

  const raft = new Raft({
    id: settings.id,
    life,
    timing: {
      heartbeatTicks: ticks(settings.heartbeatMs),
      electionTicksMin: ticks(settings.electionMs[0]),
      electionTicksMax: ticks(settings.electionMs[1]),
      catchUpTicks: ticks(catchUpMs),
    },
    recovered,
    keptEntries: settings.snapshotEntries,
    leaseMs: settings.leaseReads ? leaseMsFor(settings.electionMs[0], tickMs) : 0,
    rules: composition.rules,
    random: Math.random,
  });
  const registers = composition.createRegisters();
  const requests = new Requests({
    life,
    acknowledgeAt: composition.acknowledgeAt,
    atDeadline: composition.atDeadline,
    nowMs,
    propose: (request, command) => driver.step({ kind: 'propose', request, command }),
    read: (request) => driver.step({ kind: 'read', request }),
    role: () => {
      const { role, leader } = raft.status;
      if (role === 'leader') return 'leader';
      return leader === null ? 'alone' : 'led';
    },
  });
  const cluster = new ClusterRequests({
    nowMs,
    status: () => raft.status,
    change: (request, target, onTopOf) => driver.step({ kind: 'change', request, target, onTopOf }),
    transfer: (to) => driver.step({ kind: 'transfer', to }),
  });
  const network: { transport: Transport | null } = { transport: null };
  const driver = new Driver({
    raft,
    registers,
    log,
    requests,
    nowMs,
    transport: { send: (to, messages) => network.transport?.send(to, messages) ?? false },
    snapshotEntries: settings.snapshotEntries,
    onChange: (change) => cluster.changed(change),
    onSnapshotFailure: (error) => logger.error({ err: error }, 'a snapshot could not be put on disk'),
    onFailure: fail,
  });
  started.defer(() => driver.stop());
  driver.begin();

  network.transport = await openTcpPeers({
    id: settings.id,
    life,
    token: settings.token,
    listen: settings.listenPeer,
    peers: settings.peers,
    events: {
      onMessages: (from, messages) => {
        for (const message of messages) driver.step({ kind: 'message', from, message });
      },
      onPeerRestarted: (peer) => driver.step({ kind: 'peer-restarted', peer }),
    },
    note: (message, details) => logger.info(details, message),
  });
  started.use(network.transport);
  const noteChange = changeNoter(raft, logger);
  started.use(
    startTicks(tickMs, nowMs, (missed) => {
      driver.step({ kind: 'tick', missed });
      requests.beat();
      cluster.beat();
      noteChange();
    }),
  );
  started.use(
    await openDoor({
      listen: settings.listenClient,
      token: settings.token,
      requests,
      cluster,
      names: [settings.id, ...settings.peers.keys()],
      membership: () => membershipOf(raft),
      status: () => nodeStatus(raft, registers),
      askForSnapshot: () => driver.askForSnapshot(),
      onError: (error) => logger.error({ err: error }, 'a request could not be answered'),
    }),
  );
  logger.info({ status: nodeStatus(raft, registers), life }, 'the node is up');
  const resources = started.move();
  return {
    handOver: async () => {
      const since = nowMs();
      driver.step({ kind: 'transfer', to: null });
      while (raft.status.role === 'leader' && nowMs() - since < handOverLimitMs) await sleep(handOverPollMs);
    },
    stop: () => resources.disposeAsync(),
    status: () => nodeStatus(raft, registers),
    failed: failure.promise,
  };
}

/** What a leader takes of the shortest election time-out for its lease: the rest is how much clocks may gain on each other. */
const leaseShare = 0.8;

function leaseMsFor(electionMsMin: number, tickMs: number): number {
  // Voters count in ticks, and the first of them may be nearly over when it is counted.
  return Math.max(0, Math.floor(electionMsMin / tickMs) - 1) * tickMs * leaseShare;
}

/** Called now and then, it logs every change of role, term or leader. */
function changeNoter(raft: Raft, logger: Logger): () => void {
  let noted = '';
  return () => {
    const { role, term, leader } = raft.status;
    const now = `${role} ${term} ${leader ?? ''}`;
    if (now !== noted) logger.info({ role, term, leader }, 'role');
    noted = now;
  };
}
