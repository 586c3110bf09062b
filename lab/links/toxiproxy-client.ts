/**
 * toxiproxy-node-client with what it lacks, in one place: a limit for every call (it has none, so that a stuck proxy would stop a run for good),
 * the server's own words in errors (it keeps only the status), and the status as a number.
 */
import { Toxiproxy } from 'toxiproxy-node-client';
import { HttpClient, type HttpResponse } from 'toxiproxy-node-client/dist/HttpClient.js';
import { LabError } from '../lab-error.ts';

/** How long one call to the proxy's API may take. */
export const callTimeoutMs = 2000;

/** The proxy refused a call, or did not answer it in time. */
export class ProxyCallError extends LabError {
  /** The HTTP status of the refusal, or undefined where no answer came. */
  readonly status: number | undefined;
  /** No answer came in time, so the call may yet take effect. */
  readonly timedOut: boolean;

  constructor(
    message: string,
    status: number | undefined,
    options?: ErrorOptions & { readonly timedOut?: boolean },
  ) {
    super('links', message, options);
    this.status = status;
    this.timedOut = options?.timedOut ?? false;
  }
}

/** @param baseUrl of the API, such as `http://127.0.0.1:8474`. */
export function connectToxiproxy(baseUrl: string): Toxiproxy {
  const toxiproxy = new Toxiproxy(baseUrl);
  toxiproxy.api = new LimitedHttpClient();
  return toxiproxy;
}

class LimitedHttpClient extends HttpClient {
  override async get<Data>(url: string): Promise<HttpResponse<Data>> {
    return parse(url, await call('GET', url));
  }

  override async post<Data>(url: string, body?: unknown): Promise<HttpResponse<Data>> {
    return parse(url, await call('POST', url, body));
  }

  override async delete(url: string): Promise<void> {
    await call('DELETE', url);
  }

  override async getText(url: string): Promise<string> {
    return call('GET', url);
  }
}

function parse<Data>(url: string, text: string): HttpResponse<Data> {
  try {
    // The client's own types say what a call answers; it checks them as little as we do.
    return { data: (text === '' ? undefined : JSON.parse(text)) as Data };
  } catch (error) {
    throw new ProxyCallError(`${url} answered something that is not JSON: ${text.slice(0, 200)}`, undefined, {
      cause: error,
    });
  }
}

async function call(method: string, url: string, body?: unknown): Promise<string> {
  const limit = AbortSignal.timeout(callTimeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      signal: limit,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    text = await response.text();
  } catch (error) {
    const timedOut = limit.aborted;
    const reason = timedOut ? `no answer within ${callTimeoutMs} ms` : describe(error);
    throw new ProxyCallError(`${method} ${url} on the links' proxy failed: ${reason}`, undefined, {
      cause: error,
      timedOut,
    });
  }
  if (!response.ok) {
    throw new ProxyCallError(
      `${method} ${url} on the links' proxy was refused with ${response.status}: ${text.trim().slice(0, 500)}`,
      response.status,
    );
  }
  return text;
}

/** fetch hides what happened ("fetch failed") behind a cause. */
function describe(error: unknown): string {
  const { message, cause } = error as {
    readonly message?: string;
    readonly cause?: { readonly message?: string };
  };
  return cause?.message ?? message ?? String(error);
}
