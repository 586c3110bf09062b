/** Calls that look at the cluster, and calls that change it; the latter need the cluster's token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { Router } from 'express';
import type { NodeStatus } from '../runtime/node-status.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { Problem } from './problems.ts';

export interface ClusterServices {
  readonly token: string;
  readonly status: () => NodeStatus;
  /** This node is to take a snapshot soon. */
  readonly askForSnapshot: () => void;
}

export function clusterRoutes({ token, status, askForSnapshot }: ClusterServices): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const authorized = requireToken(token);
  router
    .route('/status')
    .get((_request, response) => {
      response.json(status());
    })
    .all(methodNotAllowed('GET, HEAD'));
  router
    .route('/membership')
    .get(unsupported('membership'))
    .put(authorized, unsupported('membership'))
    .all(methodNotAllowed('GET, HEAD, PUT'));
  router
    .route('/snapshot')
    .post(authorized, (_request, response) => {
      askForSnapshot();
      response.status(202).json({});
    })
    .all(methodNotAllowed('POST'));
  router.route('/leader').post(authorized, unsupported('transfer')).all(methodNotAllowed('POST'));
  return router;
}

function unsupported(feature: string): RequestHandler {
  return () => {
    throw new Problem('unsupported', `This node has no feature ${feature}; /status lists those it has.`);
  };
}

function requireToken(token: string): RequestHandler {
  const expected = digest(`Bearer ${token}`);
  return (request, _response, next) => {
    // Digests have one length, so comparing them takes the same time whatever was presented.
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) {
      next();
      return;
    }
    throw new Problem(
      'unauthorized',
      "Expected Authorization: Bearer, followed by the cluster's token (RAFT_CLUSTER_TOKEN).",
      { 'www-authenticate': 'Bearer' },
    );
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
