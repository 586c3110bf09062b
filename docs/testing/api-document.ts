/** Reads `openapi.yaml`, and compiles its schemas. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import { parse } from 'yaml';

interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, unknown>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

export const apiDocument = parse(
  readFileSync(new URL('../openapi.yaml', import.meta.url), 'utf8'),
) as ApiDocument;

const documentId = 'https://raft-lab.invalid/openapi.yaml';
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema({ $id: documentId, ...apiDocument });

/** Compiles a schema as it stands in the document, where its references are relative to the document. */
export function compileSchema(schema: unknown): ValidateFunction {
  const absolute = JSON.parse(
    JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${documentId}#/`),
  ) as object;
  return ajv.compile(absolute);
}

/** Every `$ref` below `value`. */
export function pointersOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    name === '$ref' && typeof member === 'string' ? [member] : pointersOf(member),
  );
}

/** What `#/a/b` leads to in the document, or undefined. */
export function resolvePointer(pointer: string): unknown {
  return pointer
    .replace(/^#\//, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null
          ? (value as Readonly<Record<string, unknown>>)[part]
          : undefined,
      apiDocument,
    );
}
