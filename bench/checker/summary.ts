/** From rows to the table: ratios, their geometric means, and how times grow with the length of the history. */

export interface Measured {
  readonly family: string;
  readonly n: number;
  readonly clients: number;
  readonly info: number;
  readonly fault?: string;
  readonly seed: number;
  readonly verdict: string;
  readonly porcupine: { readonly ms: number; readonly rssMb: number; readonly verdict: string };
  readonly ours: {
    readonly msCold: number;
    readonly msWarm: number;
    readonly rssMb: number;
    readonly verdict: string;
  };
  /** Porcupine's time over ours, warm; null where one of the two is undecided. */
  readonly ratio: number | null;
}

export interface FamilySummary {
  readonly geometricMean: number | null;
  readonly smallestRatio: number | null;
  /** The slope of log time over log length; null where all lengths are equal. */
  readonly growth: number | null;
  readonly undecidedByUs: number;
  readonly undecidedByPorcupine: number;
}

export interface Summary {
  readonly families: Readonly<Record<string, FamilySummary>>;
  readonly cells: readonly Measured[];
  readonly geometricMean: number | null;
  readonly smallestRatio: number | null;
  readonly undecided: number;
}

export function summarize(cells: readonly Measured[]): Summary {
  const byFamily = Map.groupBy(cells, ({ family }) => family);
  const ratios = ratiosOf(cells);
  return {
    families: Object.fromEntries([...byFamily].map(([family, rows]) => [family, summarizeFamily(rows)])),
    cells,
    geometricMean: geometricMean(ratios),
    smallestRatio: smallest(ratios),
    undecided: cells.filter(({ ours }) => ours.verdict === 'undecided').length,
  };
}

function summarizeFamily(rows: readonly Measured[]): FamilySummary {
  const ratios = ratiosOf(rows);
  return {
    geometricMean: geometricMean(ratios),
    smallestRatio: smallest(ratios),
    growth: slope(rows.map(({ n, ours }) => [Math.log(n), Math.log(ours.msWarm)])),
    undecidedByUs: rows.filter(({ ours }) => ours.verdict === 'undecided').length,
    undecidedByPorcupine: rows.filter(({ porcupine }) => porcupine.verdict === 'undecided').length,
  };
}

function ratiosOf(rows: readonly Measured[]): number[] {
  return rows.flatMap(({ ratio }) => ratio ?? []);
}

function geometricMean(ratios: readonly number[]): number | null {
  if (ratios.length === 0) return null;
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

function smallest(ratios: readonly number[]): number | null {
  return ratios.length === 0 ? null : Math.min(...ratios);
}

/** Least squares. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number | null {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (!(spread > 0)) return null;
  return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
