/** From recorded events to columns at once, without an object for each operation. */
import type { RegisterAction, RegisterValue } from '../blocks/register-view.ts';
import { ColumnsBuilder } from '../columns/columns-builder.ts';
import type { RegisterColumns } from '../columns/register-columns.ts';
import { atEvent, type HistoryEvent, noneOpen, type RecordedCall, stillOpen } from './event.ts';

/** What a recorded call does to a register: with an answer if it was `ok`, and without one what it would do. */
export interface RegisterReader {
  readonly initial: RegisterValue;
  action(call: RecordedCall, answered?: { readonly answer: unknown }): RegisterAction;
}

export interface ReadColumns {
  readonly columns: RegisterColumns;
  /** By index of event: its time in nanoseconds, if it has one. */
  readonly times: readonly (number | undefined)[];
}

/**
 * As `pairEvents`: ids and positions are indices of events, an operation without a completion is `info`.
 * @throws HistoryError where a process has two operations open, or completes what it did not begin.
 */
export function readColumns(reader: RegisterReader, events: Iterable<HistoryEvent>): ReadColumns {
  const builder = new ColumnsBuilder(reader.initial);
  const open = new Map<
    number,
    { readonly began: number; readonly row: number; readonly call: RecordedCall }
  >();
  const times: (number | undefined)[] = [];
  let index = 0;
  for (const { process, type, f, value, key, time } of events) {
    times.push(time);
    const begun = open.get(process);
    if (type === 'invoke') {
      if (begun !== undefined) throw stillOpen(index, process, begun.began);
      const call = { f, value, ...(key !== undefined && { key }) };
      const action = atEvent(index, () => reader.action(call));
      const row = builder.begin(index, process, key ?? '', index, action);
      open.set(process, { began: index, row, call });
    } else {
      if (begun === undefined) throw noneOpen(index, process);
      open.delete(process);
      if (type === 'ok') {
        const action = atEvent(index, () => reader.action(begun.call, { answer: value }));
        builder.end(begun.row, 'ok', index, action);
      } else if (type === 'fail') {
        builder.end(begun.row, 'fail', index, reader.action(begun.call));
      }
    }
    index++;
  }
  return { columns: builder.finish(), times };
}
