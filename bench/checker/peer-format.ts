/** A register history as the peers read it: one operation a line, whole numbers only. `bench/peers/porcupine/main.go` says what they mean. */
import type { RegisterOperation } from '../../checker/fuzz/small-history.ts';

const kinds = { read: 0, write: 1, cas: 2, mismatch: 3 } as const;
const unseen = -1;

/** Refused operations are left out: Porcupine has no word for them, and they had no effect. */
export function formatForPeers(history: readonly RegisterOperation[]): string {
  const keys = new Map<string, number>();
  const lines = history.flatMap((operation) => {
    const { process, input, output, call, outcome } = operation;
    if (outcome === 'fail') return [];
    const key = keys.get(input.key) ?? keys.size;
    keys.set(input.key, key);
    const known = outcome === 'ok' ? 1 : 0;
    const times = `${known} ${call} ${known === 1 ? operation.return : 0}`;
    switch (input.f) {
      case 'read':
        return `${process} ${key} ${kinds.read} ${output?.value ?? 0} 1 ${times}`;
      case 'write':
        return `${process} ${key} ${kinds.write} ${input.value} 0 ${times}`;
      case 'cas': {
        const swapped = output?.swapped !== false;
        const kind = swapped ? kinds.cas : kinds.mismatch;
        return `${process} ${key} ${kind} ${input.from} ${swapped ? input.to : (output.value ?? unseen)} ${times}`;
      }
    }
  });
  return `${lines.join('\n')}\n`;
}
