import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { anchorsIn } from '../../docs/testing/markdown.ts';
import { catalogue } from './catalogue.ts';
import { statusOfProblem } from '../client/problem-types.ts';

describe('the catalogue', () => {
  test('names each check once', () => {
    const names = catalogue.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('points at sections of the contract that are there', () => {
    const anchors = anchorsIn('contract.md');
    expect(catalogue.filter(({ section }) => !anchors.has(section)).map(({ name }) => name)).toEqual([]);
  });

  test('knows the problem types of openapi.yaml', () => {
    const document = parse(readFileSync(new URL('../../docs/openapi.yaml', import.meta.url), 'utf8')) as {
      components: { schemas: { ProblemType: { enum: string[] } } };
    };
    expect(Object.keys(statusOfProblem)).toEqual(document.components.schemas.ProblemType.enum);
  });
});
