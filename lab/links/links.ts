/** Directed links between the nodes of a cluster, and between clients and nodes, and what can be done to them. */

export type NodeId = string;

/** Where a flow of bytes begins or ends: a node by its name, or `clients`, the clients of the lab taken together. */
export type LinkEnd = string;

/** One direction between two ends: the bytes that travel from `from` to `to`, whoever dialled the connection. */
export interface Flow {
  readonly from: LinkEnd;
  readonly to: LinkEnd;
}

/**
 * The three kinds of a cut: `close` ends connections, `black-hole` loses the bytes sent while it lasts, and `hold` keeps
 * them back and lets them arrive, late and in order, when it is lifted (the only way for a stale RPC to arrive over TCP).
 */
export type CutKind = 'close' | 'black-hole' | 'hold';

export type LinkEffect =
  | { readonly kind: CutKind }
  | { readonly kind: 'latency'; readonly latencyMs: number; readonly jitterMs: number }
  | { readonly kind: 'bandwidth'; readonly kilobytesPerSecond: number }
  | {
      readonly kind: 'slicer';
      readonly averageBytes: number;
      readonly variationBytes: number;
      readonly delayUs: number;
    }
  | { readonly kind: 'reset'; readonly afterMs: number };

export interface LinkRule {
  readonly flow: Flow;
  readonly effect: LinkEffect;
}

/** The link side of a cluster. Rules imposed under different names add up; lifting one name leaves the others in force. */
export interface Links {
  /** Puts `rules` in force under `name`; resolves when all of them are. */
  impose(name: string, rules: readonly LinkRule[]): Promise<void>;
  /** Lifts what was imposed under `name`; resolves when nothing of it is in force. Unknown names are an error. */
  lift(name: string): Promise<void>;
  /** Lifts everything. */
  reset(): Promise<void>;
}
