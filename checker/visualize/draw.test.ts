import { describe, expect, test } from '@jest/globals';
import { checkOperations } from '../check.ts';
import { register, type RegisterInput, type RegisterOutput } from '../models/register.ts';
import type { Operation } from '../operation.ts';
import { drawHistory } from './draw.ts';
import { viewerScript } from './viewer-script.ts';

const model = register({ initial: null });
const hostile = '</script><script>alert("<!--")</script>';
const history: Operation<RegisterInput<string | null>, RegisterOutput<string | null>>[] = [
  { id: 4, process: 1, call: 0, return: 1, outcome: 'ok', input: { f: 'write', key: 'x', value: hostile }, output: {} },
  { id: 5, process: 2, call: 2, return: Infinity, outcome: 'info', input: { f: 'write', key: 'x', value: 'b' }, output: undefined },
  { id: 6, process: 3, call: 3, return: 4, outcome: 'ok', input: { f: 'read', key: 'x' }, output: { value: null } },
]; // prettier-ignore
const result = checkOperations(model, history);
const page = drawHistory({
  title: `A <b>bold</b> title & more`,
  history,
  result,
  describe: ({ input, output }) => model.describeOperation?.(input, output) ?? '',
});

describe('the picture', () => {
  test('holds the history, the verdict, the core and the sentence', () => {
    const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1];
    expect(JSON.parse(json ?? '')).toMatchObject({
      verdict: 'illegal',
      operations: [
        [4, 1, 0, 1, 0, `write ${JSON.stringify(hostile)}`],
        [5, 2, 2, -1, 1, 'write "b"'],
        [6, 3, 3, 4, 0, 'read → null'],
      ],
      partitions: [
        { key: 'x', anomaly: 'lost update', core: [4, 6], sentence: expect.stringMatching(/is lost/) },
      ],
    });
  });

  test('cannot be broken out of by what the history says', () => {
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page).toContain('A &lt;b>bold&lt;/b> title &amp; more');
  });

  test('needs nothing from anywhere, and its script is one', () => {
    expect(page).not.toMatch(/(src|href)=|https?:|import\(/);
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is only parsed, not run
    expect(() => new Function(viewerScript)).not.toThrow();
  });
});
