/** A cluster of obedient nodes inside the test's own process, with real HTTP doors, and with one planted fault if wanted. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { NodeStartError, type Clock, type Cluster, type NodeExit } from '../../cluster/cluster.ts';
import type { Door } from '../../cluster/door.ts';
import { HttpDoor } from '../../cluster/http-door.ts';
import { MonotonicClock } from '../../cluster/monotonic-clock.ts';
import type { Links, NodeId } from '../../links/links.ts';
import { obey, type Answer, type Request } from './obedient-node.ts';
import { Republic } from './republic.ts';

/** What a faulty node may do instead of answering. `hang` concerns one request, `freeze` all from then on. */
export type Reply = Answer | 'hang' | 'freeze' | 'close' | 'exit';

/** One deviation from the contract. */
export interface Fault {
  /** What to do with a request. `obeyed` is what an obedient node makes of it, or of a changed one; it takes effect when called. */
  readonly reply?: (
    request: Request,
    obeyed: (changed?: Request) => Answer,
    node: NodeId,
    republic: Republic,
  ) => Reply;
  /** Called when a node starts, from its second start on. */
  readonly restarted?: (republic: Republic, node: NodeId) => void;
  /** How a node ends by SIGTERM: not at all. */
  readonly ignoresSigterm?: true;
  /** Why a node does not come up. */
  readonly start?: (node: NodeId) => NodeStartError | undefined;
  readonly server?: (server: Server) => void;
}

const links: Links = {
  impose: () => Promise.reject(new Error('the doctor imposes nothing')),
  lift: () => Promise.reject(new Error('the doctor lifts nothing')),
  reset: () => Promise.resolve(),
};

export class LocalCluster implements Cluster {
  readonly kind = 'process';
  readonly nodes: readonly NodeId[] = ['n1', 'n2', 'n3'];
  readonly links = links;
  readonly token = '0123456789abcdef0123456789abcdef';
  readonly clock: Clock;
  readonly #republic = new Republic(this.nodes, this.token);
  readonly #fault: Fault;
  readonly #servers = new Map<NodeId, Server>();
  readonly #doors = new Map<NodeId, HttpDoor>();
  readonly #started = new Set<NodeId>();
  readonly #listeners: ((exit: NodeExit) => void)[] = [];
  /** The SIGTERM of a node that ignores it takes 5 s, which no test wants to wait for. */
  #skippedNs = 0;

  constructor(fault: Fault = {}) {
    this.#fault = fault;
    const clock = new MonotonicClock();
    this.clock = {
      nowNs: () => clock.nowNs() + this.#skippedNs,
      sleep: (ms, signal) => clock.sleep(ms, signal),
    };
  }

  async start(node: NodeId): Promise<void> {
    if (this.#servers.has(node)) throw new Error(`${node} runs already`);
    const failure = this.#fault.start?.(node);
    if (failure !== undefined) throw failure;
    if (this.#started.has(node)) this.#fault.restarted?.(this.#republic, node);
    this.#started.add(node);
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const { method = '', url: path = '', headers } = request;
        const reply = this.#reply(node, { method, path, headers: headers as Request['headers'], body });
        if (reply === 'close') request.socket.destroy();
        else if (reply === 'exit') this.#exit(node);
        else if (reply !== 'hang' && reply !== 'freeze') {
          response.writeHead(reply.status, { ...reply.headers }).end(reply.body);
        }
      });
    });
    this.#fault.server?.(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#servers.set(node, server);
    const { port } = server.address() as AddressInfo;
    this.#doors.set(node, new HttpDoor(`http://127.0.0.1:${port}`));
    this.#republic.running.add(node);
    this.#republic.elect();
  }

  async stop(node: NodeId): Promise<void> {
    if (this.#fault.ignoresSigterm) this.#skippedNs += 5e9;
    await this.kill(node);
  }

  kill(node: NodeId): Promise<void> {
    const server = this.#servers.get(node);
    this.#servers.delete(node);
    this.#frozen.delete(node);
    server?.close();
    server?.closeAllConnections();
    this.#republic.running.delete(node);
    this.#republic.elect();
    return Promise.resolve();
  }

  door(node: NodeId): Door {
    const door = this.#doors.get(node);
    if (door !== undefined) return door;
    return new HttpDoor('http://127.0.0.1:1');
  }

  /** Where a node that runs is served. */
  origin(node: NodeId): string {
    const { port } = this.#servers.get(node)?.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  onExit(listener: (exit: NodeExit) => void): void {
    this.#listeners.push(listener);
  }

  output(node: NodeId): Promise<string> {
    return Promise.resolve(`${node} says: good morning`);
  }

  pause = (): Promise<void> => Promise.reject(new Error('the doctor pauses nothing'));
  resume = this.pause;
  wipe = this.pause;
  peerBytesSent = (): Promise<ReadonlyMap<NodeId, number>> => Promise.resolve(new Map());
  diskBytes = (): Promise<undefined> => Promise.resolve(undefined);

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.nodes) await this.kill(node);
    for (const door of this.#doors.values()) await door[Symbol.asyncDispose]();
  }

  readonly #frozen = new Set<NodeId>();

  #reply(node: NodeId, request: Request): Reply {
    if (this.#frozen.has(node)) return 'hang';
    const obeyed = (changed: Request = request): Answer => obey(node, this.#republic, changed);
    const reply = this.#fault.reply?.(request, obeyed, node, this.#republic) ?? obeyed();
    if (reply === 'freeze') this.#frozen.add(node);
    return reply;
  }

  #exit(node: NodeId): void {
    void this.kill(node);
    for (const listener of this.#listeners) {
      listener({ node, code: 1, signal: null, output: `${node}: panic: cannot go on` });
    }
  }
}
