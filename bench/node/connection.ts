/** One keep-alive connection of a closed-loop client: a request out, its answer in, then the next. */
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { HttpAnswer } from './http-answer.ts';
import { readAnswer } from './http-answer.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** No answer to these requests comes near this. */
const maxAnswerBytes = 2 ** 20;

export class Connection implements Disposable {
  readonly #socket: Socket;
  #received = '';
  #onAnswer: ((answer: HttpAnswer) => void) | null = null;
  #onError: (error: Error) => void;

  private constructor(socket: Socket, onError: (error: Error) => void) {
    this.#socket = socket;
    this.#onError = onError;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#onError(error));
    socket.on('close', () => this.#onError(new Error('the connection was closed')));
  }

  /** @param onError called when the connection, or what comes over it, is broken. */
  static async open({ host, port }: Endpoint, onError: (error: Error) => void): Promise<Connection> {
    const socket = connect({ host, port, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.removeAllListeners('error');
    return new Connection(socket, onError);
  }

  /** Sends one request. There must be none open. */
  send(request: Buffer, onAnswer: (answer: HttpAnswer) => void): void {
    this.#onAnswer = onAnswer;
    this.#socket.write(request);
  }

  #receive(chunk: Buffer): void {
    const received = this.#received + chunk.toString('latin1');
    try {
      const answer = readAnswer(received);
      this.#received = answer === null ? received : '';
      if (received.length > maxAnswerBytes) throw new Error(`an answer of more than ${maxAnswerBytes} bytes`);
      if (answer !== null) this.#onAnswer?.(answer);
    } catch (error) {
      this.#onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  [Symbol.dispose](): void {
    this.#onError = () => undefined;
    this.#onAnswer = null;
    this.#socket.destroy();
  }
}
