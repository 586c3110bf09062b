import { expect, test } from '@jest/globals';
import type { Manifest } from '../submission/submission.ts';
import { clusterOf } from './node-under-test.ts';

test.each<[Partial<Manifest>, process: string, docker: string | undefined]>([
  [{ command: './node' }, 'process', undefined],
  [{ image: 'node:1' }, 'docker', 'docker'],
  [{ dockerfile: 'Dockerfile' }, 'docker', 'docker'],
  [{ command: './node', dockerfile: 'Dockerfile' }, 'process', 'docker'],
  [{ reference: true }, 'process', 'docker'],
  [{ mutant: 'early-ack' }, 'process', 'docker'],
])('%j runs in %s or %s', (source, inProcesses, inContainers) => {
  const manifest = { name: 'Ada', ...source };
  expect([clusterOf(manifest, 'process'), clusterOf(manifest, 'docker')]).toEqual([
    inProcesses,
    inContainers,
  ]);
});
