/** The comparison of the engines is only worth what it finds: each engine is broken in a copy, and every break must be seen. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

interface Defect {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const defects: Readonly<Record<string, Defect>> = {
  'a read may end before what it read from was called': {
    file: 'blocks/blocks.ts',
    from: 'timeAt(end, read) < callBefore',
    to: 'false',
  },
  'blocks may precede each other': {
    file: 'blocks/blocks.ts',
    from: 'timeAt(earliestEnd, block) < timeAt(latestCall, next)',
    to: 'false',
  },
  'touching blocks exclude each other': {
    file: 'blocks/blocks.ts',
    from: 'timeAt(earliestEnd, block) < timeAt(latestCall, before)',
    to: 'timeAt(earliestEnd, block) <= timeAt(latestCall, before)',
  },
  'a value may be written twice': {
    file: 'blocks/writers.ts',
    from: 'value === initialValue || only !== none',
    to: 'false',
  },
  'the memo forgets which operations have looked': {
    file: 'search/memo.ts',
    from: '(looked & ~itsLooked) === 0',
    to: 'true',
  },
  'an operation takes effect early though it changes the state': {
    file: 'search/just-in-time.ts',
    from: 'this.#timeline.looks[operation] === 1 && this.#machine.step(state, operation) === state',
    to: 'this.#machine.step(state, operation) !== impossible',
  },
  'touching operations are in order': {
    file: 'search/timeline.ts',
    from: 'active.firstEnd < operation.call',
    to: 'active.firstEnd <= operation.call',
  },
  'an unknown operation takes effect before its call': {
    file: 'search/timeline.ts',
    from: 'group.callableFrom.push(length)',
    to: 'group.callableFrom.push(0)',
  },
  'states with one hash are one': {
    file: 'search/interned.ts',
    from: 'this.#hashes[number] === hash && this.#equal(this.get(number), element)',
    to: '(this.#hashes[number] ?? 0) % 2 === hash % 2',
  },
  'the monitor lets blocks precede each other': {
    file: 'monitor/register-monitor.ts',
    from: 'other.closedAt = Math.min(other.closedAt, block.firstEnd);',
    to: '',
  },
  'the monitor forgets when a value was left': {
    file: 'monitor/register-monitor.ts',
    from: 'placed.leftAt = now;',
    to: '',
  },
};

/** Rare defects show in one history of ten thousand. */
const histories = 30_000;
const historiesOfTheRight = 2_000;
let directory: string;
const home = join(import.meta.dirname, '..');

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'porcupine-defects-'));
  const leftOut = ['node_modules', 'dist'];
  cpSync(home, directory, { recursive: true, filter: (source) => !leftOut.includes(basename(source)) });
  const compare = `
    import { disagreement } from './fuzz/agreement.ts';
    import { seededDraw } from './fuzz/draw.ts';
    import { initialNumber, smallHistory } from './fuzz/small-history.ts';
    import { casRegister } from './models/register.ts';
    const model = casRegister({ initial: initialNumber });
    for (let seed = 1; seed <= Number(process.argv[2]); seed++) {
      const said = disagreement(model, smallHistory(seededDraw(seed), 7));
      if (said === undefined) continue;
      console.log(said);
      process.exit(0);
    }
    console.log('no disagreement');
  `;
  writeFileSync(join(directory, 'compare.ts'), compare);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The first disagreement among the copy's engines. */
function firstDisagreement(among: number): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['compare.ts', String(among)], {
    cwd: directory,
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`.trim();
}

describe('a planted defect is found', () => {
  test.each(Object.entries(defects))('%s', (_name, { file, from, to }) => {
    const right = readFileSync(join(home, file), 'utf8');
    // Changed in exactly one place, or this test plants nothing.
    expect(right.split(from)).toHaveLength(2);
    writeFileSync(
      join(directory, file),
      right.replace(from, () => to),
    );
    try {
      expect(firstDisagreement(histories)).toMatch(
        / says (linearizable|illegal|undecided), brute force |: |Error/,
      );
    } finally {
      writeFileSync(join(directory, file), right);
    }
  });

  test('and none is found where none was planted', () => {
    expect(firstDisagreement(historiesOfTheRight)).toBe('no disagreement');
  });
});
