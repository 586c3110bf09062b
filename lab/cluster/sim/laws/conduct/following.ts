/** A follower's side of replication, and of snapshots, as it shows in its turns (Raft §5.1, §5.3, §7). */
import { isMember } from '@raft-lab/node/core/configuration.ts';
import type { LogIndex } from '@raft-lab/node/core/entry.ts';
import type { Append } from '@raft-lab/node/core/messages.ts';
import { LawBroken } from '../law-broken.ts';
import { tellsCommitted, termOf, type Heard, type Turn } from './turn.ts';

export class FollowerConduct {
  /** Up to here the log was seen to be that of this term's leader. */
  #verified: LogIndex;

  /** @param commit what the node knows to be committed when it begins. */
  constructor(commit: LogIndex) {
    this.#verified = commit;
  }

  judge(turn: Turn): void {
    const { before, after, heard, effects } = turn;
    if (effects.install !== null) installs(turn);
    if (heard !== null) {
      const term = termOf(heard.message);
      if (term !== undefined && term < before.term) ignoresEarlierTerms(turn, heard);
      else this.#follows(turn, heard);
    }
    if (after.term !== before.term)
      this.#verified = Math.max(after.status.commitIndex, this.#provenBy(heard, after.term));
  }

  #follows(turn: Turn, heard: Heard): void {
    const { message } = heard;
    if (message.kind === 'append' && !agrees(turn, heard, message)) {
      refuses(turn, heard, message);
      return;
    }
    const { node, before, after } = turn;
    const commit = before.status.commitIndex;
    // In a new term nothing is verified but what is committed, and what this very message shows.
    const verified = after.term === before.term ? this.#verified : commit;
    this.#verified = Math.max(verified, commit, this.#provenBy(heard, after.term));
    const learns =
      message.kind === 'append' || message.kind === 'heartbeat' || message.kind === 'read-index-answer';
    if (!learns || after.status.commitIndex <= this.#verified) return;
    throw new LawBroken(
      'follower-commit',
      `${node} commits up to ${after.status.commitIndex} by what ${heard.from} says, although its log is known to be the leader's only up to ${this.#verified}.`,
    );
  }

  /** Up to where a message shows the log of a node in `term` to be its leader's. */
  #provenBy(heard: Heard | null, term: number): LogIndex {
    if (heard === null || termOf(heard.message) !== term) return 0;
    const { message, held } = heard;
    if (message.kind === 'append') return message.previous.index + message.entries.length;
    return message.kind === 'snapshot-chunk' && held === message.base.term ? message.base.index : 0;
  }
}

/** Whether the log agrees with the leader's before the entries that are sent; what is committed is in the leader's log too. */
function agrees({ before }: Turn, { held }: Heard, { previous }: Append): boolean {
  return previous.index < before.status.commitIndex || held === previous.term;
}

function refuses({ node, made, effects }: Turn, { from }: Heard, { previous }: Append): void {
  const refused = made.some(({ to, message }) => to === from && message.kind === 'append-reject');
  if (refused && (effects.append?.entries.length ?? 0) === 0) return;
  throw new LawBroken(
    'agrees-before-appending',
    `${node} does not refuse what ${from} sends to follow on the entry ${previous.index} of term ${previous.term}, which it does not have.`,
  );
}

function ignoresEarlierTerms({ node, before, after, effects }: Turn, { from, message }: Heard): void {
  const elected = before.status.role !== 'leader' && after.status.role === 'leader';
  const commits = !tellsCommitted(message) && after.status.commitIndex !== before.status.commitIndex;
  const appends = (effects.append?.entries.length ?? 0) > 0;
  if (!elected && !commits && !appends) return;
  throw new LawBroken(
    'earlier-terms-ignored',
    `${node} ${elected ? 'leads' : commits ? 'commits' : 'appends entries'} in term ${before.term} by a message of an earlier one, a ${message.kind} of ${from}.`,
  );
}

/** A snapshot takes the log's place where it says something new, and to somebody whom it knows. */
function installs({ node, before, heard, effects }: Turn): void {
  if (effects.install === null) return;
  const { base, configuration } = effects.install;
  if (base.index <= before.status.commitIndex || heard?.held === base.term) {
    throw new LawBroken(
      'installs-news',
      `${node} installs a snapshot of what it has: its log has the entry ${base.index} of term ${base.term}, and is committed up to ${before.status.commitIndex}.`,
    );
  }
  if (isMember(configuration, node)) return;
  throw new LawBroken(
    'installs-own',
    `${node} installs a snapshot at ${base.index} whose configuration does not have it.`,
  );
}
