/** A run in words, for the message of a failed expectation: whoever reads it in a CI log has nothing else. */
import { describeFault } from '../plan/describe-fault.ts';
import type { PropertyResult } from '../verdict/property.ts';
import { alive } from '../verdict/alive.ts';
import { seconds } from '../verdict/words.ts';
import type { RunHistory } from './run-history.ts';

const evidenceMax = 2;
const linesMax = 12;
const faultsMax = 10;

/** What broke, with the operations or the output that prove it, what the cluster suffered meanwhile, and where to look further. */
export function describeFailure(run: RunHistory, properties: readonly PropertyResult[]): string {
  const culprits = properties.filter(({ verdict }) => verdict !== 'pass');
  // Whoever asks why a cluster answered nothing wants to hear that a node died.
  const deaths = alive(run);
  const dead =
    'verdict' in deaths && deaths.verdict === 'fail' && !culprits.some(({ name }) => name === deaths.name);
  return [
    ...(dead ? [...culprits, deaths] : culprits).flatMap((property) => [...evidenceLines(property), '']),
    ...faultLines(run),
    ...whereabouts(run),
  ].join('\n');
}

function evidenceLines({ evidence }: PropertyResult): string[] {
  const shown = evidence.slice(0, evidenceMax);
  const hidden = evidence.length - shown.length;
  return [
    ...shown.flatMap(({ summary, details = [], events }) => [
      summary,
      ...(details.length > linesMax ? [`    … ${details.length - linesMax} lines before these`] : []),
      ...details.slice(-linesMax).map((line) => `    ${line}`),
      ...(events.length === 0
        ? []
        : [`    history.jsonl, lines ${events.map((index) => index + 1).join(', ')}`]),
    ]),
    ...(hidden > 0 ? [`… and ${hidden} more of this kind, in the report.`] : []),
  ];
}

function faultLines({ history }: RunHistory): string[] {
  const begun = new Map<string, number>();
  const lines: string[] = [];
  for (const event of history) {
    if (event.process !== 'nemesis') continue;
    const { step, stage, fault, nodes, reason } = event.value;
    if (stage === 'in-force') begun.set(step, event.time);
    const from = begun.get(step);
    const what = describeFault(fault, nodes);
    if (stage === 'skipped') lines.push(`    ${what} was skipped: ${reason ?? 'no reason was given'}`);
    if (stage === 'over' && from !== undefined)
      lines.push(`    ${what}, ${seconds(from)} to ${seconds(event.time)}`);
  }
  if (lines.length === 0) return ['Faults: none', ''];
  const more = lines.length - faultsMax;
  return ['Faults:', ...lines.slice(0, faultsMax), ...(more > 0 ? [`    … and ${more} more`] : []), ''];
}

function whereabouts({ plan, info, report, directory }: RunHistory): string[] {
  const where = info.cluster === 'docker' ? 'containers' : 'processes';
  return [
    `Run:    ${plan.voters.length} × ${info.node} in ${where}, seed ${plan.seed}`,
    `Report: ${report}`,
    `Again:  ${info.command} check ${directory}`,
    ...(info.replay === undefined ? [] : [`Replay: ${info.replay}`]),
  ];
}
