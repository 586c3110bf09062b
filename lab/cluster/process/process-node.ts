import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeId } from '../../links/links.ts';
import { NodeStartError, type NodeExit } from '../cluster.ts';
import type { Door } from '../door.ts';
import { untilReady } from '../until-ready.ts';
import type { Charge } from '../watchdog/charge.ts';
import type { Release } from '../watchdog/watchdog.ts';
import { NodeLife, type LifeEnd, type LifeOptions } from './node-life.ts';

/** Closes the links that lead to a node while it is not there, and opens them again. */
interface LinkGate {
  suspend(node: NodeId): Promise<void>;
  resume(node: NodeId): Promise<void>;
}

export interface ProcessNodeOptions extends LifeOptions {
  readonly id: NodeId;
  readonly dataDirectory: string;
  readonly gate: LinkGate;
  /** The entrance that no fault disturbs. */
  readonly door: Door;
  readonly readyTimeoutMs: number;
  readonly guard: (charge: Charge) => Release;
  readonly onExit: (exit: NodeExit) => void;
}

/** One node of the cluster over all its lives, and its disk. */
export class ProcessNode {
  readonly #options: ProcessNodeOptions;
  #life: NodeLife | undefined;
  /** Settles when the life before is wholly over, its links closed. */
  #over: Promise<unknown> = Promise.resolve();

  constructor(options: ProcessNodeOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { id, gate, door, readyTimeoutMs, guard, log } = this.#options;
    if (this.#life !== undefined) throw new Error(`${id} runs already; stop or kill it first`);
    await this.#over;
    const life = await NodeLife.begin(this.#options);
    const release = guard({ kind: 'process-group', ...life.group });
    this.#life = life;
    const giveUp = new AbortController();
    this.#over = life.ended.then(async (end) => {
      release();
      giveUp.abort(this.#endedEarly(end));
      await this.#onEnd(life, end);
    });
    const output = () => log.tail();
    try {
      await untilReady({ node: id, door, readyTimeoutMs, signal: giveUp.signal, output });
      await gate.resume(id);
    } catch (error) {
      await this.kill();
      throw error;
    }
    life.wasReady = true;
    // It may have ended after its first answer and before anyone could be told.
    if (this.#life !== life && !life.endedByLab) throw this.#endedEarly(await life.ended);
  }

  async stop(): Promise<void> {
    const life = this.#life;
    if (life !== undefined) {
      await life.stop();
      await this.#options.gate.suspend(this.#options.id);
    }
    await this.#over;
  }

  async kill(): Promise<void> {
    const life = this.#life;
    if (life !== undefined) await Promise.all([life.kill(), this.#options.gate.suspend(this.#options.id)]);
    await this.#over;
  }

  /** Nothing to do for a node that ended by itself: that is reported as its exit. */
  async pause(): Promise<void> {
    await this.#life?.pause();
  }

  resume(): void {
    this.#life?.resume();
  }

  async wipe(): Promise<void> {
    const { id, dataDirectory } = this.#options;
    if (this.#life !== undefined) throw new Error(`${id} runs; stop or kill it before its disk is wiped`);
    // The directory itself stays: the contract says that it exists.
    for (const name of await readdir(dataDirectory)) {
      await rm(join(dataDirectory, name), { recursive: true, force: true });
    }
  }

  /** Never rejects. */
  async #onEnd(life: NodeLife, end: LifeEnd): Promise<void> {
    const { id, gate, log, onExit } = this.#options;
    this.#life = undefined;
    if (life.endedByLab || !life.wasReady) return;
    onExit({ node: id, ...end, output: log.tail() });
    // Where the links' proxy has ended too there is nothing to close, and whoever uses the links next is told.
    await gate.suspend(id).catch(() => undefined);
  }

  #endedEarly({ code, signal }: LifeEnd): NodeStartError {
    const { id, log } = this.#options;
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    return new NodeStartError(
      id,
      'exited',
      `${id} ended with ${how} before GET /status answered 200; its last output says why.`,
      log.tail(),
    );
  }
}
