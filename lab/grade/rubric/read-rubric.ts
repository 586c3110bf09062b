import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { contractSections } from '../../doctor/doctor.ts';
import { LabError } from '../../lab-error.ts';
import { drawPlan } from '../../plan/draw-plan.ts';
import { FileError, LocatedDocument, type Problem } from '../../plan/located-document.ts';
import type { Plan } from '../../plan/plan.ts';
import { readPlanFile } from '../../plan/read-plan-file.ts';
import { rubricFileSchema, type Item, type Part, type Rubric, type RubricFile } from './rubric.ts';

const advice = 'The fields of a rubric are described in docs/grading.md.';
const digestLength = 16;

/** What a plan of a rubric leaves out: three nodes are enough for most bugs, and the cheapest. */
const planBase: Plan = drawPlan({ seed: 0, nodes: 3, durationMs: 10_000, kinds: [], rate: 300 });

/** @throws LabError `usage` naming every line with a mistake, of the rubric and of its plans */
export async function readRubric(file: string): Promise<Rubric> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LabError('usage', `cannot read the rubric ${file}: ${reason}`, { cause });
  });
  const { parts, title } = parse(text, file);
  const named = parts.flatMap(({ items }) =>
    items.flatMap(({ contract }) => (Array.isArray(contract) ? contract : [])),
  );
  const rest = contractSections.filter((section) => !named.includes(section));
  const read: Part[] = [];
  for (const part of parts) {
    const items: Item[] = [];
    for (const item of part.items) items.push(await readItem(item, part, rest, dirname(file)));
    const { name, says, judgedBy } = part;
    read.push({ name, says, judgedBy, items });
  }
  const rubric = { title, parts: read };
  // Where the files lie does not matter.
  const content = JSON.stringify(rubric, (key, value: unknown) => (key === 'planFile' ? undefined : value));
  return { ...rubric, digest: createHash('sha256').update(content).digest('hex').slice(0, digestLength) };
}

function parse(text: string, file: string): RubricFile {
  const document = new LocatedDocument(text);
  if (document.broken !== undefined) throw new FileError(file, [document.broken], advice);
  const parsed = rubricFileSchema.safeParse(document.toJS());
  const problems = parsed.success
    ? repeatedNames(parsed.data, document)
    : parsed.error.issues.map((issue) => document.problemOf(issue));
  if (!parsed.success || problems.length > 0) throw new FileError(file, problems, advice);
  return parsed.data;
}

/** A part is known by its name, and so is an item within its part: jobs, folders and gradebooks are named after them. */
function repeatedNames({ parts }: RubricFile, document: LocatedDocument): Problem[] {
  const problems: Problem[] = [];
  const look = (named: readonly { readonly name: string }[], path: readonly PropertyKey[]): void => {
    const seen = new Set<string>();
    named.forEach(({ name }, at) => {
      if (seen.has(name))
        problems.push(document.problemAt([...path, at, 'name'], `"${name}" is there twice`));
      seen.add(name);
    });
  };
  look(parts, ['parts']);
  parts.forEach(({ items }, at) => look(items, ['parts', at, 'items']));
  return problems;
}

async function readItem(
  { name, points, says, needs, plan, seeds, contract }: RubricFile['parts'][number]['items'][number],
  part: RubricFile['parts'][number],
  rest: readonly string[],
  directory: string,
): Promise<Item> {
  if (plan === undefined)
    return { kind: 'contract', name, points, says, sections: Array.isArray(contract) ? contract : rest };
  const planFile = resolve(directory, plan);
  return {
    kind: 'plan',
    name,
    points,
    says,
    needs: [...new Set([...part.needs, ...needs])],
    planFile,
    plan: await readPlanFile(planFile, planBase),
    seeds: seeds ?? [],
  };
}
