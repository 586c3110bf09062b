/** One node's HTTP door as clients and observers see it: a request goes in, an answer or a `DoorError` comes out. */

export interface DoorRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH' | 'HEAD';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; `content-type: application/json` is the caller's to set. */
  readonly body?: string;
  /** After this long without a whole answer the door gives up with `timeout`. */
  readonly timeoutMs: number;
}

export interface DoorAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends each request once: never a retry of its own, whatever headers it carries. */
export interface Door {
  /** Where the door is on the network, such as `http://127.0.0.1:8080`; undefined where there is no network. */
  readonly origin?: string;
  send(request: DoorRequest): Promise<DoorAnswer>;
}

/** `not-sent`: no connection was made, so the node cannot have seen the request. `closed` and `timeout`: it may have. */
export type DoorErrorCode = 'not-sent' | 'closed' | 'timeout';

export class DoorError extends Error {
  override readonly name = 'DoorError';
  readonly code: DoorErrorCode;

  constructor(code: DoorErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
