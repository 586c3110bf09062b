import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { Problem } from './problems.ts';

/** Lets only those pass who present the cluster's token. */
export function requireToken(token: string): RequestHandler {
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
      { headers: { 'www-authenticate': 'Bearer' } },
    );
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
