/** What the block algorithm finds wrong, in its own terms; `explain.ts` turns it into words. */

/** Operations are indices into `Actions`, values are its numbers. */
export type Finding =
  /** `reader` needs a value that nobody wrote; `refused` is an operation that would have, or `none`. */
  | { readonly kind: 'unwritten'; readonly reader: number; readonly refused: number }
  | { readonly kind: 'contradiction'; readonly operation: number }
  /** Both found the same value and left another. */
  | { readonly kind: 'two swaps'; readonly first: number; readonly second: number }
  /** Each swap finds what the one before it leaves, around a circle. */
  | { readonly kind: 'circle'; readonly swaps: readonly number[] }
  /** In one block `earlier` must come first, but `later` ended before it began. */
  | { readonly kind: 'inside'; readonly earlier: number; readonly later: number }
  /** Each of two blocks, named by their first values, has to precede the other. */
  | { readonly kind: 'between'; readonly blocks: readonly [number, number] };
