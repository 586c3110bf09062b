/** How many connections a node holds open, and whether it keeps them. */
import { Agent, get } from 'node:http';
import type { Check } from '../check.ts';
import { Mismatch, NotTriedError } from '../mismatch.ts';
import type { Patient } from '../patient.ts';

const connectionsMin = 256;

interface Round {
  readonly answered: number;
  readonly reused: number;
  readonly problem: string | undefined;
}

/** `count` calls of `GET /status` at once, each on a connection of its own, which stays open. */
async function round(agent: Agent, url: string, count: number, limitMs: number): Promise<Round> {
  const calls = Array.from({ length: count }, async () => {
    const limit = AbortSignal.timeout(limitMs);
    return new Promise<{ reused: boolean; problem?: string }>((resolve) => {
      const request = get(url, { agent, signal: limit }, (answer) => {
        answer.resume();
        const { statusCode } = answer;
        const outcome = statusCode === 200 ? {} : { problem: `status ${statusCode}` };
        answer.on('end', () => resolve({ reused: request.reusedSocket, ...outcome }));
        answer.on('error', () => resolve({ reused: false, problem: 'the answer broke off' }));
      });
      request.on('error', ({ message }) => {
        const problem = limit.aborted ? `no answer within ${limitMs} ms` : message;
        resolve({ reused: false, problem });
      });
    });
  });
  const outcomes = await Promise.all(calls);
  return {
    answered: outcomes.filter(({ problem }) => problem === undefined).length,
    reused: outcomes.filter(({ reused }) => reused).length,
    problem: outcomes.find(({ problem }) => problem !== undefined)?.problem,
  };
}

function statusUrl(patient: Patient): string {
  const { origin } = patient.cluster.door(patient.first, 'clients');
  if (origin !== undefined) return `${origin}/status`;
  throw new NotTriedError('impossible', 'this kind of cluster has no network to open connections on');
}

export const connectionChecks: readonly Check[] = [
  {
    name: 'keep-alive',
    says: 'HTTP/1.1 with keep-alive: a connection serves many requests, one after the other.',
    section: 'connections',
    hint: 'Answer as HTTP/1.1, with a content-length or chunked, and do not close. (Python: protocol_version = "HTTP/1.1".)',
    run: async (patient) => {
      const url = statusUrl(patient);
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      try {
        const rounds: Round[] = [];
        for (let turn = 0; turn < 5; turn += 1)
          rounds.push(await round(agent, url, 1, patient.limits.callMs));
        const broken = rounds.find(({ problem }) => problem !== undefined)?.problem;
        const reused = rounds.filter((one) => one.reused > 0).length;
        if (broken === undefined && reused === rounds.length - 1) return;
        throw new Mismatch(
          '5 requests on one connection, one after the other',
          broken ?? `the connection was kept ${reused} times out of ${rounds.length - 1}`,
          [],
        );
      } finally {
        agent.destroy();
      }
    },
  },
  {
    name: 'many-connections',
    says: 'At least 256 connections are open at a time, most of them idle.',
    section: 'connections',
    hint: 'Raise the limit of connections or threads: an idle connection must not occupy a worker.',
    run: async (patient) => {
      const url = statusUrl(patient);
      const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: connectionsMin });
      try {
        const { answered, problem } = await round(agent, url, connectionsMin, patient.limits.callMs * 2);
        if (answered === connectionsMin) return;
        throw new Mismatch(
          `${connectionsMin} connections, each answered and then left open`,
          `${answered} answered; the others: ${problem}`,
          [],
        );
      } finally {
        agent.destroy();
      }
    },
  },
];
