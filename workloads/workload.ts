/** What clients ask of a cluster's registers, and what a workload is made of. */

export type RegisterRequest =
  | { readonly f: 'read'; readonly key: string }
  | { readonly f: 'write'; readonly key: string; readonly value: string }
  | { readonly f: 'cas'; readonly key: string; readonly from: string | null; readonly to: string };

/** Which node a client turns to: always the same one, or whichever it believes to lead. */
export type Route = { readonly kind: 'pinned'; readonly node: string } | { readonly kind: 'leader' };

/** What one client does all its life. */
export interface ClientRole {
  readonly route: Route;
  /** The share of reads among its requests, from 0 to 1. */
  readonly readShare: number;
}

/** One run's worth of requests, drawn from a seed. */
export interface Generator {
  /** The next request of this client, 0-based. */
  next(client: number): RegisterRequest;
  /** Tells the generator a value that some client saw or wrote, so that compare-and-sets have a chance to match. */
  saw(key: string, value: string | null): void;
}

export interface GeneratorOptions {
  readonly seed: number;
  /** One role for each client. */
  readonly roles: readonly ClientRole[];
  readonly keys: number;
}
