/** How long the doctor waits for what. Everything that it waits for has a limit, so that no node can hang it. */
export interface DoctorLimits {
  /** For one answer. The lab's clients wait 2 s; here a slow machine must not look like a wrong node. */
  readonly callMs: number;
  /** For a leader to emerge, after the start and whenever one is needed; a tenth of it once none emerged. */
  readonly leaderMs: number;
  /** For what a node does on its own time, such as compacting after `POST /snapshot`. */
  readonly effectMs: number;
  /** For one check as a whole: beyond it the lab is to blame, since every step of a check has a limit of its own. */
  readonly checkMs: number;
}

export const defaultLimits: DoctorLimits = {
  callMs: 5_000,
  leaderMs: 15_000,
  effectMs: 10_000,
  checkMs: 180_000,
};

/** When nodes have ended by themselves this many times, the rest is not tried. */
export const exitsMax = 10;

/** How long a node may take to end after SIGTERM. */
export const stopLimitMs = 5_000;

/** Between two looks at something that is waited for. */
export const pollMs = 50;
