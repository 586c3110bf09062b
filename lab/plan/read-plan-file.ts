import { readFile } from 'node:fs/promises';
import { LabError } from '../lab-error.ts';
import { planSchema, type Plan } from './plan.ts';
import { readPlan } from './read-plan.ts';

/** @throws LabError `usage` where the file cannot be read or is no plan */
export async function readPlanFile(path: string, base: Plan): Promise<Plan> {
  return readPlan(await readText(path), path, base);
}

/** A whole plan, as the lab wrote it. */
export async function readStoredPlan(path: string): Promise<Plan> {
  const read = planSchema.safeParse(asJson(await readText(path)));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new LabError(
    'usage',
    `${path} is no plan that this version of the lab wrote: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LabError('usage', `cannot read the plan ${path}: ${reason}`, { cause });
  });
}
