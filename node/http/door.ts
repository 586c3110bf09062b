/** The HTTP door: every answer is a promise of the contract, or says that nothing is known. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { ErrorRequestHandler, Express } from 'express';
import express from 'express';
import type { Requests } from '../runtime/requests.ts';
import type { Address } from '../transport/transport.ts';
import type { ClusterServices } from './cluster-routes.ts';
import { clusterRoutes } from './cluster-routes.ts';
import type { MembershipServices } from './membership-routes.ts';
import { membershipRoutes } from './membership-routes.ts';
import { Problem, sendProblem } from './problems.ts';
import { registerRoutes } from './register-routes.ts';

export interface DoorServices extends ClusterServices, MembershipServices {
  readonly requests: Requests;
  /** A request failed in a way that nobody foresaw. */
  readonly onError: (error: unknown) => void;
}

/** Longer than a client's pool keeps a connection, so that it is the client who closes. */
const keepAliveMs = 75_000;
const headersLimitMs = 10_000;
const requestLimitMs = 20_000;
const maxConnections = 4_096;
/** How long a closing door waits for answers to leave. */
const closeLimitMs = 1_000;

export function createApp(services: DoorServices): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.use(registerRoutes(services.requests));
  app.use(clusterRoutes(services));
  app.use(membershipRoutes(services));
  app.use((request) => {
    throw new Problem('not-found', `There is no ${request.path} here.`);
  });
  app.use(answerErrors(services.onError));
  return app;
}

/** Resolves when the port is bound; rejects when it cannot be. */
export async function openDoor(
  services: DoorServices & { readonly listen: Address },
): Promise<AsyncDisposable> {
  const app = createApp(services);
  const server = createServer(
    {
      noDelay: true,
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headersLimitMs,
      requestTimeout: requestLimitMs,
    },
    (request, response) => {
      app(request, response);
    },
  );
  server.maxConnections = maxConnections;
  server.listen(services.listen.port, services.listen.host);
  await once(server, 'listening');
  return { [Symbol.asyncDispose]: () => close(server, services) };
}

async function close(server: Server, { requests, cluster }: DoorServices): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  requests.close();
  cluster.close();
  const limit = setTimeout(() => server.closeAllConnections(), closeLimitMs);
  await closed;
  clearTimeout(limit);
}

function answerErrors(onError: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof Problem) sendProblem(response, error);
    else if (error instanceof URIError) {
      sendProblem(response, new Problem('bad-request', 'The path is not well-formed percent-encoding.'));
    } else {
      onError(error);
      sendProblem(response, new Problem('internal', 'The node failed to answer. Its log says why.'));
    }
  };
}
