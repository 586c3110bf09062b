/** When each phase of a run began and ended. */
import type { HistoryEvent, Phase } from '../history/history.ts';

export interface PhaseSpan {
  readonly phase: Phase;
  /** The history line that began it. */
  readonly index: number;
  readonly fromNs: number;
  /** When the next phase began; for the last one, the time of the last line. */
  readonly toNs: number;
}

export function phaseSpans(history: readonly HistoryEvent[]): PhaseSpan[] {
  const begins = history.filter((event) => event.f === 'phase');
  const endNs = lastNs(history);
  return begins.map((event, at) => ({
    phase: event.value,
    index: event.index,
    fromNs: event.time,
    toNs: begins[at + 1]?.time ?? endNs,
  }));
}

/** The span of a phase, or undefined where the run did not come that far. */
export function phaseSpan(history: readonly HistoryEvent[], phase: Phase): PhaseSpan | undefined {
  return phaseSpans(history).find((span) => span.phase === phase);
}

export function lastNs(history: readonly HistoryEvent[]): number {
  return history.at(-1)?.time ?? 0;
}
