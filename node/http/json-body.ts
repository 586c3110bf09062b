/** Bodies of requests: JSON in UTF-8, of a bounded size, with the fields that are expected and no others. */
import { isUtf8 } from 'node:buffer';
import type { Request } from 'express';
import { Problem } from './problems.ts';

/** Two values of 64 KiB, with every byte escaped, and room for the rest. */
const maxBodyBytes = 2 ** 20;

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a request's JSON object, which has exactly these fields.
 * @throws Problem `unsupported-media-type`, `too-large` or `bad-request`.
 */
export async function readJsonObject(request: Request, fields: readonly string[]): Promise<JsonObject> {
  checkMediaType(request);
  const bytes = await readBytes(request);
  if (!isUtf8(bytes)) throw new Problem('bad-request', 'The body is not UTF-8.');
  const expected = `a JSON object with ${fields.length === 1 ? 'the field' : 'the fields'} ${fields.join(', ')}`;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new Problem('bad-request', `Expected ${expected}; the body is not JSON: ${String(error)}.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem('bad-request', `Expected ${expected}, saw ${kindOf(value)}.`);
  }
  for (const field of fields) {
    if (!Object.hasOwn(value, field)) {
      throw new Problem('bad-request', `Expected ${expected}; ${field} is missing.`);
    }
  }
  for (const field of Object.keys(value)) {
    if (!fields.includes(field)) {
      throw new Problem('bad-request', `Expected ${expected}; ${JSON.stringify(field)} is not known.`);
    }
  }
  return value as JsonObject;
}

/** What a JSON value is, for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

function checkMediaType(request: Request): void {
  const seen = request.headers['content-type'];
  if (seen === undefined || !/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(seen.trim())) {
    throw new Problem(
      'unsupported-media-type',
      `Expected content-type: application/json, saw ${seen ?? 'none'}.`,
    );
  }
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new Problem('unsupported-media-type', `Expected no content-encoding, saw ${encoding}.`);
  }
}

function readBytes(request: Request): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const tooLarge = (): void => {
      // What still comes is not worth waiting for, so the connection ends with the answer.
      reject(
        new Problem('too-large', `Expected a body of at most ${maxBodyBytes} bytes.`, {
          headers: { connection: 'close' },
        }),
      );
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
      tooLarge();
      return;
    }
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBodyBytes) chunks.push(chunk);
      else {
        request.pause();
        tooLarge();
      }
    });
    request.once('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    // Whoever stops in the middle of a body is not there to be answered, and nothing is wrong here.
    request.once('error', () => reject(new Problem('bad-request', 'The body ended early.')));
    request.once('close', () => {
      // Every request is closed in the end, and an error that nobody sees is not cheap to make.
      if (!request.readableEnded) reject(new Problem('bad-request', 'The body ended early.'));
    });
  });
}
