import type { CheckResult, Finding, Job, Outcome, Progress } from '../jobs/job.ts';
import { jobKey } from '../jobs/job.ts';
import type { ContractItem, Item, PlanItem } from '../rubric/rubric.ts';

/** Evidence of one run or examination for what an item says. */
export interface Shown {
  readonly findings: readonly Finding[];
  readonly remarks: readonly Finding[];
  readonly seed?: number;
  readonly run?: string | undefined;
  readonly replay?: string | undefined;
}

/**
 * How an item stands: `earned`; `lost`, with what shows it; `unsupported`, since the node does not list a feature; `not-graded` through the lab's fault;
 * or `pending`, with the job that comes next.
 */
export type ItemStanding =
  | { readonly state: 'earned'; readonly shown: readonly Shown[] }
  | { readonly state: 'lost'; readonly why: string; readonly shown: readonly Shown[] }
  | { readonly state: 'unsupported'; readonly why: string }
  | { readonly state: 'not-graded'; readonly why: string }
  | { readonly state: 'pending'; readonly next: Job | undefined };

export function itemStanding(part: string, item: Item, progress: Progress): ItemStanding {
  const contract = progress.get('contract');
  if (contract?.settled !== true || contract.outcome.verdict !== 'examined')
    return { state: 'pending', next: { kind: 'contract' } };
  return item.kind === 'contract'
    ? contractStanding(item, contract.outcome)
    : planStanding(part, item, contract.outcome.features, progress);
}

function contractStanding(
  item: ContractItem,
  { checks }: Extract<Outcome, { verdict: 'examined' }>,
): ItemStanding {
  const mine = checks.filter(({ section }) => item.sections.includes(section));
  const failed = mine.filter(({ outcome }) => outcome === 'fail');
  if (failed.length > 0) {
    const names = failed.map(({ check }) => check).join(', ');
    return {
      state: 'lost',
      why:
        failed.length === 1
          ? `The doctor’s check ${names} fails.`
          : `${failed.length} of the doctor’s checks fail: ${names}.`,
      shown: [{ findings: failed.map(findingOf), remarks: [] }],
    };
  }
  const untried = mine.filter(({ outcome }) => outcome === 'not-tried');
  const byLab = untried.find(({ cause }) => cause === 'lab');
  if (byLab !== undefined) return { state: 'not-graded', why: `The doctor could not try ${byLab.check}.` };
  const blocked = untried.filter(({ cause }) => cause === 'earlier-failure');
  if (blocked.length > 0)
    return {
      state: 'lost',
      why: `An earlier failure stood in the way of ${blocked.map(({ check }) => check).join(', ')}.`,
      shown: [],
    };
  if (!mine.some(({ outcome }) => outcome === 'pass'))
    return { state: 'unsupported', why: mine[0]?.text ?? 'The doctor has no check for this.' };
  return { state: 'earned', shown: [] };
}

function findingOf({ check, says, text }: CheckResult): Finding {
  // The report's first line names the check and the next one says what `says` says, both with the indent of a terminal.
  const details = text
    .split('\n')
    .map((line) => line.replace(/^ {5}/, ''))
    .slice(1)
    .filter((line) => !line.startsWith('contract'));
  return { property: check, summary: says, details };
}

function planStanding(
  part: string,
  item: PlanItem,
  features: readonly string[],
  progress: Progress,
): ItemStanding {
  const lacking = item.needs.filter((feature) => !features.includes(feature));
  if (lacking.length > 0)
    return {
      state: 'unsupported',
      why: `Not tried: the node does not list ${lacking.map((feature) => `"${feature}"`).join(' and ')} among the features in its status.`,
    };
  const passed: Shown[] = [];
  let doubt: string | undefined;
  for (const seed of item.seeds) {
    const job: Job = { kind: 'plan', part, item: item.name, seed };
    const tried = progress.get(jobKey(job));
    if (tried?.settled !== true) return { state: 'pending', next: job };
    const { outcome, attempts } = tried;
    if (outcome.verdict === 'examined') throw new TypeError(`${jobKey(job)} is no examination`);
    const { findings, remarks, run, replay } = outcome;
    const shown = { findings, remarks, seed, run, replay };
    if (outcome.verdict === 'pass') passed.push(shown);
    else if (outcome.verdict === 'fail')
      return { state: 'lost', why: 'A run did not pass.', shown: [...passed, shown] };
    else if (outcome.cause === 'node')
      return {
        state: 'lost',
        why: `In ${attempts} runs the node did too little to show it.`,
        shown: [...passed, shown],
      };
    // A later seed may still lose the points for good.
    else
      doubt ??= `${attempts} runs were undecided through the lab's or the machine's fault: ${findings[0]?.summary ?? 'no reason is known'}`;
  }
  return doubt === undefined ? { state: 'earned', shown: passed } : { state: 'not-graded', why: doubt };
}
