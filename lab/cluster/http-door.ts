import { Pool, type Dispatcher } from 'undici';
import { DoorError, type Door, type DoorAnswer, type DoorRequest } from './door.ts';

/** Connections that one door keeps to its node; requests beyond them wait for one to become free. */
const connectionsMax = 256;
/** A longer answer is given up: no contract call has one. */
const answerBytesMax = 1024 * 1024;

/**
 * A door over HTTP/1.1 with a pool of connections that are kept alive. undici's pool sends a request once, as long as nothing is pipelined; its retries are an interceptor of
 * their own, which is not used here.
 */
export class HttpDoor implements Door, AsyncDisposable {
  readonly #pool: Pool;
  readonly origin: string;

  /** @param origin such as `http://127.0.0.1:8080`, without a path. */
  constructor(origin: string) {
    this.origin = origin;
    this.#pool = new Pool(origin, {
      connections: connectionsMax,
      pipelining: 1,
      allowH2: false,
      // Each request has its own limit, which covers everything from here to the last byte.
      connectTimeout: 0,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** Rejects with a `DoorError`, and with nothing else, when no whole answer came. */
  send(request: DoorRequest): Promise<DoorAnswer> {
    return new Promise((resolve, reject) => {
      const call = new Call(`${request.method} ${this.origin}${request.path}`, request, resolve, reject);
      try {
        this.#pool.dispatch(
          {
            method: request.method,
            path: request.path,
            headers: { ...request.headers },
            body: request.body ?? null,
          },
          call,
        );
      } catch (error) {
        // Nothing that undici refuses to send (a path with a line break, a door that is closed) has left the lab.
        call.onResponseError(undefined, error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }
}

/** One request on its way: it settles once, and knows whether a byte of the request can have left. */
class Call implements Dispatcher.DispatchHandler {
  readonly #label: string;
  readonly #timeoutMs: number;
  readonly #resolve: (answer: DoorAnswer) => void;
  readonly #reject: (error: DoorError) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Record<string, string> = {};
  #answerBytes = 0;
  #settled = false;

  constructor(
    label: string,
    request: DoorRequest,
    resolve: (answer: DoorAnswer) => void,
    reject: (error: DoorError) => void,
  ) {
    this.#label = label;
    this.#timeoutMs = request.timeoutMs;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => {
      this.#giveUp('timeout', `${label}: no whole answer within ${this.#timeoutMs} ms`);
    }, request.timeoutMs);
  }

  /** undici calls this when it has a connection, right before it writes the first byte. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) controller.abort(new Error('given up before it was sent'));
    else this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status;
    this.#headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#answerBytes += chunk.length;
    if (this.#answerBytes > answerBytesMax) {
      this.#giveUp('closed', `${this.#label}: the answer is longer than ${answerBytesMax} bytes`);
    } else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    const body = Buffer.concat(this.#chunks).toString('utf8');
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (!this.#settle()) return;
    this.#reject(
      this.#controller === undefined
        ? new DoorError('not-sent', `${this.#label}: no connection (${reasonOf(error)})`)
        : new DoorError('closed', `${this.#label}: the connection ended (${reasonOf(error)})`),
    );
  }

  #giveUp(code: 'timeout' | 'closed', message: string): void {
    if (!this.#settle()) return;
    if (this.#controller === undefined) {
      this.#reject(new DoorError('not-sent', `${this.#label}: no connection within ${this.#timeoutMs} ms`));
    } else {
      this.#reject(new DoorError(code, message));
      this.#controller.abort(new Error(message));
    }
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    return true;
  }
}

function reasonOf(error: Error): string {
  return error.message === '' && 'code' in error ? String(error.code) : error.message;
}
