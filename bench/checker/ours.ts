/** One history in a process of its own: `ours.ts OBJECT FILE [columns]` prints the verdict, times and memory as JSON. */
import { linesOf } from './lines.ts';
import { type ObjectName, objects } from './objects.ts';

const [name = '', file = '', form] = process.argv.slice(2);
if (!Object.hasOwn(objects, name)) {
  throw new RangeError(`OBJECT is one of ${Object.keys(objects).join(', ')}, not ${JSON.stringify(name)}.`);
}
const object = objects[name as ObjectName];
const check = form === 'columns' ? object.loadColumns(linesOf(file)) : object.load(linesOf(file));
/** Warm is when the compiler has done its work, which it does in processor time and not in rounds; on a busy machine that takes longer. */
const leastRounds = 3;
const enoughMs = 400;
const mostMs = 3_000;
const microsecondsInMillisecond = 1_000;
const kilobytesInMegabyte = 1024;

const times: number[] = [];
let verdict = '';
let rssMb = 0;
const processorMs = () => process.cpuUsage().user / microsecondsInMillisecond;
const processorMsBefore = processorMs();
for (
  let spentMs = 0;
  times.length < leastRounds || (spentMs < mostMs && processorMs() - processorMsBefore < enoughMs);
) {
  const begun = performance.now();
  ({ verdict } = check());
  const tookMs = performance.now() - begun;
  // What one check needs; the garbage of many is the measurement's.
  if (times.length === 0) rssMb = process.resourceUsage().maxRSS / kilobytesInMegabyte;
  times.push(tookMs);
  spentMs += tookMs;
}
const [msCold = 0] = times;
console.log(
  JSON.stringify({ verdict, msCold, msWarm: times.reduce((least, each) => Math.min(least, each)), rssMb }),
);
