/** Each of these requests once, by so many clients, in any order between them. */
import type { Endpoint } from './connection.ts';
import { Connection } from './connection.ts';
import type { HttpAnswer } from './http-answer.ts';

export async function writeAll(
  endpoints: readonly Endpoint[],
  clients: number,
  requests: readonly Buffer[],
  isExpected: (answer: HttpAnswer) => boolean,
): Promise<void> {
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  let next = 0;
  const client = async (at: number): Promise<void> => {
    const endpoint = endpoints[at % endpoints.length];
    if (endpoint === undefined) throw new Error('writes have an endpoint');
    using connection = await Connection.open(endpoint, broken.reject);
    for (let request = requests[next]; request !== undefined; request = requests[next]) {
      next += 1;
      const bytes = request;
      const answer = new Promise<HttpAnswer>((resolve) => connection.send(bytes, resolve));
      const heard = await Promise.race([answer, broken.promise]);
      if (!isExpected(heard))
        throw new Error(`expected a write to be done, saw ${heard.status} ${heard.body}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, at) => client(at)));
}
