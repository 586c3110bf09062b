/** Something that Raft promises does not hold. The node stops with this as its dump: going on could only spread the damage. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** @param sentence what must hold, as a statement, with the values at hand. */
export function assert(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new InvariantViolation(`An invariant of Raft does not hold: ${sentence}.`);
}
