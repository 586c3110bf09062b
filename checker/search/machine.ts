/** The object under check as a machine over small integers: what the search walks, whatever the model's states and operations are. */

/** In place of a state: the step is impossible. */
export const impossible = -1;

export interface Machine {
  /** The number of the state before anything happened. */
  readonly initial: number;
  /** An estimate of the memory held. */
  readonly bytes: number;
  /** Whether this operation, given by its index, could never change the state. */
  looksOnly(operation: number): boolean;
  /** The state after this operation took effect, or `impossible`. */
  step(state: number, operation: number): number;
  /** A number that two operations of unknown outcome share iff either may stand for the other. */
  classOf(operation: number): number;
}
