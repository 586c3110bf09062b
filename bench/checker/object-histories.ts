/** Histories of queues, locks, sets and lists, as clients use them. */
import type {
  ListAppendInput,
  ListAppendOutput,
  MutexInput,
  MutexOutput,
  Operation,
  QueueInput,
  QueueOutput,
  SetInput,
  SetOutput,
} from 'porcupine-ts';
import { chance, type Draw } from '../../checker/fuzz/draw.ts';
import { type ObjectOptions, simulateObject } from './simulated-object.ts';

const key = 'x';

/** Slightly more is taken out than put in, so the queue stays short. */
export function queueHistory(draw: Draw, options: ObjectOptions): Operation<QueueInput, QueueOutput>[] {
  const held: number[] = [];
  let fresh = 0;
  return simulateObject<QueueInput, QueueOutput>(draw, options, {
    next: () => (chance(draw, 40) ? { f: 'enqueue', key, value: ++fresh } : { f: 'dequeue', key }),
    apply: (input) => {
      if (input.f === 'dequeue') return { value: held.shift() ?? null };
      held.push(Number(input.value));
      return {};
    },
  });
}

/** Who holds the lock releases it next; everybody else wants it, and is refused while it is held. */
export function mutexHistory(draw: Draw, options: ObjectOptions): Operation<MutexInput, MutexOutput>[] {
  let holder: number | undefined;
  return simulateObject<MutexInput, MutexOutput>(draw, options, {
    // The file's number 0 stands for nobody.
    next: (client) => ({ f: holder === client ? 'release' : 'acquire', key, owner: String(client + 1) }),
    apply: ({ f }, client) => {
      if (f === 'acquire' && holder !== undefined) return undefined;
      holder = f === 'acquire' ? client : undefined;
      return {};
    },
  });
}

export function setHistory(draw: Draw, options: ObjectOptions): Operation<SetInput, SetOutput>[] {
  const elements = 8;
  const held = new Set<number>();
  return simulateObject<SetInput, SetOutput>(draw, options, {
    next: () => {
      const value = draw(elements);
      if (chance(draw, 40)) return { f: 'contains', key, value };
      return { f: chance(draw, 50) ? 'add' : 'remove', key, value };
    },
    apply: (input) => {
      if (input.f === 'read') return undefined;
      const value = Number(input.value);
      if (input.f === 'contains') return { contains: held.has(value) };
      if (input.f === 'add') held.add(value);
      else held.delete(value);
      return {};
    },
  });
}

export function listHistory(
  draw: Draw,
  options: ObjectOptions,
): Operation<ListAppendInput, ListAppendOutput>[] {
  const held: number[] = [];
  return simulateObject<ListAppendInput, ListAppendOutput>(draw, options, {
    next: () =>
      chance(draw, 40) ? { f: 'read', key } : { f: 'append', key, value: held.length * 100 + draw(100) },
    apply: (input) => {
      if (input.f === 'read') return { value: [...held] };
      held.push(Number(input.value));
      return {};
    },
  });
}
