import type { ServerResponse } from 'node:http';

/**
 * Answers 200 with this value, and nothing that a client of registers has no use for: Express's own `json` spends as much time on tags, caches and
 * charsets as the rest of an answer takes.
 */
export function answerJson(response: ServerResponse, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
