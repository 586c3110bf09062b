/** Histories of clients on any object that really behaves: linearizable. */
import type { Operation } from 'porcupine-ts';
import { chance, type Draw } from '../../checker/fuzz/draw.ts';

/** The object, and what its clients want of it. */
export interface Behaviour<Input, Output> {
  /** What this client asks next. */
  readonly next: (client: number) => Input;
  /** Lets the operation take effect; `undefined` if the object refuses it. */
  readonly apply: (input: Input, client: number) => Output | undefined;
}

export interface ObjectOptions {
  readonly operations: number;
  readonly clients: number;
  readonly infoPercent?: number;
}

/** Every step is a call, an effect, or an answer of a random client. Positions are unique. */
export function simulateObject<Input, Output>(
  draw: Draw,
  { operations: count, clients, infoPercent = 0 }: ObjectOptions,
  { next, apply }: Behaviour<Input, Output>,
): Operation<Input, Output>[] {
  const history: Operation<Input, Output>[] = [];
  const idle = { slot: -1, output: undefined as Output | undefined, effective: false };
  const flights = Array.from({ length: clients }, () => ({ ...idle }));
  const processes = Array.from({ length: clients }, (_, client) => client);
  let nextProcess = clients;
  let position = 0;
  let inFlight = 0;
  while (history.length < count || inFlight > 0) {
    const client = draw(clients);
    const flight = flights[client];
    if (flight === undefined) continue;
    const operation = history[flight.slot];
    if (operation === undefined) {
      if (history.length >= count) continue;
      flight.slot = history.length;
      inFlight++;
      history.push({
        id: flight.slot,
        process: processes[client] ?? client,
        input: next(client),
        output: undefined,
        call: position++,
        return: Infinity,
        outcome: 'info',
      });
    } else if (!flight.effective) {
      const lost = chance(draw, infoPercent);
      // What nobody hears of has happened or has not.
      if (!lost || chance(draw, 50)) flight.output = apply(operation.input, client);
      flight.effective = true;
      if (!lost) continue;
      processes[client] = nextProcess++;
      Object.assign(flight, idle);
      inFlight--;
    } else {
      const { slot, output } = flight;
      const outcome = output === undefined ? 'fail' : 'ok';
      history[slot] = { ...operation, output, return: position++, outcome };
      Object.assign(flight, idle);
      inFlight--;
    }
  }
  return history;
}
