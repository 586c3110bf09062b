/** Messages of a turn, sorted by whether they wait for the disk. */
import type { NodeId } from './entry.ts';
import type { Message, Outgoing } from './messages.ts';
import type { Rules } from './rules.ts';

export class Outbox {
  #send: Outgoing[] = [];
  #then: Outgoing[] = [];
  readonly #waitsForDisk: Rules['waitsForDisk'];

  constructor(waitsForDisk: Rules['waitsForDisk']) {
    this.#waitsForDisk = waitsForDisk;
  }

  /** A message that promises nothing about the disk. */
  send(to: NodeId, message: Message): void {
    this.#send.push({ to, message });
  }

  /** A message that is true only once everything that the node holds now is on disk. */
  sendWhenDurable(to: NodeId, message: Message): void {
    (this.#waitsForDisk(message.kind) ? this.#then : this.#send).push({ to, message });
  }

  get waiting(): boolean {
    return this.#then.length > 0;
  }

  take(): { send: Outgoing[]; then: Outgoing[] } {
    const taken = { send: this.#send, then: this.#then };
    this.#send = [];
    this.#then = [];
    return taken;
  }
}
