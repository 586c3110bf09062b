/** The way from a client, or from an observer whom no fault touches, to a node's door and back. */
import type { Random } from '@raft-lab/workloads';
import type { Entrance } from '../cluster.ts';
import { DoorError, type Door, type DoorAnswer, type DoorErrorCode, type DoorRequest } from '../door.ts';
import { share } from './conditions.ts';
import type { Parcel } from './flow.ts';
import type { SimLinks } from './sim-links.ts';
import type { Reply, SimNode } from './sim-node.ts';
import { nsPerMs, type VirtualTime } from './virtual-time.ts';

const delayMsMin = 0.05;
const delayMsMax = 0.5;
/** About what headers cost. */
const headerBytes = 200;

export interface SimDoorOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly links: SimLinks;
  readonly node: SimNode;
  readonly entrance: Entrance;
}

export class SimDoor implements Door {
  readonly #options: SimDoorOptions;

  constructor(options: SimDoorOptions) {
    this.#options = options;
  }

  send(request: DoorRequest): Promise<DoorAnswer> {
    const { time, node } = this.#options;
    return new Promise((resolve, reject) => {
      let done = false;
      /** Lets `tell` say how it ended, once. */
      const end = (tell: () => void): void => {
        if (done) return;
        done = true;
        limit.run = null;
        time.settled();
        tell();
      };
      const fail = (code: DoorErrorCode): void =>
        end(() => reject(new DoorError(code, sentences[code](node.id, request))));
      const limit = time.after(request.timeoutMs * nsPerMs, () => fail('timeout'));
      const answer = (reply: Reply): void => {
        if (done) return;
        const arrived = (): void => (reply === 'closed' ? fail('closed') : end(() => resolve(reply)));
        if (!this.#carry('back', reply === 'closed' ? 0 : reply.body.length, arrived)) fail('closed');
      };
      const arrive = (): void => {
        if (node.isUp) node.serve(request, answer);
        else fail('not-sent');
      };
      // The connection is accepted by whatever stands between, and ends at once: what was written may have gone through.
      if (!this.#carry('there', request.body?.length ?? 0, arrive)) {
        time.after(delayMsMin * nsPerMs, () => fail('closed'));
      }
    });
  }

  /** Returns false where the connection ends instead. */
  #carry(way: 'there' | 'back', bytes: number, deliver: () => void): boolean {
    const { time, random, links, node, entrance } = this.#options;
    const delayMs = delayMsMin + share(random) * (delayMsMax - delayMsMin);
    if (entrance === 'observer') {
      time.after(delayMs * nsPerMs, deliver);
      return true;
    }
    const flow = way === 'there' ? links.flow('clients', node.id) : links.flow(node.id, 'clients');
    const parcel: Parcel = { bytes: bytes + headerBytes, delayMs, overtakes: true, deliver };
    return flow.send(parcel) !== 'refused';
  }
}

const sentences: Readonly<Record<DoorErrorCode, (node: string, request: DoorRequest) => string>> = {
  'not-sent': (node, { method, path }) => `${node} does not run, so ${method} ${path} was not sent.`,
  closed: (node, { method, path }) =>
    `The connection to ${node} ended before ${method} ${path} was answered.`,
  timeout: (node, { method, path, timeoutMs }) =>
    `${node} did not answer ${method} ${path} within ${timeoutMs} ms.`,
};
