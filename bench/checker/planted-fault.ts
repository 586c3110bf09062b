/** One wrong answer in a history that was right. */
import type { RegisterOperation } from '../../checker/fuzz/small-history.ts';

/** A read of an overwritten value, of the initial value again, of a value that nobody wrote. */
export type Fault = 'stale read' | 'lost writes' | 'phantom';

/** Changes the answer of the first read after this share of the history. */
export function plant(
  history: readonly RegisterOperation[],
  kind: Fault,
  afterPercent: number,
): RegisterOperation[] {
  const from = Math.floor((history.length * afterPercent) / 100);
  const reads = history.filter(({ input, outcome }) => input.f === 'read' && outcome === 'ok');
  const victim = reads.find(({ id }) => id >= from) ?? reads.at(-1);
  const [oldest] = reads;
  // Far enough back that its value is certainly gone.
  const distance = Math.min(200, from / 2);
  const earlier = reads.findLast(({ id }) => id < (victim?.id ?? 0) - distance) ?? oldest;
  return history.map((each) => {
    if (each !== victim) return each;
    switch (kind) {
      case 'stale read':
        return { ...each, output: earlier?.output };
      case 'phantom':
        return { ...each, output: { value: history.length * 2 } };
      case 'lost writes':
        return { ...each, output: { value: 0 } };
    }
  });
}
