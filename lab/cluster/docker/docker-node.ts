import type Docker from 'dockerode';
import type { NodeId } from '../../links/links.ts';
import { LabError } from '../../lab-error.ts';
import { NodeStartError, type NodeExit } from '../cluster.ts';
import type { NodeLog } from '../node-log.ts';
import { attachOutput } from './attach-output.ts';
import { engineStatus, tolerate } from './engine.ts';
import { LabContainer, type LabContainerOptions } from './lab-container.ts';
import { NodeLife, type End } from './node-life.ts';
import { bindOf, makeDataDirectory, measureDataDirectory } from './node-volume.ts';

/** What the contract gives a node between SIGTERM and SIGKILL. */
const stopLimitSeconds = 5;

/** What engines, by their age, answer to `unpause` for a container that is not paused, or not there. */
const notPaused = [404, 409, 500] as const;

/** Nodes are told addresses and need no names: a question about one goes nowhere, and fails soon. */
const namesUnknown = { Dns: ['127.0.0.1'], DnsOptions: ['timeout:1', 'attempts:1'] };

/** Closes the links that lead to a node while it is not there, and opens them again. */
export interface LinkGate {
  suspend(node: NodeId): Promise<void>;
  resume(node: NodeId): Promise<void>;
}

export interface DockerNodeOptions {
  readonly id: NodeId;
  readonly engine: Docker;
  readonly container: Omit<LabContainerOptions, 'engine' | 'onCreated'>;
  readonly volume: string;
  readonly gate: LinkGate;
  readonly log: NodeLog;
  /** Resolves when `GET /status` answers 200; rejects with a `NodeStartError` otherwise, or with the signal's reason. */
  readonly untilReady: (signal: AbortSignal) => Promise<void>;
  readonly onExit: (exit: NodeExit) => void;
}

/** One node of the cluster over all its lives: a container, which is started again after each death, and a volume. */
export class DockerNode {
  readonly #options: DockerNodeOptions;
  #container: Docker.Container | undefined;
  #life: NodeLife | undefined;

  constructor(options: DockerNodeOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { id, gate } = this.#options;
    if (this.#life !== undefined) throw new Error(`${id} runs already; stop or kill it first`);
    const life = await this.#begin();
    this.#life = life;
    const over = life.ended.then((end) => this.#onEnd(life, end));
    // Its address exists from now on: until it listens, a dial is refused at once instead of hanging in Toxiproxy.
    await gate.resume(id);
    const giveUp = new AbortController();
    void over.then((end) => giveUp.abort(this.#endedEarly(end)));
    try {
      await this.#options.untilReady(giveUp.signal);
      if (this.#life !== life) throw this.#endedEarly(await life.ended);
      life.wasReady = true;
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#end(async (container) => {
      // A frozen process would hear the request only when its time is over.
      await tolerate(container.unpause(), ...notPaused);
      await tolerate(container.stop({ t: stopLimitSeconds }), 304, 404);
    });
  }

  async kill(): Promise<void> {
    await this.#end(async (container) => {
      await tolerate(container.kill({ signal: 'SIGKILL' }), 404, 409);
      // A frozen process takes its death only when it is thawed, before it runs another instruction of its own.
      await tolerate(container.unpause(), ...notPaused);
    });
  }

  async pause(): Promise<void> {
    await tolerate(this.#running().container.pause(), 409);
  }

  async resume(): Promise<void> {
    await tolerate(this.#running().container.unpause(), 409);
  }

  async wipe(): Promise<void> {
    const { id, engine, volume } = this.#options;
    if (this.#life !== undefined) throw new Error(`${id} runs; stop or kill it before its disk is wiped`);
    await this.#container?.remove({ force: true });
    this.#container = undefined;
    await tolerate(engine.getVolume(volume).remove(), 404);
  }

  async diskBytes(): Promise<number | undefined> {
    return this.#container === undefined ? 0 : measureDataDirectory(this.#container);
  }

  /** From now on its end is the lab's doing. */
  expectEnd(): void {
    if (this.#life !== undefined) this.#life.isEndedByLab = true;
  }

  async #begin(): Promise<NodeLife> {
    const { engine, log } = this.#options;
    if (this.#container === undefined) return this.#create();
    const { recorded } = await attachOutput(engine, this.#container, log);
    await this.#container.start();
    return new NodeLife(this.#container, recorded);
  }

  async #create(): Promise<NodeLife> {
    const { engine, container, volume, log } = this.#options;
    await engine.createVolume({ Name: volume, Labels: container.labels });
    let recorded = Promise.resolve();
    const onCreated = async (created: Docker.Container): Promise<void> => {
      this.#container = created;
      const [attached] = await Promise.all([attachOutput(engine, created, log), makeDataDirectory(created)]);
      recorded = attached.recorded;
    };
    const hostConfig = { ...container.hostConfig, ...namesUnknown, Binds: [bindOf(volume)] };
    try {
      const started = await new LabContainer({ ...container, engine, hostConfig, onCreated }).start();
      return new NodeLife(engine.getContainer(started.getId()), recorded);
    } catch (error) {
      throw this.#whyNotStarted(error);
    }
  }

  async #end(how: (container: Docker.Container) => Promise<void>): Promise<void> {
    const life = this.#life;
    if (life === undefined) return;
    life.isEndedByLab = true;
    await this.#options.gate.suspend(this.#options.id);
    await how(life.container);
    await life.ended;
    this.#over(life);
  }

  /**
   * The engine reports the end of every life here, whoever ended it. The links of a node that ended by itself stay open: Toxiproxy is caught in dials to it, and
   * would answer no call that closes them until the dials have failed, three seconds each. When the node is started again they find it.
   */
  #onEnd(life: NodeLife, end: End): End {
    const { id, log } = this.#options;
    if (end.isOutOfMemory) log.write(Buffer.from('[raft-lab] ended by the memory limit of its container\n'));
    this.#over(life);
    if (!life.isEndedByLab && life.wasReady)
      this.#options.onExit({ node: id, code: end.code, signal: end.signal, output: log.tail() });
    return end;
  }

  #over(life: NodeLife): void {
    if (this.#life === life) this.#life = undefined;
  }

  #running(): NodeLife {
    if (this.#life === undefined) throw new Error(`${this.#options.id} does not run; start it first`);
    return this.#life;
  }

  #endedEarly({ code }: End): NodeStartError {
    const { id, log } = this.#options;
    const message = `${id} ended with exit code ${code} before GET /status answered 200.`;
    return new NodeStartError(id, 'exited', message, log.tail());
  }

  #whyNotStarted(error: unknown): Error {
    const { id, container, log } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    if (this.#container === undefined)
      return new LabError('engine', `No container of ${container.image} could be made: ${reason}`, {
        cause: error,
      });
    // The engine refuses to start a command that the image does not hold: the image's author must know.
    if (engineStatus(error) === 400 || engineStatus(error) === 404)
      return new NodeStartError(id, 'exited', `${id} could not be started: ${reason}`, log.tail());
    return new LabError('engine', `The container of ${id} could not be started: ${reason}`, { cause: error });
  }
}
