/** Single requests, for everything that is not load: finding the leader, seeing that a cluster serves. */
import type { Endpoint } from './connection.ts';
import { Connection } from './connection.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { System } from './system.ts';

const answerLimitMs = 3_000;
const readyLimitMs = 30_000;

/** The answer, or undefined when there is none. */
export async function ask(endpoint: Endpoint, request: Buffer): Promise<HttpAnswer | undefined> {
  const answered = Promise.withResolvers<HttpAnswer | undefined>();
  const giveUp = (): void => answered.resolve(undefined);
  const limit = setTimeout(giveUp, answerLimitMs);
  try {
    using connection = await Connection.open(endpoint, giveUp);
    connection.send(request, answered.resolve);
    return await answered.promise;
  } catch {
    return undefined;
  } finally {
    clearTimeout(limit);
  }
}

/** The endpoints with the leader's first, once there is a leader and every member answers a linearizable read. */
export async function whenServing(system: System, pollMs = 50): Promise<readonly Endpoint[]> {
  const deadline = performance.now() + readyLimitMs;
  while (performance.now() < deadline) {
    const leader = await system.leader();
    if (leader !== undefined) {
      const answers = await Promise.all(
        system.endpoints.map((endpoint) => ask(endpoint, system.getRequest('ready'))),
      );
      if (answers.every((answer) => answer?.status === 200)) {
        return [leader, ...system.endpoints.filter((endpoint) => endpoint !== leader)];
      }
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error(`expected ${system.name} to serve within ${readyLimitMs} ms, and it did not`);
}
