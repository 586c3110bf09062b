/**
 * Turns a lab run's history into a file of family K, for both sides to read: values become numbers, and null is 0.
 *
 *     node --conditions=raft-lab:source bench/checker/recorded.ts store/RUN/history.jsonl > bench/checker/recorded/NAME.txt
 */
import { readFileSync } from 'node:fs';
import { type RegisterEvent, toOperations } from '@raft-lab/workloads';
import type { CasRegisterInput, RegisterOutput } from 'porcupine-ts';
import { register } from './objects.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new RangeError('Say which history: recorded.ts FILE.');
const events = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as RegisterEvent | { readonly process: string })
  .filter((event): event is RegisterEvent => typeof event.process === 'number');

const numbers = new Map<string | null, number>([[null, 0]]);
function numberOf(value: string | null): number {
  const known = numbers.get(value) ?? numbers.size;
  numbers.set(value, known);
  return known;
}

function inNumbers(input: CasRegisterInput<string | null>): CasRegisterInput<number> {
  switch (input.f) {
    case 'read':
      return input;
    case 'write':
      return { ...input, value: numberOf(input.value) };
    case 'cas':
      return { ...input, from: numberOf(input.from), to: numberOf(input.to) };
  }
}

function answerInNumbers({ swapped, value }: RegisterOutput<string | null>): RegisterOutput<number> {
  return {
    ...(swapped !== undefined && { swapped }),
    ...(value !== undefined && { value: numberOf(value) }),
  };
}

const history = toOperations(events).map(({ input, output, ...rest }) => ({
  ...rest,
  input: inNumbers(input),
  output: output && answerInNumbers(output),
}));
process.stdout.write(register.format(history));
