/**
 * Watches ten million operations on the monitor, made as they are watched and never kept, and looks at the heap every million.
 *
 *     node --expose-gc --conditions=raft-lab:source bench/checker/monitor.ts [--operations N] [--clients N] [--keys N] [--unknown PERCENT] [--seed N]
 *
 * Ends with 1 if the heap of a run without unknown writes grew, or a planted stale read is not reported at the very operation.
 */
import { parseArgs } from 'node:util';
import { casRegister, Monitor } from 'porcupine-ts';
import { chance, seededDraw } from '../../checker/fuzz/draw.ts';

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '10000000' },
    clients: { type: 'string', default: '10' },
    keys: { type: 'string', default: '1' },
    unknown: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
});
const [operations, clients, keys, unknownPercent, seed] = [
  Number(values.operations),
  Number(values.clients),
  Number(values.keys),
  Number(values.unknown),
  Number(values.seed),
];
const { gc } = globalThis;
if (gc === undefined) throw new Error('The heap cannot be measured: run with --expose-gc.');
const looks = 10;
/** What the heap may grow from the first look to the last without being said to grow. */
const mostGrowthBytes = 1_000_000;

type Input = ReturnType<typeof read> | ReturnType<typeof write> | ReturnType<typeof cas>;
const read = (key: string) => ({ f: 'read', key }) as const;
const write = (key: string, value: number) => ({ f: 'write', key, value }) as const;
const cas = (key: string, from: number, to: number) => ({ f: 'cas', key, from, to }) as const;

const draw = seededDraw(seed);
const names = Array.from({ length: keys }, (_, key) => `k${key}`);
const held = new Map(names.map((name) => [name, 0]));
let fresh = 0;

function nextInput(): Input {
  const key = names[draw(keys)] ?? 'k0';
  if (chance(draw, 40)) return read(key);
  fresh += 1;
  return chance(draw, 33) ? cas(key, held.get(key) ?? 0, fresh) : write(key, fresh);
}

/** What a right register answers now. */
function takeEffect(input: Input): { readonly value?: number; readonly swapped?: boolean } {
  const value = held.get(input.key) ?? 0;
  switch (input.f) {
    case 'read':
      return { value };
    case 'write':
      held.set(input.key, input.value);
      return {};
    case 'cas':
      if (value !== input.from) return { swapped: false, value };
      held.set(input.key, input.to);
      return { swapped: true };
  }
}

interface Flight {
  readonly id: number;
  readonly input: Input;
  answer: ReturnType<typeof takeEffect> | undefined;
}

function heapBytes(): number {
  gc?.();
  return process.memoryUsage().heapUsed;
}

const monitor = new Monitor(casRegister<number>({ initial: 0 }));
const flights: (Flight | undefined)[] = Array.from({ length: clients }, () => undefined);
let begun = 0;
let unseen = 0;
const before = heapBytes();
const heaps: number[] = [];
const entries: number[] = [];
const beganMs = performance.now();
for (let ended = 0; ended < operations;) {
  const client = draw(clients);
  const flight = flights[client];
  if (flight === undefined) {
    const input = nextInput();
    flights[client] = { id: begun, input, answer: undefined };
    monitor.invoke(begun, input);
    begun += 1;
    continue;
  }
  if (flight.answer === undefined) {
    if (flight.input.f !== 'read' && chance(draw, unknownPercent)) {
      // Half of what nobody knows happened.
      if (chance(draw, 50)) takeEffect(flight.input);
      else unseen += 1;
      monitor.complete(flight.id, 'info');
      flights[client] = undefined;
      ended += 1;
    } else {
      flight.answer = takeEffect(flight.input);
      continue;
    }
  } else {
    monitor.complete(flight.id, 'ok', flight.answer);
    flights[client] = undefined;
    ended += 1;
  }
  if (ended % (operations / looks) === 0) {
    heaps.push(heapBytes() - before);
    entries.push(monitor.remembered);
    console.log(
      `${ended} operations, ${((performance.now() - beganMs) / 1_000).toFixed(1)} s, heap +${((heaps.at(-1) ?? 0) / 1e6).toFixed(2)} MB, ${monitor.remembered} entries, ${monitor.verdict.verdict}`,
    );
  }
}

const grown = (heaps.at(-1) ?? 0) - (heaps[0] ?? 0);
if (unknownPercent > 0) {
  const more = (entries.at(-1) ?? 0) - (entries[0] ?? 0);
  console.log(
    `${more} more unknown writes that nobody has seen (${unseen} in all never took effect): ${(grown / more).toFixed(0)} bytes each`,
  );
} else if (grown > mostGrowthBytes) {
  console.error(`The heap grew by ${grown} bytes, and should not grow.`);
  process.exitCode = 1;
}

// Something nobody ever wrote, while everybody else goes on.
monitor.invoke(-1, read('k0'));
if (monitor.verdict.verdict !== 'linearizable') {
  console.error(`Before the planted read the verdict is ${JSON.stringify(monitor.verdict)}.`);
  process.exitCode = 1;
}
const { verdict } = monitor.complete(-1, 'ok', { value: fresh + 1 });
console.log(`a planted read: ${verdict} at the event itself`);
if (verdict !== 'illegal') process.exitCode = 1;
