/** HTTP/1.1 answers, read no further than a load generator needs: the same few steps for every system, so that none of it is measured. */

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

const headEnd = '\r\n\r\n';

/**
 * The answer that these bytes (one character each) hold, or null while it is not complete.
 * @throws Error when the body is delimited in no way that is known here, or when bytes follow it: one request is open at a time.
 */
export function readAnswer(bytes: string): HttpAnswer | null {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return null;
  const head = bytes.slice(0, end);
  const start = end + headEnd.length;
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    const missing = start + Number(length) - bytes.length;
    if (missing < 0) throw new Error(`expected ${length} bytes of body, saw ${-missing} more`);
    return missing > 0 ? null : { status, body: bytes.slice(start) };
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) {
    throw new Error(`expected content-length or chunks, saw: ${head}`);
  }
  const body = readChunks(bytes, start);
  return body === null ? null : { status, body };
}

function readChunks(bytes: string, start: number): string | null {
  let body = '';
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.slice(at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (Number.isNaN(size)) throw new Error(`expected a chunk's size, saw ${bytes.slice(at, lineEnd)}`);
    if (next > bytes.length) return null;
    if (size === 0) return body;
    body += bytes.slice(lineEnd + 2, lineEnd + 2 + size);
    at = next;
  }
}
