/** What a node may and must do, by name (`conduct/`). */
export const conductLaws = [
  // Elections.
  'votes-for-newer-logs',
  'votes-answered',
  'learns-from-votes',
  'leader-defended',
  'removed-ignored',
  'voters-campaign',
  'no-campaign-while-installing',
  // Following.
  'earlier-terms-ignored',
  'agrees-before-appending',
  'follower-commit',
  'installs-news',
  'installs-own',
  // Leading.
  'leader-has-quorum',
  'leader-serves',
  'commit-as-acknowledged',
  'commits-own-term',
  'commits-what-quorum-holds',
  'reads-need-round',
  'reads-need-own-term',
  // Changes of the configuration and of the leader.
  'changes-need-own-term',
  'one-change-at-a-time',
  'promotes-caught-up',
  'removed-leader-leaves',
  'farewell-said',
  'transfer-to-voter',
  'transfer-to-whole-log',
] as const;
export type ConductLaw = (typeof conductLaws)[number];

/** What holds across a cluster at every moment, by name (`laws.ts`). `core` stands for what a node asserts of itself. */
export type ClusterLaw =
  | 'one-leader-a-term'
  | 'one-vote-a-term'
  | 'votes-remembered'
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

export type Law = ClusterLaw | ConductLaw;

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
