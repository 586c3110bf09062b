/** How an item stands, in words and in lines of text. */
import type { Finding } from '../jobs/job.ts';
import type { Shown } from '../score/item-standing.ts';
import type { ItemGrade, Standing } from '../score/grade.ts';

export const stateWords: Readonly<Record<Standing['state'], string>> = {
  earned: 'earned',
  lost: 'lost',
  'not-graded': 'not graded',
  'not-attempted': 'not attempted',
  unsupported: 'not supported',
  'out-of-reach': 'not tried',
  pending: 'not graded yet',
};

export function whyOf(standing: Standing): string {
  switch (standing.state) {
    case 'earned':
      return '';
    case 'pending':
      return 'Its turn has not come yet.';
    case 'lost':
    case 'unsupported':
    case 'not-graded':
    case 'not-attempted':
    case 'out-of-reach':
      return standing.why;
  }
}

export function shownOf(standing: Standing): readonly Shown[] {
  return standing.state === 'earned' || standing.state === 'lost' ? standing.shown : [];
}

const detailsMax = 40;

/** Everything that shows why, as plain text. */
export function asText({ says, standing }: ItemGrade): string {
  const lines = [says, whyOf(standing)];
  for (const shown of shownOf(standing)) {
    if (shown.findings.length > 0) lines.push('', ...shown.findings.flatMap(findingLines));
    if (shown.findings.length > 0 && shown.seed !== undefined) lines.push(`  with seed ${shown.seed}`);
    if (shown.findings.length > 0 && shown.run !== undefined)
      lines.push(`  report: ${shown.run}/report.html`);
    if (shown.findings.length > 0 && shown.replay !== undefined) lines.push(`  again: ${shown.replay}`);
    for (const remark of shown.remarks)
      lines.push('', `Seen too, and no matter of this part: ${remark.property}. ${remark.summary}`);
  }
  return lines.filter((line, at) => line !== '' || (at > 0 && lines[at - 1] !== '')).join('\n');
}

function findingLines({ property, summary, details }: Finding): string[] {
  return [`${property}: ${summary}`, ...details.slice(0, detailsMax).map((line) => `  ${line}`)];
}
