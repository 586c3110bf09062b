/** The calls of the contract, as requests. Keys are written into the path as they are: encoding them is the caller's business. */
import type { Ask } from './patient.ts';

export const read = (key: string): Ask => ({ method: 'GET', path: `/registers/${key}` });

export const write = (key: string, value: unknown, headers?: Readonly<Record<string, string>>): Ask => ({
  method: 'PUT',
  path: `/registers/${key}`,
  json: { value },
  ...(headers === undefined ? {} : { headers }),
});

export const cas = (
  key: string,
  from: unknown,
  to: unknown,
  headers?: Readonly<Record<string, string>>,
): Ask => ({
  method: 'POST',
  path: `/registers/${key}/cas`,
  json: { from, to },
  ...(headers === undefined ? {} : { headers }),
});
