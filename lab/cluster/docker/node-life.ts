import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';

/** The last output arrives with the end of the container; a stuck stream must not hold up the news of it. */
const lastOutputLimitMs = 1_000;

/** How a container ended. */
export interface End {
  /** As the engine reports it: 128 + n for signal n. */
  readonly code: number;
  readonly signal: string | null;
  readonly isOutOfMemory: boolean;
}

/** From one start of a node's container to its end. */
export class NodeLife {
  readonly container: Docker.Container;
  /** Never rejects. */
  readonly ended: Promise<End>;
  /** The lab has sent, or is about to send, the signal that ends it. */
  isEndedByLab = false;
  /** `GET /status` has answered 200. */
  wasReady = false;

  /** @param recorded resolves when the life's output has arrived */
  constructor(container: Docker.Container, recorded: Promise<void>) {
    this.container = container;
    this.ended = endOf(container, recorded);
  }
}

/** Resolves when a container that was started has ended, and `recorded` says that its output has arrived. Never rejects. */
export async function endOf(container: Docker.Container, recorded: Promise<void>): Promise<End> {
  const code = await container.wait().then(
    (answer: { StatusCode: number }) => answer.StatusCode,
    // Removed while we waited: that is SIGKILL too.
    () => 128 + constants.signals.SIGKILL,
  );
  await Promise.race([recorded, sleep(lastOutputLimitMs, undefined, { ref: false })]);
  const isOutOfMemory = await container.inspect().then(
    (inspection) => inspection.State.OOMKilled,
    () => false,
  );
  return { code, signal: signalName(code - 128), isOutOfMemory };
}

function signalName(number: number): string | null {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? null;
}
