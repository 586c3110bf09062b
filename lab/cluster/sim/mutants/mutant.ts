/** A cluster with one broken rule, for the simulator to find. Where the core has no rule to replace, what it hears and says is bent instead. */
import type { Effects } from '@raft-lab/node/core/effects.ts';
import type { Entry } from '@raft-lab/node/core/entry.ts';
import type { Message, Outgoing } from '@raft-lab/node/core/messages.ts';
import type { Rules } from '@raft-lab/node/core/rules.ts';
import type { RaftStatus } from '@raft-lab/node/core/status.ts';
import type { SessionLimits } from '@raft-lab/node/registers/sessions.ts';
import type { ShadowLog } from '../laws/shadow-log.ts';
import type { DiskFlaws } from '../sim-disk.ts';
import type { RequestFlaws } from '../sim-requests.ts';

/** What a mutant may look at in the node that it bends. */
export interface Bent {
  readonly status: RaftStatus;
  readonly log: ShadowLog;
}

export interface Mutant {
  readonly name: string;
  /** What it does wrong. */
  readonly does: string;
  /** Where it is said that it must not, or who once did it. */
  readonly source: string;
  readonly rules?: Partial<Rules>;
  readonly disk?: Partial<DiskFlaws>;
  readonly requests?: Partial<RequestFlaws>;
  readonly sessions?: SessionLimits;
  /** What a node hears in place of a message; null drops it. */
  readonly hears?: (message: Message, node: Bent) => Message | null;
  /** What it says in place of a message. */
  readonly says?: (outgoing: Outgoing, node: Bent) => Outgoing | null;
  /** What it does in place of what the core wants done. */
  readonly carriesOut?: (effects: Effects, node: Bent) => Effects;
  /** What it applies in place of an entry. */
  readonly applies?: (entry: Entry) => Entry;
}
