import type { z } from 'zod';
import { nemesisFor } from '../nemesis/nemeses.ts';
import { FileError, LocatedDocument, type Path, type Problem } from './located-document.ts';
import { planSchema, type Plan } from './plan.ts';

/** A plan file may leave out whatever the command line or the seed decides; what it says wins over both. */
const planFileSchema = planSchema.partial();
type PlanFile = z.infer<typeof planFileSchema>;

export class PlanError extends FileError {
  constructor(file: string, problems: readonly Problem[]) {
    super(file, problems, 'The fields of a plan are described in docs/plan.md.');
  }
}

/**
 * Reads a plan from YAML or JSON (which is YAML) and completes it from `base`.
 * @param file the name that messages give the text
 * @throws PlanError naming every line with a mistake
 */
export function readPlan(text: string, file: string, base: Plan): Plan {
  const document = new LocatedDocument(text);
  if (document.broken !== undefined) throw new PlanError(file, [document.broken]);
  const parsed = planFileSchema.safeParse(document.toJS());
  if (!parsed.success)
    throw new PlanError(
      file,
      parsed.error.issues.map((issue) => document.problemOf(issue)),
    );
  const plan = complete(parsed.data, base);
  const problems = contradictions(plan).map(({ path, message }) => document.problemAt(path, message));
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
