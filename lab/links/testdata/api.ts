/** Speaks to a Toxiproxy API without any client library in between: what is tested is the wire. */
export interface ApiAnswer {
  readonly status: number;
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
}

export interface ProxyBody {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly unknown[];
}

export class Api {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    try {
      return { status: response.status, body: JSON.parse(text) };
    } catch {
      return { status: response.status, body: text };
    }
  }

  /** A new proxy to `upstream` at a free port of loopback. */
  async proxyTo(upstream: string, name: string): Promise<ProxyBody> {
    const { body } = await this.expect(201, 'POST', '/proxies', { name, listen: '127.0.0.1:0', upstream });
    return body as ProxyBody;
  }

  async addToxic(proxy: string, toxic: object): Promise<void> {
    await this.expect(200, 'POST', `/proxies/${proxy}/toxics`, toxic);
  }

  async removeToxic(proxy: string, toxic: string): Promise<void> {
    await this.expect(204, 'DELETE', `/proxies/${proxy}/toxics/${toxic}`);
  }

  async expect(status: number, method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    const answer = await this.call(method, path, body);
    if (answer.status !== status) {
      throw new Error(`${method} ${path} answered ${answer.status}, not ${status}: ${JSON.stringify(answer.body)}`);
    }
    return answer;
  }
}
