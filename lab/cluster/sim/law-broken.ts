/** The laws that hold across a cluster at every moment, by name. `core` stands for what a node asserts of itself. */
export type Law =
  | 'one-leader-a-term'
  | 'elected-by-quorum'
  | 'committed-on-quorum'
  | 'log-matching'
  | 'leader-completeness'
  | 'committed-never-changes'
  | 'equal-applied-hash'
  | 'quorums-intersect'
  | 'durable-before-said'
  | 'applied-in-order'
  | 'core';

/** A law does not hold: the run has failed, whatever else comes of it. */
export class LawBroken extends Error {
  override readonly name = 'LawBroken';
  readonly law: Law;

  /** @param message what was expected and what was seen, in one sentence. */
  constructor(law: Law, message: string) {
    super(message);
    this.law = law;
  }
}
