/** The numbers below the timeline. */
import type { Plan } from '../plan/plan.ts';
import { escaped } from './escape.ts';
import type { Results } from './results.ts';
import type { TimelineData } from './timeline-data.ts';

export function latencyTable({ latencyMs }: Results): string {
  const rows = Object.entries(latencyMs).map(([f, { count, p50, p90, p99, max }]) => [
    f,
    String(count),
    ...[p50, p90, p99, max].map((ms) => ms.toFixed(1)),
  ]);
  return section(
    'Latency of what was answered',
    table(['', 'answers', 'median ms', '90 %', '99 %', 'most'], rows),
  );
}

export function coverageTable({ coverage }: Results): string {
  if (coverage.length === 0) return '';
  const rows = coverage
    .map(({ name, needed, seen, notJudged }) => {
      const lacking = seen < needed && notJudged === undefined ? ' lacking' : '';
      const told = notJudged === undefined ? String(seen) : `not judged: ${escaped(notJudged)}`;
      return `<tr><td class="mono">${escaped(name)}</td><td class="number">${needed}</td><td class="number${lacking}">${told}</td></tr>`;
    })
    .join('');
  return section(
    'What had to be seen',
    `<table><tr><th></th><th class="number">needed</th><th class="number">seen</th></tr>${rows}</table>`,
  );
}

export function faultTable({ faults }: TimelineData): string {
  if (faults.length === 0) return '';
  const rows = faults
    .map(({ step, label, times: [, inForce, ends] }) => {
      const seconds = (us: number): string => (us / 1_000_000).toFixed(3);
      return `<tr><td class="mono">${escaped(step)}</td><td>${escaped(label)}</td><td class="number">${seconds(inForce)} s</td><td class="number">${seconds(ends)} s</td><td><button data-step="${escaped(step)}">Show</button></td></tr>`;
    })
    .join('');
  return `<details><summary>${faults.length} faults, with what was resolved</summary><table><tr><th>step</th><th>fault</th><th class="number">in force from</th><th class="number">to</th><th></th></tr>${rows}</table></details>`;
}

export function planDetails(plan: Plan): string {
  return `<details><summary>The plan</summary><pre>${escaped(JSON.stringify(plan, null, 2))}</pre></details>`;
}

function section(title: string, content: string): string {
  return `<section><h2>${title}</h2>${content}</section>`;
}

/** The first column names the row, the others are numbers. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (tag: 'th' | 'td') => (text: string, at: number) =>
    `<${tag}${at === 0 ? '' : ' class="number"'}>${escaped(text)}</${tag}>`;
  const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('');
  return `<table><tr>${head.map(cell('th')).join('')}</tr>${body}</table>`;
}
