import { NodeStartError, type Cluster } from '../cluster/cluster.ts';
import type { NodeId } from '../links/links.ts';
import type { NodeControl } from '../nemesis/nemesis.ts';
import type { Recorder } from './recorder.ts';

/** `down` is the lab's doing; `lost` is the node's own: it ended by itself, or did not start, and is not started again. */
type State = 'down' | 'starting' | 'up' | 'paused' | 'lost';

interface Keeping {
  state: State;
  /** How often the lab has started the node in this run. */
  life: number;
}

/** Starts, kills and pauses the nodes of a run, knows which ones the lab itself holds down, and keeps the history of their lives. */
export class NodeKeeper implements NodeControl {
  readonly #cluster: Cluster;
  readonly #recorder: Recorder;
  readonly #nodes: ReadonlyMap<NodeId, Keeping>;
  /** Called when a node is at fault for not running: it ended by itself, or did not start. */
  readonly #onLost: (node: NodeId) => void;

  constructor(
    cluster: Cluster,
    recorder: Recorder,
    nodes: readonly NodeId[],
    onLost: (node: NodeId) => void,
  ) {
    this.#cluster = cluster;
    this.#recorder = recorder;
    this.#onLost = onLost;
    this.#nodes = new Map(nodes.map((node) => [node, { state: 'down', life: 0 }]));
    cluster.onExit(({ node, code, signal, output }) => {
      this.#of(node).state = 'lost';
      recorder.record({
        process: 'observer',
        type: 'info',
        f: 'exit',
        node,
        value: { code, signal, output },
      });
      onLost(node);
    });
  }

  get nodes(): readonly NodeId[] {
    return [...this.#nodes.keys()];
  }

  /** Those that the lab has started in this run, whether they run now or not. */
  get started(): readonly NodeId[] {
    return this.nodes.filter((node) => this.#of(node).life > 0);
  }

  /** Those that run and are not paused. */
  get running(): readonly NodeId[] {
    return this.nodes.filter((node) => this.#of(node).state === 'up');
  }

  state(node: NodeId): State {
    return this.#of(node).state;
  }

  /** Up, or paused: its process is there, and may answer now or later. */
  isThere(node: NodeId): boolean {
    const { state } = this.#of(node);
    return state === 'up' || state === 'paused';
  }

  life(node: NodeId): number {
    return this.#of(node).life;
  }

  async start(node: NodeId): Promise<void> {
    const keeping = this.#of(node);
    if (keeping.state !== 'down') return;
    keeping.state = 'starting';
    keeping.life += 1;
    const { life } = keeping;
    try {
      await this.#cluster.start(node);
    } catch (error) {
      keeping.state = 'lost';
      if (!(error instanceof NodeStartError)) throw error;
      const { reason, message, output } = error;
      this.#recorder.record({
        process: 'observer',
        type: 'info',
        f: 'start-failed',
        node,
        value: { reason, message, output },
      });
      this.#onLost(node);
      return;
    }
    keeping.state = 'up';
    this.#recorder.record({
      process: 'observer',
      type: 'info',
      f: 'life',
      node,
      value: { life, state: 'up' },
    });
  }

  async kill(node: NodeId): Promise<void> {
    const keeping = this.#of(node);
    if (keeping.state !== 'up' && keeping.state !== 'paused') return;
    keeping.state = 'down';
    this.#recorder.record({
      process: 'observer',
      type: 'info',
      f: 'life',
      node,
      value: { life: keeping.life, state: 'down' },
    });
    await this.#cluster.kill(node);
  }

  async pause(node: NodeId): Promise<void> {
    const keeping = this.#of(node);
    if (keeping.state !== 'up') return;
    keeping.state = 'paused';
    await this.#cluster.pause(node);
  }

  async resume(node: NodeId): Promise<void> {
    const keeping = this.#of(node);
    if (keeping.state !== 'paused') return;
    await this.#cluster.resume(node);
    keeping.state = 'up';
  }

  #of(node: NodeId): Keeping {
    const keeping = this.#nodes.get(node);
    if (keeping === undefined) throw new RangeError(`${node} is not a node of this run`);
    return keeping;
  }
}
