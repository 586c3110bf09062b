/** The port behind which what is compared stands. */
import type { Endpoint } from './connection.ts';
import type { HttpAnswer } from './http-answer.ts';

export type SystemName = 'ours' | 'etcd';

export interface Timing {
  readonly heartbeatMs: number;
  /** An election begins after this and before twice this. */
  readonly electionMs: number;
}

/** etcd's defaults, for both systems. */
export const timing: Timing = { heartbeatMs: 100, electionMs: 1_000 };

export interface SystemOptions {
  readonly members: number;
  /** An empty directory for its data and logs. */
  readonly directory: string;
  /** Entries after which a member takes a snapshot. */
  readonly snapshotEntries: number;
  readonly timing: Timing;
}

/** A cluster of fresh members on loopback, each with its disk. */
export interface System extends AsyncDisposable {
  readonly name: SystemName;
  readonly endpoints: readonly Endpoint[];
  /** Where the leader is, or undefined while nobody is known to lead. */
  leader(): Promise<Endpoint | undefined>;
  putRequest(key: string, value: string): Buffer;
  /** A linearizable read. */
  getRequest(key: string): Buffer;
  isPut(answer: HttpAnswer): boolean;
  /** Whether the answer holds a value of so many bytes. */
  isGet(answer: HttpAnswer, valueBytes: number): boolean;
  /** SIGKILL to every member, then the same members on the same disks. Resolves when they are started, not when they are ready. */
  restart(): Promise<void>;
  /** @throws Error with the end of its output when a member does not run. */
  assertRuns(): void;
  /** The processor time that its members have used so far, in milliseconds. */
  cpuMs(): Promise<number>;
  /** The resident memory of each member. */
  memoryBytes(): Promise<number[]>;
}

export type StartSystem = (options: SystemOptions) => Promise<System>;

/** A request as the bytes of HTTP/1.1. */
export function httpRequest(method: string, path: string, body?: unknown): Buffer {
  const content = body === undefined ? '' : JSON.stringify(body);
  const about =
    body === undefined
      ? ''
      : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(content)}\r\n`;
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${about}\r\n${content}`);
}
