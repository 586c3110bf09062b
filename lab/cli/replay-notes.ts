import type { HistoryEvent } from '../history/history.ts';
import type { Pins } from '../nemesis/pins.ts';

/** How many remarks a note spells out. */
const remarksMax = 5;

/** What a replay has to say of itself: which steps did not concern whom they concerned in the recorded run, or not in the same role. */
export function replayNotes(run: string, pins: Pins, history: readonly HistoryEvent[]): string[] {
  const remarks: string[] = [];
  let pinned = 0;
  for (const event of history) {
    if (event.process !== 'nemesis') continue;
    const { step, stage, reason } = event.value;
    const pin = pins.get(step);
    if (stage === 'in-force' && pin !== undefined) pinned += 1;
    if (stage === 'in-force' && pin === undefined)
      remarks.push(`step ${step} was not reached in the recorded run, and its target was chosen anew`);
    if (stage === 'skipped' && pin?.kind === 'resolved')
      remarks.push(`step ${step} was skipped: ${reason ?? 'no reason was given'}`);
    if (stage === 'begins' && reason !== undefined) remarks.push(`step ${step}: ${reason}`);
  }
  const recorded = pins
    .values()
    .filter(({ kind }) => kind === 'resolved')
    .toArray().length;
  return [
    `A replay of ${run}: ${pinned} of the ${recorded} faults that came in force there did so here, each with the same targets.`,
    ...(remarks.length === 0 ? [] : [`${sentenceOf(firstOf(remarks))}.`]),
  ];
}

function firstOf(remarks: readonly string[]): readonly string[] {
  const more = remarks.length - remarksMax;
  return more > 0 ? [...remarks.slice(0, remarksMax), `and ${more} more such steps in the history`] : remarks;
}

function sentenceOf(remarks: readonly string[]): string {
  const text = remarks.join('; ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
