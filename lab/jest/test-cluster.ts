import type { CutKind, NodeId } from '../links/links.ts';
import type { Fault } from '../plan/plan.ts';
import { usage } from '../setup/options.ts';
import type { HandConductor, InForce } from './hand-conductor.ts';

/** `leader`, `followers:1`, `n2`, …: the targets of docs/plan.md, or names of nodes. */
export type Targets = string | readonly NodeId[];

export interface PartitionOptions {
  /** Default `black-hole`: what is sent is lost. `close` ends connections, `hold` lets the bytes arrive when the cut is lifted. */
  readonly cut?: CutKind;
  /** Cuts one direction only: the target cannot be heard (`outbound`), or cannot hear (`inbound`). */
  readonly direction?: 'inbound' | 'outbound';
}

type MemberChange = Extract<Fault, { kind: 'membership' }>['change'];

/** Faults that are no matter of links. */
const ofNodes: ReadonlySet<Fault['kind']> = new Set(['kill', 'pause', 'membership', 'snapshot', 'transfer']);
const leaderWithinMs = 10_000;
const lookEveryMs = 20;

/** A cluster that a test drives by hand. Every fault is on record, as if a plan had said it; disposing of the cluster removes it. */
export class TestCluster implements AsyncDisposable {
  readonly nodes: readonly NodeId[];
  /** The run's folder. */
  readonly directory: string;
  readonly #conductor: HandConductor;
  readonly #dispose: () => Promise<void>;

  constructor(
    nodes: readonly NodeId[],
    directory: string,
    conductor: HandConductor,
    dispose: () => Promise<void>,
  ) {
    this.nodes = nodes;
    this.directory = directory;
    this.#conductor = conductor;
    this.#dispose = dispose;
  }

  /**
   * The node that claims to lead in the highest term; waits up to 10 s for one. A leader that was cut off may claim to lead for a while:
   * `except` waits for another.
   */
  async leader({ except }: { readonly except?: NodeId | undefined } = {}): Promise<NodeId> {
    const { clock, signal } = this.#conductor.stage;
    const untilNs = clock.nowNs() + leaderWithinMs * 1e6;
    for (;;) {
      const { leader } = this.#conductor.stage.observer;
      if (leader !== null && leader !== except) return leader;
      if (clock.nowNs() > untilNs)
        throw new Error(
          `No ${except === undefined ? 'node' : `node but ${except}`} claimed to lead within ${leaderWithinMs / 1_000} s. ${this.#roles()}`,
        );
      await clock.sleep(lookEveryMs, signal).catch(() => undefined);
    }
  }

  /** Sets the target apart from everybody else. */
  partition(target: Targets, { cut = 'black-hole', direction }: PartitionOptions = {}): Promise<InForce> {
    const names = targetOf(target);
    return this.inflict(
      direction === undefined
        ? { kind: 'partition', shape: 'isolate', target: names, cut }
        : { kind: 'partition', shape: 'one-way', target: names, cut, direction },
    );
  }

  /** SIGKILL; `restart` brings the target back on its own disk. */
  kill(target: Targets): Promise<InForce> {
    return this.inflict({ kind: 'kill', target: targetOf(target) });
  }

  /** SIGSTOP; `resume` lets the target go on. */
  pause(target: Targets): Promise<InForce> {
    return this.inflict({ kind: 'pause', target: targetOf(target) });
  }

  /**
   * Asks the leader for another configuration, as whoever operates the cluster, and resolves when it is in force. `remove` and `demote` take voters (a demoted one is
   * promoted again when the change is lifted), `replace` puts a spare in their place, and `add` makes a spare a voter: one of `startCluster`'s `spares`, or a node that was removed.
   */
  changeMembers(change: 'remove' | 'replace' | 'demote', target: Targets): Promise<InForce>;
  changeMembers(change: 'add'): Promise<InForce>;
  changeMembers(change: MemberChange, target: Targets = 'spare'): Promise<InForce> {
    const fault = { kind: 'membership', change, target: targetOf(target) } as const;
    return this.inflict(change === 'demote' ? fault : { ...fault, stays: true });
  }

  /** Any fault of docs/plan.md. Resolves when it is in force. */
  inflict(fault: Fault): Promise<InForce> {
    return this.#conductor.strike(fault);
  }

  /** Lifts every fault of the links: partitions, latency, lost answers and so on. */
  async heal(): Promise<void> {
    await this.#lift(({ fault }) => !ofNodes.has(fault.kind));
  }

  /** Starts what was killed: one node, or all. */
  async restart(node?: NodeId): Promise<void> {
    await this.#liftOf('kill', node);
  }

  async resume(node?: NodeId): Promise<void> {
    await this.#liftOf('pause', node);
  }

  /** Passes time while clients go on. Ends with an error when the run is over. */
  async sleep(ms: number): Promise<void> {
    const { clock, signal } = this.#conductor.stage;
    await clock.sleep(ms, signal).catch(() => undefined);
    this.#conductor.requireStage();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispose();
  }

  async #lift(which: (fault: InForce) => boolean): Promise<void> {
    this.#conductor.requireStage();
    await this.#conductor.liftAll(which);
  }

  async #liftOf(kind: 'kill' | 'pause', node: NodeId | undefined): Promise<void> {
    const those = this.#conductor.inForce.filter(({ fault }) => fault.kind === kind);
    const concerned = node === undefined ? those : those.filter(({ nodes }) => nodes.includes(node));
    const word = kind === 'kill' ? 'killed' : 'paused';
    if (node !== undefined && concerned.length === 0) throw usage(`${node} is not ${word} by this test.`);
    for (const { nodes } of concerned) {
      if (node !== undefined && nodes.length > 1)
        throw usage(
          `${node} was ${word} together with others: ${nodes.join(', ')}. They come back together; leave the name out.`,
        );
    }
    await this.#lift((fault) => concerned.includes(fault));
  }

  #roles(): string {
    const { observer } = this.#conductor.stage;
    const said = this.nodes.map((node) => {
      const status = observer.status(node);
      return status === undefined
        ? `${node} does not answer`
        : `${node}: ${status.role} in term ${status.term}`;
    });
    return `${said.join(', ')}.`;
  }
}

function targetOf(target: Targets): string {
  return typeof target === 'string' ? target : target.join('+');
}
