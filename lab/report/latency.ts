/** How long answers took, by kind of operation. */
import { build } from 'hdr-histogram-js';
import type { Operation } from '../history/operations.ts';

/** Milliseconds, of the operations that were answered. */
export interface LatencyMs {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

const kinds = ['read', 'write', 'cas'] as const;
export type LatencyByKind = Partial<Record<Operation['f'], LatencyMs>>;

const nsPerUs = 1_000;
const usPerMs = 1_000;
const hourUs = 3_600_000_000;

export function latencyByKind(operations: readonly Operation[]): LatencyByKind {
  const result: LatencyByKind = {};
  for (const f of kinds) {
    const answered = operations.filter((operation) => operation.f === f && operation.outcome === 'ok');
    if (answered.length === 0) continue;
    const histogram = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: hourUs,
      numberOfSignificantValueDigits: 3,
    });
    for (const { startNs, endNs } of answered)
      histogram.recordValue(Math.min(hourUs, Math.max(1, Math.round((endNs - startNs) / nsPerUs))));
    const at = (percentile: number): number => histogram.getValueAtPercentile(percentile) / usPerMs;
    result[f] = { count: answered.length, p50: at(50), p90: at(90), p99: at(99), max: at(100) };
  }
  return result;
}
