/**
 * The port behind which the lab's clusters stand: `docker`, `process` and `sim`. The runner, the nemeses and the clients know
 * this file and nothing behind it; `cluster.conformance.ts` holds the cases that every implementation passes.
 */
import type { Links, NodeId } from '../links/links.ts';
import type { Door } from './door.ts';

export type ClusterKind = 'docker' | 'process' | 'sim';

/** What is under test: a command line (an argv, run without a shell) or a container image (`command` replaces the image's own). */
export type NodeSource =
  | { readonly kind: 'command'; readonly argv: readonly [string, ...string[]]; readonly directory?: string }
  | { readonly kind: 'image'; readonly image: string; readonly command?: readonly string[] };

export interface ClusterOptions {
  /** A label for everything the run creates (containers, networks, volumes, process groups), unique on the host. */
  readonly runId: string;
  readonly source: NodeSource;
  /** Every node that may ever join (`RAFT_PEERS`), names never started included. */
  readonly nodes: readonly NodeId[];
  /** The first configuration (`RAFT_VOTERS`), a subset of `nodes`. */
  readonly voters: readonly NodeId[];
  /** Where each node's output goes, as `<id>.log`; an existing directory. */
  readonly logDirectory: string;
  /** Additional environment of every node (`--env`). */
  readonly env: Readonly<Record<string, string>>;
  readonly heartbeatMs: number;
  readonly electionMs: readonly [min: number, max: number];
  readonly snapshotEntries: number;
  /** How long a node may take until `GET /status` answers 200. The contract says 10,000. */
  readonly readyTimeoutMs: number;
  /** Process cluster only: the first of the ports to use, instead of a free range found by the lab. */
  readonly firstPort?: number;
}

/** A monotonic clock; virtual in the simulator. */
export interface Clock {
  /** Nanoseconds since the clock's own beginning. */
  nowNs(): number;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A node ended although the lab did not end it. */
export interface NodeExit {
  readonly node: NodeId;
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines the node printed. */
  readonly output: string;
}

/** Which way a request takes: `clients` through the client link, which faults may disturb; `observer` through one that they never touch. */
export type Entrance = 'clients' | 'observer';

export interface Cluster extends AsyncDisposable {
  readonly kind: ClusterKind;
  readonly nodes: readonly NodeId[];
  readonly clock: Clock;
  readonly links: Links;
  /** The secret in `RAFT_CLUSTER_TOKEN`. */
  readonly token: string;

  /**
   * Starts a node on its own disk, whatever it holds, and resolves when `GET /status` answers 200.
   * Rejects with a `NodeStartError` when the node ended, or was not ready within `readyTimeoutMs`.
   */
  start(node: NodeId): Promise<void>;
  /** SIGTERM, and SIGKILL after 5 s; resolves when the node is gone. */
  stop(node: NodeId): Promise<void>;
  /** SIGKILL; resolves when the node is gone. */
  kill(node: NodeId): Promise<void>;
  /** Stops the node's execution (SIGSTOP to all its processes, or the freezer). */
  pause(node: NodeId): Promise<void>;
  resume(node: NodeId): Promise<void>;
  /** Empties the disk of a node that is down. */
  wipe(node: NodeId): Promise<void>;

  /** The HTTP door of a node. Usable whether the node runs or not. */
  door(node: NodeId, entrance: Entrance): Door;
  /** Calls `listener` for each node that ends without the lab's signal, once. */
  onExit(listener: (exit: NodeExit) => void): void;
  /** The last lines that a node printed. */
  output(node: NodeId): Promise<string>;
  /**
   * Only where a cluster leads a life of its own beside the plan, as a simulated one does: resolves when, after `links.reset()`, it is again what the plan says,
   * or does not come to be. Until then nobody can say who has to serve.
   */
  atRest?(): Promise<void>;
  /** Bytes that each node has sent to its peers since the cluster began. */
  peerBytesSent(): Promise<ReadonlyMap<NodeId, number>>;
  /** Bytes that a node's data directory holds on disk, or undefined where that cannot be told. */
  diskBytes(node: NodeId): Promise<number | undefined>;
}

/** Prepares networks, links and directories, and starts no node yet. */
export type CreateCluster = (options: ClusterOptions) => Promise<Cluster>;

/** The node's fault: it ended, or it was not ready in time. */
export class NodeStartError extends Error {
  override readonly name = 'NodeStartError';
  readonly node: NodeId;
  readonly reason: 'exited' | 'not-ready' | 'bad-status';
  readonly output: string;

  constructor(node: NodeId, reason: 'exited' | 'not-ready' | 'bad-status', message: string, output: string) {
    super(message);
    this.node = node;
    this.reason = reason;
    this.output = output;
  }
}
