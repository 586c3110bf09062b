/** What the doctor found out about one point of the contract. */
import type { Exchange } from './exchange.ts';

interface Point {
  /** The check's name, unique among the checks. */
  readonly check: string;
  /** What the contract says, in one sentence. */
  readonly says: string;
  /** Where it says so: a page of this repository with an anchor. */
  readonly link: string;
}

export interface Passed extends Point {
  readonly outcome: 'pass';
}

export interface Failed extends Point {
  readonly outcome: 'fail';
  readonly expected: string;
  readonly seen: string;
  /** The requests that show it, with their answers, in order. */
  readonly exchanges: readonly Exchange[];
  /** What a node's author usually has to change. */
  readonly hint: string;
  /** The last lines of a node that ended meanwhile or did not start. */
  readonly output?: string;
}

/**
 * Why a check was not tried: the node does not list the `feature`, or leaves out an expected field (`unreported`); an
 * `earlier-failure` stands in the way; this kind of cluster offers no way (`impossible`); or the `lab` failed.
 */
export type NotTriedCause = 'feature' | 'unreported' | 'earlier-failure' | 'impossible' | 'lab';

export interface NotTried extends Point {
  readonly outcome: 'not-tried';
  readonly cause: NotTriedCause;
  readonly reason: string;
}

export type Finding = Passed | Failed | NotTried;

/** 0: nothing fails. 1: something does. 4: nothing does, but the lab could not try everything. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 4 {
  if (findings.some(({ outcome }) => outcome === 'fail')) return 1;
  return findings.some((finding) => finding.outcome === 'not-tried' && finding.cause === 'lab') ? 4 : 0;
}
