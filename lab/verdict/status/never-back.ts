/**
 * What never goes back: `term`, `commitIndex`, `appliedIndex` and `snapshotIndex` while a process lives, `term` and `snapshotIndex` across its
 * restarts, and the log's end never falls below what a living process has called committed.
 */
import type { NodeId, Status } from '../../history/history.ts';
import type { Evidence } from '../property.ts';
import { seconds } from '../words.ts';
import type { Poll } from './polls.ts';

const inOneLife = ['term', 'commitIndex', 'appliedIndex', 'snapshotIndex'] as const;
const acrossLives = ['term', 'snapshotIndex'] as const;

type Field = (typeof inOneLife)[number];
interface Peak {
  readonly value: number;
  readonly poll: Poll;
}
type Peaks = Map<Field, Peak>;

/** One piece of evidence for each node and promise, the first time it is broken. */
export function wentBack(polls: ReadonlyMap<NodeId, readonly Poll[]>): Evidence[] {
  return [...polls.values()].flatMap((answers) => backwards(answers));
}

function backwards(answers: readonly Poll[]): Evidence[] {
  const evidence = new Map<string, Evidence>();
  const report = (promise: string, one: Evidence): void => {
    if (!evidence.has(promise)) evidence.set(promise, one);
  };
  const ever: Peaks = new Map();
  const lives = new Map<number, Peaks>();
  const before = answers.values();
  let earlier = before.next();

  // Polls may overlap, and each tells of some moment between question and answer. So an answer is held only against those that had
  // arrived before it was asked for.
  for (const answer of answers.toSorted((a, b) => a.askedNs - b.askedNs)) {
    while (earlier.done !== true && earlier.value.answeredNs <= answer.askedNs) {
      raise(ever, acrossLives, earlier.value);
      if (earlier.value.life !== undefined)
        raise(peaksOf(lives, earlier.value.life), inOneLife, earlier.value);
      earlier = before.next();
    }
    for (const field of acrossLives) {
      const peak = lower(ever, field, answer);
      if (peak !== undefined) report(`${field} ever`, fell(field, peak, answer));
    }
    if (answer.life === undefined) continue;
    const peaks = peaksOf(lives, answer.life);
    for (const field of inOneLife) {
      const peak = lower(peaks, field, answer);
      if (peak !== undefined && !evidence.has(`${field} ever`)) report(field, fell(field, peak, answer));
    }
    const short = logBelowCommit(peaks, answer);
    if (short !== undefined) report('lastLogIndex', short);
  }
  return [...evidence.values()];
}

function peaksOf(lives: Map<number, Peaks>, life: number): Peaks {
  const known = lives.get(life);
  if (known !== undefined) return known;
  const peaks: Peaks = new Map();
  lives.set(life, peaks);
  return peaks;
}

function raise(peaks: Peaks, fields: readonly Field[], poll: Poll): void {
  for (const field of fields) {
    const value = poll.status[field];
    if (value !== undefined && value > (peaks.get(field)?.value ?? -1)) peaks.set(field, { value, poll });
  }
}

function lower(peaks: Peaks, field: Field, answer: Poll): Peak | undefined {
  const peak = peaks.get(field);
  const value = answer.status[field];
  return peak !== undefined && value !== undefined && value < peak.value ? peak : undefined;
}

function fell(field: Field, peak: Peak, answer: Poll): Evidence {
  const when = peak.poll.life === answer.life ? 'while a process lives' : 'not even across a restart';
  return {
    summary:
      `Expected ${field} of ${answer.node} never to go back, ${when}, but it was ${peak.value} at ${seconds(peak.poll.answeredNs)} ` +
      `and ${answer.status[field]} at ${seconds(answer.answeredNs)}.`,
    events: [peak.poll.index, answer.index],
  };
}

function logBelowCommit(peaks: Peaks, answer: Poll): Evidence | undefined {
  const { commitIndex, lastLogIndex }: Status = answer.status;
  if (lastLogIndex === undefined) return undefined;
  const earlier = peaks.get('commitIndex');
  const committed = Math.max(commitIndex ?? 0, earlier?.value ?? 0);
  if (lastLogIndex >= committed) return undefined;
  const events = earlier === undefined || commitIndex === committed ? [] : [earlier.poll.index];
  return {
    summary:
      `Expected the log of ${answer.node} never to be cut below what is committed, but at ${seconds(answer.answeredNs)} its lastLogIndex was ` +
      `${lastLogIndex} although it had said that ${committed} is committed.`,
    events: [...events, answer.index],
  };
}
