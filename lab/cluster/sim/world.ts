/** What the nodes of a simulated cluster share. */
import type { Timing } from '@raft-lab/node/core/state.ts';
import type { NodeId } from '../../links/links.ts';
import type { Conditions } from './conditions.ts';
import type { Counts } from './counters.ts';
import type { Laws } from './laws/laws.ts';
import type { Mutant } from './mutants/mutant.ts';
import type { PeerNetwork } from './peer-network.ts';
import type { ShadowLog } from './laws/shadow-log.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface World {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly conditions: Conditions;
  readonly counts: Counts;
  readonly laws: Laws;
  readonly trace: Trace;
  readonly network: PeerNetwork;
  /** Everyone who may ever take part. */
  readonly nodes: readonly NodeId[];
  readonly voters: readonly NodeId[];
  readonly token: string;
  readonly tickMs: number;
  readonly timing: Timing;
  readonly snapshotEntries: number;
  readonly mutant: Mutant | undefined;
  /** Those who lead now, as far as they know, with their logs. */
  readonly leaders: () => Iterable<{
    readonly node: NodeId;
    readonly term: number;
    readonly log: ShadowLog;
  }>;
  /** Whether a change of the configuration is under way anywhere. */
  readonly isChanging: () => boolean;
  /** A node cannot go on: a law is broken, or its core gave up. */
  readonly failed: (node: NodeId, error: unknown) => void;
}
