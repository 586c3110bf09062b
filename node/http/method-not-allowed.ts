import type { RequestHandler } from 'express';
import { Problem } from './problems.ts';

/** The last handler of a route: the path is right, the method is not. */
export function methodNotAllowed(allow: string): RequestHandler {
  return (request) => {
    throw new Problem('method-not-allowed', `Expected ${allow}, saw ${request.method}.`, {
      headers: { allow },
    });
  };
}
