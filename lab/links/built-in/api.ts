/** Toxiproxy 2.12's HTTP API over a collection of proxies, and `GET /traffic` beyond it. */
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { ApiError } from './api-error.ts';
import type { ProxyCollection } from './collection.ts';
import { changeToxic, readProxies, readProxy, readProxyUpdate, readToxic } from './input.ts';
import type { Proxy } from './proxy.ts';
import { renderToxic, type Toxic } from './toxic.ts';

/** The version whose API this is, marked as not being the original. */
export const version = '2.12.0+raft-lab';

export function createApi(proxies: ProxyCollection): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // A web page must not be able to drive the proxy through its reader's browser.
  app.use((request, response, next) => {
    if (request.get('user-agent')?.startsWith('Mozilla/') === true) {
      response.status(403).type('text').send('User agent not allowed\n');
    } else next();
  });
  app.use(express.json({ type: () => true, strict: false, limit: '1mb' }));

  app.get('/version', (_request, response) => void response.json({ version }));
  app.get('/traffic', (_request, response) => void response.json(renderTraffic(proxies.all())));
  app.post('/reset', async (_request, response) => {
    await proxies.reset();
    response.status(204).end();
  });
  app.post('/populate', async (request, response) => {
    const made: Proxy[] = [];
    try {
      for (const input of readProxies(request.body)) made.push(await proxies.addOrReplace(input));
      response.status(201).json({ proxies: made.map((proxy) => proxy.render()) });
    } catch (error) {
      const refusal = toApiError(error);
      response
        .status(refusal.status)
        .json({ ...renderError(refusal), proxies: made.map((proxy) => proxy.render()) });
    }
  });

  app.get('/proxies', (_request, response) => {
    response.json(Object.fromEntries(proxies.all().map((proxy) => [proxy.name, proxy.render()])));
  });
  app.post('/proxies', async (request, response) => {
    const proxy = await proxies.add(readProxy(request.body));
    response.status(201).json(proxy.render());
  });
  app.get('/proxies/:proxy', (request, response) => {
    response.json(proxies.get(request.params.proxy).render());
  });
  app.delete('/proxies/:proxy', async (request, response) => {
    await proxies.remove(request.params.proxy);
    response.status(204).end();
  });
  const updateProxy = async (request: Request<{ proxy: string }>, response: Response) => {
    const proxy = proxies.get(request.params.proxy);
    await proxy.change(readProxyUpdate(request.body, proxy));
    response.json(proxy.render());
  };
  app.post('/proxies/:proxy', updateProxy);
  app.patch('/proxies/:proxy', updateProxy);

  app.get('/proxies/:proxy/toxics', (request, response) => {
    const { chains } = proxies.get(request.params.proxy);
    response.json([...chains.upstream, ...chains.downstream].map(renderToxic));
  });
  app.post('/proxies/:proxy/toxics', (request, response) => {
    const proxy = proxies.get(request.params.proxy);
    const toxic = readToxic(request.body);
    if (proxy.toxic(toxic.name) !== undefined) throw new ApiError(409, 'toxic already exists');
    proxy.addToxic(toxic);
    response.json(renderToxic(toxic));
  });
  app.get('/proxies/:proxy/toxics/:toxic', (request, response) => {
    response.json(renderToxic(findToxic(proxies, request).toxic));
  });
  app.delete('/proxies/:proxy/toxics/:toxic', (request, response) => {
    const { proxy, toxic } = findToxic(proxies, request);
    proxy.removeToxic(toxic);
    response.status(204).end();
  });
  const updateToxic = (request: Request<{ proxy: string; toxic: string }>, response: Response) => {
    const { proxy, toxic } = findToxic(proxies, request);
    changeToxic(toxic, request.body);
    proxy.updateToxic(toxic);
    response.json(renderToxic(toxic));
  };
  app.post('/proxies/:proxy/toxics/:toxic', updateToxic);
  app.patch('/proxies/:proxy/toxics/:toxic', updateToxic);

  app.use((_request, response) => void response.status(404).type('text').send('404 page not found\n'));
  app.use(answerError);
  return app;
}

function findToxic(
  proxies: ProxyCollection,
  request: Request<{ proxy: string; toxic: string }>,
): { proxy: Proxy; toxic: Toxic } {
  const proxy = proxies.get(request.params.proxy);
  const toxic = proxy.toxic(request.params.toxic);
  if (toxic === undefined) throw new ApiError(404, 'toxic not found');
  return { proxy, toxic };
}

function renderTraffic(proxies: readonly Proxy[]): object {
  return Object.fromEntries(
    proxies.map(({ name, traffic, openConnections }) => [name, { ...traffic, openConnections }]),
  );
}

function renderError({ message, status }: ApiError): object {
  return { error: message, status };
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  // express.json refuses a body that is not JSON, or too long, with an error that carries a status.
  if (error instanceof Error && 'status' in error && typeof error.status === 'number') {
    return new ApiError(400, `bad request body: ${error.message}`);
  }
  return new ApiError(500, error instanceof Error ? error.message : String(error));
}

const answerError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const refusal = toApiError(error);
  response.status(refusal.status).json(renderError(refusal));
};
