import { join } from 'node:path';
import type { RunInfo } from '../report/run-info.ts';
import type { HistoryEvent } from '../history/history.ts';
import type { Plan } from '../plan/plan.ts';
import type { PropertyResult, Run } from '../verdict/property.ts';
import type { Judgement, OverallVerdict } from '../verdict/verdict.ts';

/** A run that is over: everything that happened, how it is judged, and where it is kept. */
export class RunHistory implements Run {
  readonly plan: Plan;
  /** The lines of `history.jsonl`. */
  readonly history: readonly HistoryEvent[];
  readonly judgement: Judgement;
  readonly info: RunInfo;

  constructor({ plan, history }: Run, judgement: Judgement, info: RunInfo) {
    this.plan = plan;
    this.history = history;
    this.judgement = judgement;
    this.info = info;
  }

  /** `pass`, `fail`, `undecided`, or `error` where the lab itself failed: over all properties. */
  get verdict(): OverallVerdict {
    return this.judgement.verdict;
  }

  /** The run's folder, with its plan, its history and its reports. */
  get directory(): string {
    return this.info.directory;
  }

  get report(): string {
    return join(this.directory, 'report.html');
  }

  /** The verdict of one property, by its name in docs/results.md; undefined where the run gave no occasion to judge by it. */
  property(name: string): PropertyResult | undefined {
    return this.judgement.properties.find((property) => property.name === name);
  }
}
