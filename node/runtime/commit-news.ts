/**
 * Appends without entries, by which a leader tells that more is committed. Where nobody waits for that they can wait themselves: for the next message
 * that goes there anyway, or the next tick. To the core it is a delay like any other of the network, and it spares every follower a wake-up for each write.
 */
import type { LogIndex, NodeId } from '../core/entry.ts';
import type { Append, Message, Outgoing } from '../core/messages.ts';

export class CommitNews {
  /** Up to where each peer has clients who wait to hear that it is committed. */
  readonly #awaited = new Map<NodeId, LogIndex>();
  /** The latest news for each peer. */
  readonly #waiting = new Map<NodeId, Outgoing>();

  /** A peer passed on a command of a client of its own; with it the log ends at `lastIndex`. */
  forwarded(peer: NodeId, lastIndex: LogIndex): void {
    this.#awaited.set(peer, lastIndex);
  }

  /** What of this is to be sent now, and what waited for company. */
  pass(outgoing: readonly Outgoing[]): readonly Outgoing[] {
    const now: Outgoing[] = [];
    for (const each of outgoing) {
      if (isNews(each.message) && !this.#isAwaited(each.to, each.message)) this.#waiting.set(each.to, each);
      else now.push(each);
    }
    if (this.#waiting.size === 0) return now;
    for (const to of new Set(now.map((each) => each.to))) {
      const news = this.#waiting.get(to);
      this.#waiting.delete(to);
      if (news !== undefined) now.push(news);
    }
    return now;
  }

  /** All that waited. */
  takeAll(): readonly Outgoing[] {
    if (this.#waiting.size === 0) return [];
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    return all;
  }

  #isAwaited(peer: NodeId, { commit }: Append): boolean {
    const upTo = this.#awaited.get(peer);
    if (upTo === undefined) return false;
    if (commit >= upTo) this.#awaited.delete(peer);
    return true;
  }
}

function isNews(message: Message): message is Append {
  return message.kind === 'append' && message.entries.length === 0;
}
