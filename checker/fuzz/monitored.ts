/** What a monitor says of a recorded history, played to it event by event. */
import type { Model, ModelState } from '../model.ts';
import { Monitor, type MonitorVerdict } from '../monitor/monitor.ts';
import type { Operation } from '../operation.ts';

/** @throws TypeError where the model is no register. */
export function monitored<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): MonitorVerdict['verdict'] {
  const monitor = new Monitor(model);
  // An operation of unknown outcome is given up at once. Calls come before the ends that they touch.
  const events = history
    .flatMap((operation) => [
      { at: operation.call, rank: 0, operation },
      { at: operation.outcome === 'info' ? operation.call : operation.return, rank: 1, operation },
    ])
    .sort((a, b) => (a.at === b.at ? a.rank - b.rank : a.at - b.at));
  for (const { rank, operation } of events) {
    if (rank === 0) monitor.invoke(operation.id, operation.input);
    else monitor.complete(operation.id, operation.outcome, operation.output);
  }
  return monitor.verdict.verdict;
}
