/** What a run's progress is at a moment: a fold over its events. */
import type { HistoryEvent, Phase } from '../history/history.ts';
import { describeFault } from '../plan/describe-fault.ts';

/** The rate shown is that of the last so many seconds. */
const rateWindowNs = 2e9;

export class Progress {
  phase: Phase = 'start';
  phaseBeganNs = 0;
  readonly counts = { ok: 0, fail: 0, info: 0 };
  leader: string | undefined;
  term = 0;
  /** Faults in force by step, in words. */
  readonly faults = new Map<string, string>();
  /** What the run will surely fail for, as soon as it is seen. */
  readonly alarms: string[] = [];
  readonly #okTimesNs: number[] = [];

  see(event: HistoryEvent): void {
    if (event.process === 'nemesis') {
      const { step, stage, fault, nodes } = event.value;
      if (stage === 'in-force') this.faults.set(step, describeFault(fault, nodes));
      if (stage === 'over' || stage === 'failed') this.faults.delete(step);
      return;
    }
    if (event.process === 'observer') {
      this.#seeObservation(event);
      return;
    }
    if (event.process === 'operator' || event.type === 'invoke') return;
    this.counts[event.type] += 1;
    if (event.type === 'ok') this.#okTimesNs.push(event.time);
  }

  /** Operations answered `ok` a second, over the last two seconds before `nowNs`. */
  okPerSecond(nowNs: number): number {
    const firstRecent = this.#okTimesNs.findIndex((time) => time > nowNs - rateWindowNs);
    this.#okTimesNs.splice(0, firstRecent === -1 ? this.#okTimesNs.length : firstRecent);
    return Math.round((this.#okTimesNs.length * 1e9) / rateWindowNs);
  }

  #seeObservation(event: Extract<HistoryEvent, { process: 'observer' }>): void {
    switch (event.f) {
      case 'phase':
        this.phase = event.value;
        this.phaseBeganNs = event.time;
        return;
      case 'status': {
        const { role, term } = event.value.status;
        if (role === 'leader' && term >= this.term) {
          this.leader = event.node;
          this.term = term;
        } else if (this.leader === event.node && role !== 'leader') this.leader = undefined;
        return;
      }
      case 'life':
        if (event.value.state === 'down' && this.leader === event.node) this.leader = undefined;
        return;
      case 'exit':
        this.alarms.push(
          `${event.node} ended by itself (${event.value.signal ?? `exit code ${event.value.code ?? 'unknown'}`})`,
        );
        return;
      case 'start-failed':
        this.alarms.push(`${event.node} did not start: ${event.value.message}`);
        return;
      case 'lab-failure':
        this.alarms.push(event.value.message);
        return;
      case 'bad-status':
      case 'bad-answer':
      case 'lag':
      case 'cut-off':
      case 'usage':
    }
  }
}
