import { isMap, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { z } from 'zod';
import { LabError } from '../lab-error.ts';
import { nemesisFor } from '../nemesis/nemeses.ts';
import { planSchema, type Plan } from './plan.ts';

/** A plan file may leave out whatever the command line or the seed decides; what it says wins over both. */
const planFileSchema = planSchema.partial();
type PlanFile = z.infer<typeof planFileSchema>;

/** What may be wrong with a plan that was read, with the line it stands on. */
export interface PlanProblem {
  /** 1-based; undefined where the fault is with the file as a whole. */
  readonly line: number | undefined;
  readonly message: string;
}

export class PlanError extends LabError {
  readonly problems: readonly PlanProblem[];

  constructor(file: string, problems: readonly PlanProblem[]) {
    const lines = problems.map(
      ({ line, message }) => `${file}${line === undefined ? '' : `:${line}`}: ${message}`,
    );
    super('usage', `${lines.join('\n')}\nThe fields of a plan are described in docs/plan.md.`);
    this.problems = problems;
  }
}

/**
 * Reads a plan from YAML or JSON (which is YAML) and completes it from `base`.
 * @param file the name that messages give the text
 * @throws PlanError naming every line with a mistake
 */
export function readPlan(text: string, file: string, base: Plan): Plan {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const lineAt = (offset: number): number => lineCounter.linePos(offset).line;
  const [broken] = document.errors;
  if (broken !== undefined)
    throw new PlanError(file, [{ line: lineAt(broken.pos[0]), message: broken.message }]);
  const parsed = planFileSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    throw new PlanError(
      file,
      parsed.error.issues.map((issue) => problemOf(issue, document, lineAt)),
    );
  }
  const plan = complete(parsed.data, base);
  const problems = contradictions(plan).map(({ path, message }) => ({
    line: lineOf(document, path, lineAt),
    message: `${words(path)}: ${message}`,
  }));
  if (problems.length > 0) throw new PlanError(file, problems);
  return plan;
}

function complete(file: PlanFile, base: Plan): Plan {
  const stated = Object.fromEntries(Object.entries(file).filter(([, value]) => value !== undefined));
  const plan: Plan = { ...base, ...stated };
  if (file.nodes !== undefined && file.voters === undefined) plan.voters = file.nodes;
  // The needs that came with the base speak of its schedule, not of this one.
  if (file.schedule !== undefined && file.coverage === undefined) plan.coverage = stepNeeds(file.schedule);
  return plan;
}

/** What must be seen of a schedule, where nobody says otherwise: every kind of its faults, and that somebody was served. */
export function stepNeeds(schedule: Plan['schedule']): Plan['coverage'] {
  const kinds = [...new Set(schedule.map(({ fault }) => fault.kind))].sort();
  return [
    { name: 'operations-ok', atLeast: 1 },
    ...kinds.map((kind) => ({ name: `fault:${kind}`, atLeast: 1 })),
  ];
}

type Path = readonly PropertyKey[];

/** What the schema cannot see: a plan whose parts do not go together. */
export function contradictions(plan: Plan): { path: Path; message: string }[] {
  const found: { path: Path; message: string }[] = [];
  const say = (path: Path, message: string) => found.push({ path, message });
  const [electionMin, electionMax] = plan.electionMs;
  if (new Set(plan.nodes).size < plan.nodes.length) say(['nodes'], 'two nodes have the same name');
  const strangers = plan.voters.filter((voter) => !plan.nodes.includes(voter));
  if (strangers.length > 0)
    say(['voters'], `${strangers.join(', ')} is not one of the nodes ${plan.nodes.join(', ')}`);
  if (electionMin > electionMax)
    say(['electionMs'], `the shortest timeout (${electionMin}) is longer than the longest (${electionMax})`);
  if (plan.heartbeatMs >= electionMin)
    say(['heartbeatMs'], `must be shorter than the shortest election timeout (${electionMin})`);
  if (plan.recoverWithinMs < 10 * electionMax)
    say(['recoverWithinMs'], `must be at least 10 × the longest election timeout (${10 * electionMax})`);
  const ids = new Set<string>();
  let previousMs = 0;
  plan.schedule.forEach((step, i) => {
    const at: Path = ['schedule', i];
    if (ids.has(step.id)) say([...at, 'id'], `"${step.id}" names two steps`);
    ids.add(step.id);
    if (step.afterMs < previousMs)
      say(
        [...at, 'afterMs'],
        `${step.afterMs} is before the step above it (${previousMs}); put steps in the order of their times`,
      );
    previousMs = step.afterMs;
    if (step.afterMs + step.forMs > plan.durationMs) {
      say(
        [...at, 'forMs'],
        `the step ends ${step.afterMs + step.forMs} ms after the start, and the run lasts ${plan.durationMs} ms (durationMs)`,
      );
    }
    const refused = nemesisFor(step.fault).refuse(step.fault, plan.nodes.length);
    if (refused !== undefined) say([...at, 'fault'], refused);
    for (const name of namedNodes(step.fault)) {
      if (!plan.nodes.includes(name))
        say([...at, 'fault', 'target'], `${name} is not one of the nodes ${plan.nodes.join(', ')}`);
    }
  });
  return found;
}

function namedNodes(fault: Plan['schedule'][number]['fault']): string[] {
  const drawn = /^(leader|all|spare|minority|majority|followers:\d+|voters:\d+)$/;
  return drawn.test(fault.target) ? [] : fault.target.split('+');
}

function problemOf(
  issue: z.core.$ZodIssue,
  document: Document,
  lineAt: (offset: number) => number,
): PlanProblem {
  // An unknown field is reported on what holds it; its own line says more.
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  const message =
    issue.code === 'unrecognized_keys'
      ? 'there is no such field'
      : issue.message.endsWith('received undefined')
        ? 'is missing'
        : issue.message;
  return {
    line: lineOf(document, path, lineAt),
    message: path.length === 0 ? message : `${words(path)}: ${message}`,
  };
}

/** The line of the innermost part of `path` that the document has. */
function lineOf(document: Document, path: Path, lineAt: (offset: number) => number): number | undefined {
  let node: unknown = document.contents;
  let offset = rangeStart(node);
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(key) === String(part));
      if (pair === undefined) break;
      offset = rangeStart(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      offset = rangeStart(node) ?? offset;
    } else break;
  }
  return offset === undefined ? undefined : lineAt(offset);
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** `schedule[2].fault.kind` */
function words(path: Path): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}
