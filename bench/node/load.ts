/** A closed loop: so many clients, each with one request open at a time, for so long. The same for every system. */
import type { Endpoint } from './connection.ts';
import { Connection } from './connection.ts';
import type { HttpAnswer } from './http-answer.ts';
import { quantile } from './statistics.ts';

export interface Load {
  /** Client i uses the endpoint i modulo their number. */
  readonly endpoints: readonly Endpoint[];
  readonly clients: number;
  /** Requests to choose from. */
  readonly requests: readonly Buffer[];
  readonly isExpected: (answer: HttpAnswer) => boolean;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Not counted. */
  readonly rampMs: number;
  readonly measuredMs: number;
}

export interface Figures {
  readonly opsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** All answers, those of the ramp too. */
  readonly answered: number;
}

/** An answer that takes longer than this ends the run. */
const answerLimitMs = 10_000;

/** @throws Error when a connection breaks, an answer is not what was expected, or none comes. */
export async function runLoad(load: Load): Promise<Figures> {
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  using connections = new DisposableStack();
  const opened = await Promise.all(
    Array.from({ length: load.clients }, async (_, at) =>
      connections.use(await Connection.open(endpointAt(load.endpoints, at), broken.reject)),
    ),
  );
  const latencies: number[] = [];
  const count = { answered: 0 };
  const begun = performance.now();
  const [from, to] = [begun + load.rampMs, begun + load.rampMs + load.measuredMs];
  const clients = opened.map((connection) =>
    loop(
      connection,
      load,
      { from, to },
      (ms) => {
        count.answered += 1;
        if (ms !== null) latencies.push(ms);
      },
      broken.reject,
    ),
  );
  const late = setTimeout(
    () => broken.reject(new Error(`an answer took more than ${answerLimitMs} ms`)),
    load.rampMs + load.measuredMs + answerLimitMs,
  );
  try {
    await Promise.race([Promise.all(clients), broken.promise]);
  } finally {
    clearTimeout(late);
  }
  const sorted = Float64Array.from(latencies).sort();
  return {
    opsPerSecond: (sorted.length * 1_000) / load.measuredMs,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    answered: count.answered,
  };
}

/** Resolves when the first answer after the end has come. Counted is what was answered in between, whenever it was asked. */
function loop(
  connection: Connection,
  { requests, isExpected, random }: Load,
  measured: { readonly from: number; readonly to: number },
  /** Called for each answer: with its time where that counts. */
  onAnswer: (latencyMs: number | null) => void,
  onError: (error: Error) => void,
): Promise<void> {
  return new Promise((resolve) => {
    let asked = 0;
    const ask = (): void => {
      const request = requests[Math.floor(random() * requests.length)];
      if (request === undefined) throw new Error('a load has requests to choose from');
      asked = performance.now();
      connection.send(request, hear);
    };
    const hear = (answer: HttpAnswer): void => {
      const now = performance.now();
      if (!isExpected(answer)) {
        onError(new Error(`an answer that was not expected: ${answer.status} ${answer.body.slice(0, 500)}`));
        return;
      }
      const counts = now >= measured.from && now < measured.to;
      onAnswer(counts ? now - asked : null);
      if (now < measured.to) ask();
      else resolve();
    };
    ask();
  });
}

function endpointAt(endpoints: readonly Endpoint[], client: number): Endpoint {
  const endpoint = endpoints[client % endpoints.length];
  if (endpoint === undefined) throw new Error('a load has endpoints');
  return endpoint;
}
