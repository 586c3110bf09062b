/**
 * One direction of one connection is a chain of stages, one for each toxic, between a source socket and a destination socket. Bytes are pushed
 * from stage to stage; a stage that keeps bytes back counts them, and the flow stops reading its source while too many are kept.
 */

/** What a stage hands its bytes to: the next stage, or the destination. */
export interface Outlet {
  write(bytes: Buffer): void;
  /** No more bytes will come: the destination is closed once everything before has been delivered. */
  end(): void;
  /** Ends the whole connection at once, with a TCP reset, losing what is under way. */
  reset(): void;
}

/** Counts the bytes that the stages of a flow keep back. */
export interface Held {
  add(bytes: number): void;
  subtract(bytes: number): void;
}

export interface Stage {
  write(bytes: Buffer): void;
  end(): void;
  /** The attributes of the toxic have changed. */
  update(): void;
  /** The toxic was removed: hands on everything that was kept, in order, or ends the connection where the toxic has lost bytes for good. */
  release(): void;
  /** The connection is gone: drops everything and stops all timers. */
  dispose(): void;
}

/** A timer of Node cannot wait longer (it fires at once instead): 24 days. */
export const longestTimerMs = 2 ** 31 - 1;

/** A stage without any effect, for the connections that a toxic with a toxicity below 1 spares. */
export function passThrough(outlet: Outlet): Stage {
  return {
    write: (bytes) => outlet.write(bytes),
    end: () => outlet.end(),
    update: () => undefined,
    release: () => undefined,
    dispose: () => undefined,
  };
}
