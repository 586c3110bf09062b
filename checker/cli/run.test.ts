import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

const good = `{"process": 1, "type": "invoke", "f": "write", "key": "x", "value": "a", "time": 1000000000}
{"process": 1, "type": "ok", "f": "write", "key": "x", "value": "a", "time": 1500000000}
`;
const stale = `${good}{"process": 2, "type": "invoke", "f": "read", "key": "x", "value": null, "time": 2000000000}
{"process": 2, "type": "ok", "f": "read", "key": "x", "value": null, "time": 2500000000}
`;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'porcupine-'));
  await writeFile(join(directory, 'good.jsonl'), good);
  await writeFile(join(directory, 'stale.jsonl'), stale);
  await writeFile(
    join(directory, 'queue.edn'),
    '{:process 0 :type :invoke :f :dequeue}\n{:process 0 :type :ok :f :dequeue :value 7}\n',
  );
});
afterAll(() => rm(directory, { recursive: true }));

async function command(line: string, input = '') {
  let output = '';
  let complaint = '';
  const code = await run(
    line
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => word.replace('@', `${directory}/`)),
    {
      readStandardInput: () => Promise.resolve(input),
      print: (text) => (output += text),
      complain: (text) => (complaint += text),
    },
  );
  return { code, output, complaint };
}

describe('the exit code and the first word are the verdict', () => {
  test('linearizable: 0', async () => {
    expect(await command('check @good.jsonl --model register')).toEqual({
      code: 0,
      output: 'linearizable\n',
      complaint: '',
    });
  });

  test('illegal: 1, with the anomaly and times in seconds', async () => {
    expect(await command('check - --model cas-register', stale)).toMatchObject({
      code: 1,
      output:
        'illegal\nlost update: Process 2 read nothing on key x (began at 2.000 s), although process 1 had already replaced it by a, which ended at 1.500 s. Nobody ever saw a: the update is lost.\n',
    });
  });

  test('undecided: 3, with the reason', async () => {
    const { code, output } = await command('check @queue.edn --model queue --steps 1');
    expect([code, output.split(':')[0]]).toEqual([1, 'illegal\nno order']);
    const pairs = [1, 2, 3].map((n) => `{:process ${n} :type :invoke :f :enqueue :value ${n}}`);
    const text = `${pairs.join('\n')}\n{:process 4 :type :invoke :f :dequeue}\n{:process 4 :type :ok :f :dequeue :value 9}\n`;
    expect(await command('check - --model queue --format edn --steps 2', text)).toMatchObject({
      code: 3,
      output: expect.stringMatching(/^undecided: the search ended after its 2 steps/),
    });
  });

  test('--json prints the whole result', async () => {
    const { code, output } = await command('check @stale.jsonl --model register --json');
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      verdict: 'illegal',
      partitions: [
        {
          key: 'x',
          violation: {
            anomaly: 'lost update',
            core: [0, 2],
            explanation: expect.stringMatching(/^Process 2/),
          },
        },
      ],
    });
  });

  test('--html writes a picture, with the place where the order ends', async () => {
    expect((await command('check @stale.jsonl --model register --html @out.html')).code).toBe(1);
    const page = await readFile(join(directory, 'out.html'), 'utf8');
    expect(page).toMatch(/<canvas/);
    expect(page).toMatch(/"order":\[0\],"until":3/);
  });

  test('transactions over several registers are one object', async () => {
    const transaction = (process: number, asked: string, answered: string) =>
      `{:process ${process} :type :invoke :f :txn :value ${asked}}\n{:process ${process} :type :ok :f :txn :value ${answered}}\n`;
    const write = '[[:w 1 10] [:w 2 20]]';
    const read = (seen: string) => transaction(1, '[[:r 2 nil] [:r 1 nil]]', seen);
    const check = (text: string) => command('check - --model multi-register --format edn', text);
    const both = transaction(0, write, write);
    expect((await check(both + read('[[:r 2 20] [:r 1 10]]'))).code).toBe(0);
    expect((await check(both + read('[[:r 2 20] [:r 1 nil]]'))).code).toBe(1);
    expect(await check(transaction(0, '7', '7'))).toMatchObject({
      code: 64,
      complaint: expect.stringMatching(/this model knows lists of \[f key value\]/),
    });
  });
});

test.each([
  ['chek', /The command is chek: only "check" is known/],
  ['check', /A history is missing/],
  ['check a b --model register', /more than one history: b/],
  ['check @good.jsonl', /The model is missing: give --model and one of register, cas-register/],
  ['check @good.jsonl --model toString', /The model is toString/],
  ['check @good.jsonl --model register --format xml', /The format is xml: it is jsonl or edn/],
  ['check @good.jsonl --model register --steps few', /--steps is few/],
  ['check @good.jsonl --model register --what', /^Unknown option '--what'\.\nporcupine-ts --help/],
  ['check - --model register', /The history is empty/],
  ['check @ --model register', /must be a file/],
  ['check @none.jsonl --model register', /no such file/],
  ['check @queue.edn --model register --format jsonl', /Line 1 is no event/],
  [
    'check @good.jsonl --model mutex',
    /^Event 0: an operation is write with the value "a"; this model knows acquire and release/,
  ],
])('bad use is 64, and says what to do: %p', async (line, message) => {
  expect(await command(line)).toMatchObject({
    code: 64,
    output: '',
    complaint: expect.stringMatching(message),
  });
});

test('without arguments it shows how it is used', async () => {
  const { code, complaint } = await command('');
  expect([code, complaint.split('\n')[0]]).toEqual([64, 'porcupine-ts check FILE --model MODEL [options]']);
});
