/** Messages between nodes: lost, repeated, late, and overtaking each other, as the run's conditions say. */
import { forkSeed, seededRandom, type Random } from '@raft-lab/workloads';
import { entryBytes, type Entry } from '@raft-lab/node/core/entry.ts';
import type { Message, Outgoing } from '@raft-lab/node/core/messages.ts';
import type { NodeId } from '../../links/links.ts';
import { drawDelayMs, share, type Conditions } from './conditions.ts';
import type { Counts } from './counters.ts';
import type { SimLinks } from './sim-links.ts';
import { nsPerMs, type VirtualTime } from './virtual-time.ts';

/** Who receives messages, at the time they arrive. */
export interface Receiver {
  /** Counts the node's starts; 0 before the first. */
  readonly life: number;
  readonly isUp: boolean;
  receive(from: NodeId, message: Message): void;
  peerRestarted(peer: NodeId): void;
}

/** About what a message costs beside its entries and its snapshot's bytes. */
const messageBytes = 48;

export class PeerNetwork {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #conditions: Conditions['network'];
  readonly #links: SimLinks;
  readonly #receivers: ReadonlyMap<NodeId, Receiver>;
  readonly #counts: Counts;
  readonly #bytesSent = new Map<NodeId, number>();
  #calm = false;

  constructor(options: {
    readonly time: VirtualTime;
    readonly seed: number;
    readonly conditions: Conditions['network'];
    readonly links: SimLinks;
    readonly receivers: ReadonlyMap<NodeId, Receiver>;
    readonly counts: Counts;
  }) {
    this.#time = options.time;
    this.#random = seededRandom(forkSeed(options.seed, 'network'));
    this.#conditions = options.conditions;
    this.#links = options.links;
    this.#receivers = options.receivers;
    this.#counts = options.counts;
    if (options.conditions.clogsPerMinute > 0) this.#clogLater();
  }

  get bytesSent(): ReadonlyMap<NodeId, number> {
    return this.#bytesSent;
  }

  /** From here on nothing is lost, repeated or overtaken but by the links' faults. */
  calm(): void {
    this.#calm = true;
  }

  /** Returns false where the sender knows at once that nobody is there. */
  send(from: NodeId, { to, message }: Outgoing): boolean {
    const receiver = this.#receivers.get(to);
    if (receiver?.isUp !== true) return false;
    const cut = this.#cutShort(message);
    const bytes = bytesOf(cut);
    const { lost, repeated, overtaken, lateMsMax } = this.#conditions;
    const faulty = !this.#calm;
    const overtakes = faulty && this.#random.chance(overtaken);
    const delayMs = drawDelayMs(this.#random, this.#conditions.delayMs);
    this.#bytesSent.set(from, (this.#bytesSent.get(from) ?? 0) + bytes);
    if (faulty && this.#random.chance(lost)) {
      this.#counts.messagesLost += 1;
      return true;
    }
    const { life } = receiver;
    const deliver = (): void => this.#deliver(from, receiver, life, cut);
    const sent = this.#links.flow(from, to).send({
      bytes,
      delayMs: overtakes ? delayMs + share(this.#random) * lateMsMax : delayMs,
      overtakes,
      deliver,
    });
    if (overtakes && sent === 'sent') this.#counts.messagesOvertaken += 1;
    if (faulty && sent === 'sent' && this.#random.chance(repeated) && isRepeatable(message)) {
      this.#counts.messagesRepeated += 1;
      const late = delayMs + share(this.#random) * lateMsMax;
      this.#links.flow(from, to).send({ bytes, delayMs: late, overtakes: true, deliver });
    }
    return sent !== 'refused';
  }

  /** `node` began a new life, and everyone learns of it when it dials. */
  restarted(node: NodeId): void {
    for (const [peer, receiver] of this.#receivers) {
      if (peer === node) continue;
      const { life } = receiver;
      this.#links.flow(node, peer).send({
        bytes: messageBytes,
        delayMs: drawDelayMs(this.#random, this.#conditions.delayMs),
        overtakes: false,
        deliver: () => {
          if (receiver.isUp && receiver.life === life) receiver.peerRestarted(node);
        },
      });
    }
  }

  #deliver(from: NodeId, receiver: Receiver, life: number, message: Message): void {
    if (!receiver.isUp) return;
    if (receiver.life !== life) {
      if (!this.#conditions.reachesNextLife) return;
      this.#counts.messagesToNextLife += 1;
    }
    receiver.receive(from, message);
  }

  /** A sender with small messages: the entries that do not fit are missed by the receiver, and sent again. */
  #cutShort(message: Message): Message {
    const { appendEntriesMax } = this.#conditions;
    if (this.#calm || message.kind !== 'append' || message.entries.length <= appendEntriesMax) return message;
    return { ...message, entries: message.entries.slice(0, appendEntriesMax) };
  }

  #clogLater(): void {
    const everyMs = 60_000 / this.#conditions.clogsPerMinute;
    this.#time.after(drawDelayMs(this.#random, [1, everyMs]) * nsPerMs, () => {
      if (this.#calm) return;
      const [from, to] = this.#random.sample([...this.#receivers.keys()], 2);
      if (from === undefined || to === undefined) return;
      const flow = this.#links.flow(from, to);
      const forMs = share(this.#random) * this.#conditions.clogMsMax;
      flow.impose('clog', { kind: 'hold' });
      this.#counts.linksClogged += 1;
      this.#time.after(forMs * nsPerMs, () => void flow.lift('clog'));
      this.#clogLater();
    });
  }
}

/**
 * The refusal of a repeated request to append would be taken for that of the first, which may have been accepted: for a client's request a node relies on its
 * transport, a stream that repeats nothing. Raft's own messages rely on nothing.
 */
function isRepeatable({ kind }: Message): boolean {
  return kind !== 'forward';
}

function bytesOf(message: Message): number {
  switch (message.kind) {
    case 'append':
      return message.entries.reduce((sum: number, entry: Entry) => sum + entryBytes(entry), messageBytes);
    case 'snapshot-chunk':
      return messageBytes + message.data.length;
    case 'forward':
      return messageBytes + message.command.length;
    case 'vote-request':
    case 'vote':
    case 'append-ack':
    case 'append-reject':
    case 'heartbeat':
    case 'heartbeat-ack':
    case 'snapshot-ack':
    case 'timeout-now':
    case 'stale':
    case 'forward-refused':
    case 'read-index':
    case 'read-index-answer':
    case 'read-index-refused':
      return messageBytes;
  }
}
