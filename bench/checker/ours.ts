/** One history in a process of its own: `ours.ts CELL SEED SCALE` prints the verdict, times and memory as JSON. */
import { casRegister, checkOperations } from 'porcupine-ts';
import { cells, generate } from './cells.ts';

const [index = 0, seed = 1, scale = 1] = process.argv.slice(2).map(Number);
const cell = cells[index];
if (cell === undefined) throw new RangeError(`There is no cell ${index}.`);
const history = generate(cell, seed, scale);
const model = casRegister<number>({ initial: 0 });
const leastRounds = 3;
const mostRounds = 100;
const enoughMs = 3_000;
const kilobytesInMegabyte = 1024;

const times: number[] = [];
let verdict = '';
for (let round = 0; round < mostRounds; round++) {
  const begun = performance.now();
  ({ verdict } = checkOperations(model, history));
  times.push(performance.now() - begun);
  // Warm is when the compiler has done its work, which it does in time and not in rounds.
  if (round >= leastRounds && performance.now() > enoughMs) break;
  if ((times[0] ?? 0) > 5_000) break;
}
const [msCold = 0] = times;
console.log(
  JSON.stringify({
    verdict,
    msCold,
    msWarm: Math.min(...times),
    rssMb: process.resourceUsage().maxRSS / kilobytesInMegabyte,
  }),
);
