/** Long histories of clients on a register that really is one: linearizable unless something is planted afterwards. */
import { chance, type Draw } from './draw.ts';
import { initialNumber, type RegisterOperation } from './small-history.ts';

export interface SimulationOptions {
  readonly operations: number;
  /** Clients, each with one operation in flight. */
  readonly clients: number;
  /** Percent of operations whose outcome stays unknown. Such a client goes on under a new process number. */
  readonly infoPercent?: number;
  readonly failPercent?: number;
  readonly readPercent?: number;
  /** Percent of the operations that are no reads. */
  readonly casPercent?: number;
  /** Values are drawn from this many, instead of being unique. */
  readonly values?: number;
  /** Whether a compare-and-set that did not match says what it saw. */
  readonly hidesSeen?: boolean;
  readonly key?: string;
}

interface Flight {
  readonly slot: number;
  readonly effectOnly: boolean;
}

/** Every step is a call, an effect, or an answer of a random client. Positions are unique. */
export function simulate(draw: Draw, options: SimulationOptions): RegisterOperation[] {
  const {
    operations: count,
    clients,
    infoPercent = 0,
    failPercent = 0,
    readPercent = 40,
    casPercent = 33,
  } = options;
  const key = options.key ?? 'x';
  const history: RegisterOperation[] = [];
  const inFlight: (Flight | undefined)[] = Array.from({ length: clients }, () => undefined);
  const processes = Array.from({ length: clients }, (_, client) => client);
  // Effects of operations nobody waits for any more; they happen late or never.
  const stray: number[] = [];
  let nextProcess = clients;
  let held = initialNumber;
  let position = 0;
  let fresh = initialNumber;
  const newValue = () => (options.values === undefined ? ++fresh : draw(options.values));

  const begin = (client: number) => {
    const slot = history.length;
    const kind = chance(draw, readPercent) ? 'read' : chance(draw, casPercent) ? 'cas' : 'write';
    const input =
      kind === 'read'
        ? ({ f: 'read', key } as const)
        : kind === 'write'
          ? ({ f: 'write', key, value: newValue() } as const)
          : ({ f: 'cas', key, from: chance(draw, 80) ? held : draw(fresh + 1), to: newValue() } as const);
    history.push({
      id: slot,
      process: processes[client] ?? client,
      input,
      output: undefined,
      call: position++,
      return: Infinity,
      outcome: 'info',
    });
    inFlight[client] = { slot, effectOnly: false };
  };
  const takeEffect = (slot: number): RegisterOperation['output'] => {
    const input = history[slot]?.input;
    switch (input?.f) {
      case undefined:
        return undefined;
      case 'read':
        return { value: held };
      case 'write':
        held = input.value;
        return {};
      case 'cas': {
        if (held !== input.from) {
          return options.hidesSeen === true ? { swapped: false } : { swapped: false, value: held };
        }
        held = input.to;
        return { swapped: true };
      }
    }
  };
  const end = (client: number, slot: number) => {
    const operation = history[slot];
    if (operation === undefined) return;
    inFlight[client] = undefined;
    if (chance(draw, infoPercent)) {
      processes[client] = nextProcess++;
      if (operation.input.f !== 'read') stray.push(slot);
      return;
    }
    if (chance(draw, failPercent)) {
      history[slot] = { ...operation, outcome: 'fail', return: position++ };
      return;
    }
    const output = takeEffect(slot);
    // The answer comes some steps after the effect: other clients go on in between.
    answers.push({ client, slot, output });
    inFlight[client] = { slot, effectOnly: true };
  };
  const answers: {
    readonly client: number;
    readonly slot: number;
    readonly output: RegisterOperation['output'];
  }[] = [];
  const answer = (index: number) => {
    const done = answers[index];
    const operation = done === undefined ? undefined : history[done.slot];
    if (done === undefined || operation === undefined) return;
    answers.splice(index, 1);
    history[done.slot] = { ...operation, output: done.output, return: position++, outcome: 'ok' };
    inFlight[done.client] = undefined;
  };

  while (history.length < count || inFlight.some((flight) => flight !== undefined)) {
    if (stray.length > 0 && chance(draw, 5)) {
      const [slot = 0] = stray.splice(draw(stray.length), 1);
      if (chance(draw, 50)) takeEffect(slot);
    }
    const client = draw(clients);
    const flight = inFlight[client];
    if (flight === undefined) {
      if (history.length < count) begin(client);
    } else if (flight.effectOnly) {
      answer(answers.findIndex((done) => done.client === client));
    } else {
      end(client, flight.slot);
    }
  }
  return history;
}
