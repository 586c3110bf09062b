/** What a check says: three verdicts, a certificate on a pass, an explanation on a violation. */

/** `undecided` means that a budget ended the search. It is never a pass. */
export type Verdict = 'linearizable' | 'illegal' | 'undecided';

/** The name of what went wrong. `checker/docs/anomalies.md` has a picture and a sentence for each. */
export type Anomaly =
  /** A read, begun after a newer value was in place, returned the older one. */
  | 'stale read'
  /** A read saw the new value, and a later read saw the old one again. */
  | 'new then old'
  /** An acknowledged write was never seen by anyone, and later operations saw what it should have replaced. */
  | 'lost update'
  /** A value was seen that only a refused operation wrote. */
  | 'aborted read'
  /** A value was seen that nobody ever wrote. */
  | 'phantom'
  /** A value was seen before its writer began. */
  | 'read from the future'
  /** Two compare-and-sets succeeded from one value that was written once. */
  | 'two swaps from one value'
  /** Values that follow from each other in a circle of compare-and-sets. */
  | 'circular swaps'
  /** A compare-and-set refused although it saw the value it compared with. */
  | 'contradicting answer'
  /** No order explains the answers, and none of the names above fits. */
  | 'no order';

/** How an explanation names things; what is left out falls back on process numbers and positions. */
export interface Wording {
  /** Who ran the operation, such as "process 3 on n2". */
  readonly who?: (id: number) => string;
  /** When it began and ended, such as "1.204 s"; it follows the word "at". */
  readonly began?: (id: number) => string;
  readonly ended?: (id: number) => string;
}

export interface Violation {
  readonly anomaly: Anomaly;
  /**
   * Ids of the operations that matter, in order of their call. For `no order`: answers that cannot all be right with those of the
   * support, whatever the other operations did.
   */
  readonly core: readonly number[];
  /** Those of the core whose times matter: let any of them run at any time, and the core has an order again. */
  readonly bounding: readonly number[];
  /**
   * What the core builds on, such as the compare-and-sets back to a plain write. At whatever time these ran, the core is illegal with them.
   * For `no order`: operations of a long history whose answers are taken for granted, as within its effort the shrinking needed them.
   */
  readonly support: readonly number[];
  /** One or two sentences for a person. */
  explain(wording?: Wording): string;
}

export interface PartitionResult {
  /** The key, or the empty string where the model has no partition. */
  readonly key: string;
  readonly verdict: Verdict;
  readonly engine: 'blocks' | 'search';
  /** Why it is undecided and what would decide it. */
  readonly reason?: string;
  /** On `linearizable`: ids in an order that explains every answer. `verifyOrder` checks it. */
  readonly order?: readonly number[];
  /** On `illegal`. */
  readonly violation?: Violation;
  /**
   * On `illegal`, from the search: the operation at whose end no order was left, given all that the operations open at the time answered
   * later. Where the history broke for somebody who watched, a verbose check says.
   */
  readonly completing?: number;
}

export interface CheckResult {
  /** Illegal if any partition is, else undecided if any is. */
  readonly verdict: Verdict;
  readonly reason?: string;
  readonly partitions: readonly PartitionResult[];
}

/** The longest beginning of a key's history that an order explains. */
export interface LongestPrefix {
  /**
   * An order explains everything that ended before this position, and none what ended up to and including it. `Infinity` where the whole
   * history has one.
   */
  readonly until: number;
  /** The operation that ended there, if the history is illegal. */
  readonly completing: number | undefined;
  /** Ids in an order that explains the prefix; operations open at its end may be missing. */
  readonly order: readonly number[];
}

export interface VerbosePartition extends PartitionResult {
  /** Missing where the verdict is `undecided`, or the budget was used up before it was found. */
  readonly prefix?: LongestPrefix;
}

export interface VerboseResult extends CheckResult {
  readonly partitions: readonly VerbosePartition[];
}
