/** `/status`, and `/snapshot`. */
import { Router } from 'express';
import type { NodeStatus } from '../runtime/node-status.ts';
import { requireToken } from './authorization.ts';
import { methodNotAllowed } from './method-not-allowed.ts';

export interface ClusterServices {
  readonly token: string;
  readonly status: () => NodeStatus;
  /** This node is to take a snapshot soon. */
  readonly askForSnapshot: () => void;
}

export function clusterRoutes({ token, status, askForSnapshot }: ClusterServices): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/status')
    .get((_request, response) => {
      response.json(status());
    })
    .all(methodNotAllowed('GET, HEAD'));
  router
    .route('/snapshot')
    .post(requireToken(token), (_request, response) => {
      askForSnapshot();
      response.status(202).json({});
    })
    .all(methodNotAllowed('POST'));
  return router;
}
