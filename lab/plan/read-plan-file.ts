import { readFile } from 'node:fs/promises';
import { LabError } from '../lab-error.ts';
import type { Plan } from './plan.ts';
import { readPlan } from './read-plan.ts';

/** @throws LabError `usage` where the file cannot be read or is no plan */
export async function readPlanFile(path: string, base: Plan): Promise<Plan> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LabError('usage', `cannot read the plan ${path}: ${reason}`, { cause });
  });
  return readPlan(text, path, base);
}
