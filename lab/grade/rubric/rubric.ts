/** What a class is graded by, as plain data: parts, in the order in which they build on each other, each with what earns its points. */
import { z } from 'zod';
import { contractSections, features } from '../../doctor/doctor.ts';
import type { Plan } from '../../plan/plan.ts';
import { promisedNames } from '../../report/promises.ts';
import { linearizableWrites } from '../judging/linearizable-writes.ts';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'a name is 1-40 characters of a-z 0-9 -, and begins with a letter');
const needs = z.array(z.enum(features)).default([]);
const propertyNames = [...promisedNames, linearizableWrites];
const property = z.string().refine((text) => propertyNames.includes(text), {
  error: `a property is one of ${propertyNames.join(', ')}`,
});
const section = z.string().refine((text) => contractSections.includes(text), {
  error: `a section of the contract with checks is one of ${contractSections.join(', ')}`,
});

const itemSchema = z
  .strictObject({
    name,
    points: z.number().positive().max(1_000),
    /** For the student: what the node must do. */
    says: z.string().min(1),
    /** Features that a node must list for this item, beside those of its part. */
    needs,
    /** A plan file (docs/plan.md), relative to the rubric: the points are earned when its run passes with every seed. */
    plan: z.string().min(1).optional(),
    seeds: z
      .array(
        z
          .int()
          .min(0)
          .max(2 ** 32 - 1),
      )
      .min(1)
      .max(100)
      .optional(),
    /** Sections of docs/contract.md, or `rest` for those that no other item names: the points are earned when the doctor finds nothing wrong there. */
    contract: z.union([z.literal('rest'), z.array(section).min(1)]).optional(),
  })
  .superRefine((item, context) => {
    if ((item.plan === undefined) === (item.contract === undefined))
      context.addIssue({ code: 'custom', message: 'an item has either a plan or sections of the contract' });
    if (item.plan !== undefined && item.seeds === undefined)
      context.addIssue({ code: 'custom', message: 'a plan needs seeds, such as seeds: [1]' });
  });

const partSchema = z.strictObject({
  name,
  says: z.string().min(1),
  /** Features that a node must list for this part. */
  needs,
  /** The properties that cost points here, all of them by default; what else is broken is remarked, and is another part's matter. */
  judgedBy: z
    .array(property)
    .min(1)
    .default([...promisedNames]),
  items: z.array(itemSchema).min(1),
});

export const rubricFileSchema = z.strictObject({
  version: z.literal(1),
  title: z.string().min(1).max(200),
  parts: z.array(partSchema).min(1),
});
export type RubricFile = z.infer<typeof rubricFileSchema>;

interface AboutItem {
  readonly name: string;
  readonly points: number;
  readonly says: string;
}

export interface ContractItem extends AboutItem {
  readonly kind: 'contract';
  /** Of docs/contract.md. */
  readonly sections: readonly string[];
}

export interface PlanItem extends AboutItem {
  readonly kind: 'plan';
  readonly needs: readonly string[];
  /** Where the plan's file lies, for those who want to run it by hand. */
  readonly planFile: string;
  /** Whole, but for the seed, which is that of each run. */
  readonly plan: Plan;
  readonly seeds: readonly number[];
}

export type Item = ContractItem | PlanItem;

export interface Part {
  readonly name: string;
  readonly says: string;
  readonly judgedBy: readonly string[];
  readonly items: readonly Item[];
}

export interface Rubric {
  readonly title: string;
  readonly parts: readonly Part[];
  /** Of the rubric and its plans: another rubric gives other grades. */
  readonly digest: string;
}

export function pointsOf(items: readonly { readonly points: number }[]): number {
  return items.reduce((sum, { points }) => sum + points, 0);
}

export function rubricPoints({ parts }: Rubric): number {
  return pointsOf(parts.flatMap(({ items }) => items));
}
