import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** How a connection ended, as this side saw it. */
export type Ending = 'closed' | 'reset';

/** One side of a TCP connection, which keeps what it receives. */
export class Wire {
  readonly socket: Socket;
  readonly ended: Promise<Ending>;
  /** Resolves at the end of what the other side sends, while this side may go on. */
  readonly peerFinished: Promise<void>;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    let ending: Ending = 'closed';
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') ending = 'reset';
    });
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
    });
    this.peerFinished = new Promise((resolve) => {
      socket.once('end', resolve);
      socket.once('close', () => resolve());
    });
    this.ended = new Promise((resolve) => socket.once('close', () => resolve(ending)));
  }

  static async dial(address: string): Promise<Wire> {
    const [host = '', port] = address.split(':');
    const socket = connect({ host, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new Wire(socket);
  }

  get receivedBytes(): number {
    return this.#bytes;
  }

  /** The sizes of what came in, as it came. */
  get chunkSizes(): readonly number[] {
    return this.#chunks.map(({ length }) => length);
  }

  received(): Buffer {
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  get text(): string {
    return this.received().toString('latin1');
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }
}

/** A server at loopback that keeps the connections it accepts. */
export class Upstream implements AsyncDisposable {
  readonly wires: Wire[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer({ noDelay: true }, (socket) => this.wires.push(new Wire(socket)));
  }

  static async listen(): Promise<Upstream> {
    const upstream = new Upstream();
    upstream.#server.listen(0, '127.0.0.1');
    await once(upstream.#server, 'listening');
    return upstream;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.wires) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
