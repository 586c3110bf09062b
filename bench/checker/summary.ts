/** From rows to the table: ratios, their geometric means, and how times grow with the length of the history. */

export interface OurTimes {
  readonly msCold: number;
  readonly msWarm: number;
  readonly rssMb: number;
  readonly verdict: string;
}

export interface Row {
  readonly family: string;
  readonly n: number;
  readonly clients: number;
  /** Percent of operations whose outcome stays unknown. */
  readonly info: number;
  readonly detail?: string;
  readonly seed: number;
  readonly verdict: string;
  /** `ms` is the best of several rounds; `reason` says why it is undecided. */
  readonly porcupine: {
    readonly msCold: number;
    readonly ms: number;
    readonly rssMb: number;
    readonly verdict: string;
    readonly reason?: string;
  };
  readonly ours: OurTimes;
  /** From columns instead of operations, where that is measured too. */
  readonly columns?: OurTimes;
  /** Porcupine's time over ours, warm; null where one of the two is undecided. */
  readonly ratio: number | null;
}

export interface FamilySummary {
  readonly geometricMean: number | null;
  readonly smallestRatio: number | null;
  /** The slope of log time over log length, ours and the peer's; null where all lengths are equal, or it was not measured. */
  readonly growth: number | null;
  readonly growthOfColumns: number | null;
  readonly growthOfPorcupine: number | null;
  readonly cells: number;
  readonly undecidedByUs: number;
  readonly undecidedByPorcupine: number;
}

export interface Summary {
  readonly families: Readonly<Record<string, FamilySummary>>;
  readonly cells: readonly Row[];
  readonly geometricMean: number | null;
  readonly smallestRatio: number | null;
  /** Rows that ours does not decide. */
  readonly undecided: number;
}

export function summarize(rows: readonly Row[]): Summary {
  const byFamily = Map.groupBy(rows, ({ family }) => family);
  const ratios = ratiosOf(rows);
  return {
    families: Object.fromEntries([...byFamily].map(([family, its]) => [family, summarizeFamily(its)])),
    cells: rows,
    geometricMean: geometricMean(ratios),
    smallestRatio: smallest(ratios),
    undecided: rows.filter(({ ours }) => ours.verdict === 'undecided').length,
  };
}

function summarizeFamily(rows: readonly Row[]): FamilySummary {
  const ratios = ratiosOf(rows);
  const decided = rows.filter(({ ours }) => ours.verdict !== 'undecided');
  const decidedByPeer = rows.filter(({ porcupine }) => porcupine.verdict !== 'undecided');
  return {
    geometricMean: geometricMean(ratios),
    smallestRatio: smallest(ratios),
    growth: growth(decided, ({ ours }) => ours.msWarm),
    growthOfColumns: growth(
      decided.filter(({ columns }) => columns !== undefined),
      ({ columns }) => columns?.msWarm ?? NaN,
    ),
    growthOfPorcupine: growth(decidedByPeer, ({ porcupine }) => porcupine.ms),
    cells: rows.length,
    undecidedByUs: rows.length - decided.length,
    undecidedByPorcupine: rows.length - decidedByPeer.length,
  };
}

function ratiosOf(rows: readonly Row[]): number[] {
  return rows.flatMap(({ ratio }) => ratio ?? []);
}

function geometricMean(ratios: readonly number[]): number | null {
  if (ratios.length === 0) return null;
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

function smallest(ratios: readonly number[]): number | null {
  return ratios.length === 0 ? null : Math.min(...ratios);
}

function growth(rows: readonly Row[], ms: (row: Row) => number): number | null {
  const varied = new Set(rows.map(({ n }) => Math.round(Math.log2(n)))).size > 1;
  return varied ? slope(rows.map((row) => [Math.log(row.n), Math.log(ms(row))])) : null;
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
