/** The OpenAPI document is well-formed, and every example in it is valid against the schema that it illustrates. */
import { describe, expect, test } from '@jest/globals';
import { apiDocument, compileSchema, pointersOf, resolvePointer } from './testing/api-document.ts';

interface MediaType {
  readonly schema: unknown;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Everything that has a schema and an example beside it: media types, parameters, headers. */
function* illustrated(value: unknown, path: string): Generator<readonly [path: string, MediaType]> {
  if (Array.isArray(value)) {
    for (const [position, item] of value.entries()) yield* illustrated(item, `${path}/${position}`);
  } else if (isObject(value)) {
    if ('schema' in value) yield [path, value as unknown as MediaType];
    for (const [name, member] of Object.entries(value)) {
      if (name !== 'schema' && name !== 'schemas') yield* illustrated(member, `${path}/${name}`);
    }
  }
}

const examples = [...illustrated(apiDocument, '')].flatMap(([path, media]) => [
  ...(media.example === undefined ? [] : [{ path, schema: media.schema, example: media.example }]),
  ...Object.entries(media.examples ?? {}).map(([name, { value }]) => ({
    path: `${path}/examples/${name}`,
    schema: media.schema,
    example: value,
  })),
]);

describe('openapi.yaml', () => {
  test('every reference leads somewhere', () => {
    const pointers = pointersOf(apiDocument);
    expect(pointers.length).toBeGreaterThan(50);
    for (const pointer of pointers) expect(resolvePointer(pointer)).toBeDefined();
  });

  test('every schema compiles', () => {
    const { schemas } = apiDocument.components;
    for (const name of Object.keys(schemas)) {
      expect(() => compileSchema({ $ref: `#/components/schemas/${name}` })).not.toThrow();
    }
  });

  test('every body has an example', () => {
    for (const [path, media] of illustrated(apiDocument, '')) {
      if (!path.includes('/content/')) continue;
      expect({ path, examples: Object.keys(media.examples ?? {}).length }).not.toEqual({ path, examples: 0 });
    }
  });

  test.each(examples)('$path is valid', ({ schema, example }) => {
    const validate = compileSchema(schema);
    validate(example);
    expect(validate.errors ?? []).toEqual([]);
  });

  test.each([
    ['Key', '..'],
    ['Key', 'a/b'],
    ['Key', 'k'.repeat(257)],
    ['WriteBody', { value: null }],
    ['WriteBody', { value: 'one', extra: true }],
    ['CasBody', { to: 'two' }],
    ['CasAnswer', { swapped: false }],
    ['Status', { id: 'n1', role: 'boss', term: 0, leader: null, features: [] }],
    ['Status', { id: 'n1', role: 'follower', term: '1', leader: null, features: [] }],
    ['NotLeader', { type: 'not-leader' }],
    ['Problem', { type: 'about:blank' }],
  ])('%s refuses %j', (name, value) => {
    expect(compileSchema({ $ref: `#/components/schemas/${name}` })(value)).toBe(false);
  });

  test.each(['...', '.a', 'a.', 'A-Z_0.9', 'k'.repeat(256)])('the key %s is allowed', (key) => {
    expect(compileSchema({ $ref: '#/components/schemas/Key' })(key)).toBe(true);
  });
});
