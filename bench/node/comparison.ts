/** From single measurements to the table: medians over the rounds, their intervals, and ratios taken within each round. */
import type { Figures as LoadFigures } from './load.ts';
import type { Interval } from './statistics.ts';
import { median, medianInterval } from './statistics.ts';
import type { SystemName } from './system.ts';

export type OperationName = 'put' | 'get';

export interface Figures extends Omit<LoadFigures, 'answered'> {
  /** Processor time that all members together spend on one operation. Other work on the machine hardly moves it. */
  readonly cpuMicrosPerOp: number;
}

/** One cell of one round: both systems, one right after the other. */
export interface Pair {
  readonly op: OperationName;
  readonly clients: number;
  readonly figures: Readonly<Record<SystemName, Figures>>;
}

export interface SystemRow extends Figures {
  readonly opsPerSecondInterval: Interval;
  readonly p50MsInterval: Interval;
  readonly p99MsInterval: Interval;
}

export interface Row {
  readonly op: OperationName;
  readonly clients: number;
  readonly ours: SystemRow;
  readonly etcd: SystemRow;
  /** Ours over etcd's: more is better. */
  readonly throughputRatio: number;
  readonly throughputRatioInterval: Interval;
  /** Ours over etcd's: less is better. */
  readonly p50Ratio: number;
  readonly p50RatioInterval: Interval;
  readonly p99Ratio: number;
  readonly p99RatioInterval: Interval;
}

/** One row for each cell, in the order of their first pairs. */
export function compare(pairs: readonly Pair[], random: () => number): Row[] {
  const cells = Map.groupBy(pairs, ({ op, clients }) => `${op} ${clients}`);
  return [...cells.values()].map((cell) => {
    const first = cell[0];
    if (first === undefined) throw new Error('a group has a member');
    const system = (name: SystemName): SystemRow => {
      const of = (figure: keyof Figures): number[] => cell.map(({ figures }) => figures[name][figure]);
      return {
        opsPerSecond: median(of('opsPerSecond')),
        p50Ms: median(of('p50Ms')),
        p99Ms: median(of('p99Ms')),
        cpuMicrosPerOp: median(of('cpuMicrosPerOp')),
        opsPerSecondInterval: medianInterval(of('opsPerSecond'), random),
        p50MsInterval: medianInterval(of('p50Ms'), random),
        p99MsInterval: medianInterval(of('p99Ms'), random),
      };
    };
    const ratios = (figure: keyof Figures): number[] =>
      cell.map(({ figures }) => figures.ours[figure] / figures.etcd[figure]);
    return {
      op: first.op,
      clients: first.clients,
      ours: system('ours'),
      etcd: system('etcd'),
      throughputRatio: median(ratios('opsPerSecond')),
      throughputRatioInterval: medianInterval(ratios('opsPerSecond'), random),
      p50Ratio: median(ratios('p50Ms')),
      p50RatioInterval: medianInterval(ratios('p50Ms'), random),
      p99Ratio: median(ratios('p99Ms')),
      p99RatioInterval: medianInterval(ratios('p99Ms'), random),
    };
  });
}

/** What the reference node is meant to reach beside etcd. */
export const goal = { throughputRatio: 1.5, p99Ratio: 1.1 } as const;

/** Whether a row reaches it. A p99 ratio whose interval includes 1 counts as no worse. */
export function reachesGoal({ throughputRatio, p99Ratio, p99RatioInterval: [low] }: Row): boolean {
  return throughputRatio >= goal.throughputRatio && (p99Ratio <= goal.p99Ratio || low <= 1);
}
