/** The commands that contract.md shows print what it says they print, on a node that keeps the contract. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LocalCluster } from '../lab/doctor/testing/local-cluster.ts';
import { parseCurl, runCurl, stepsIn } from './testing/console.ts';
import { fencesIn } from './testing/markdown.ts';

const nodeAtPort: Readonly<Record<string, string>> = { 8081: 'n1', 8082: 'n2', 8083: 'n3' };

const steps = fencesIn('contract.md')
  .filter(({ language, marks }) => language === 'console' && marks.includes('run'))
  .flatMap(({ line, text }) => stepsIn(text).map((step) => ({ line, ...step })));

/** `…` on the page stands for anything. */
function matches(shown: string): RegExp {
  const parts = shown.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

describe('contract.md', () => {
  const cluster = new LocalCluster();
  beforeAll(async () => {
    for (const node of cluster.nodes) await cluster.start(node);
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  test('shows commands', () => expect(steps.length).toBeGreaterThan(8));

  test.each(steps)('line $line: $command', async ({ command, output }) => {
    const shownHeaders = [...output.matchAll(/^([a-z-]+): /gm)].map(([, name = '']) => name);
    const printed = await runCurl(
      parseCurl(command),
      (port) => cluster.origin(nodeAtPort[port] ?? ''),
      shownHeaders,
    );
    expect(printed).toMatch(matches(output));
  });
});
