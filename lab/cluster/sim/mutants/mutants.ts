import { brokenRules } from '@raft-lab/node/core/broken-rules.ts';
import { LabError } from '../../../lab-error.ts';
import { clientMutants } from './client-mutants.ts';
import { diskMutants } from './disk-mutants.ts';
import { messageMutants } from './message-mutants.ts';
import type { Mutant } from './mutant.ts';

/** Every broken rule that the simulator has to find. */
export const mutants: readonly Mutant[] = [
  // Those of the core's own rules.
  ...brokenRules,
  ...messageMutants,
  ...diskMutants,
  ...clientMutants,
];

export function mutantNamed(name: string): Mutant {
  const found = mutants.find((mutant) => mutant.name === name);
  if (found !== undefined) return found;
  const names = mutants.map((mutant) => mutant.name).join(', ');
  throw new LabError('usage', `There is no mutant "${name}". --mutant takes one of: ${names}.`);
}
