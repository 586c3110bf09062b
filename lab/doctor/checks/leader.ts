import type { Check } from '../check.ts';
import { describeOutcome, jsonObjectOf } from '../exchange.ts';
import { Mismatch } from '../mismatch.ts';
import type { Patient } from '../patient.ts';

/** Whether exactly one node leads in the highest term, and every node of that term names it. */
async function agreeOnOne(patient: Patient): Promise<boolean> {
  const answers = await Promise.all(patient.nodes.map((node) => patient.status(node)));
  const statuses = answers.map((seen) => ({ node: seen.node, ...jsonObjectOf(seen) })) as readonly {
    node: string;
    role?: unknown;
    term?: unknown;
    leader?: unknown;
  }[];
  const leaders = statuses.filter(({ role }) => role === 'leader');
  const [leader] = leaders;
  if (leader === undefined || leaders.length > 1) return false;
  return statuses.every(({ term, leader: named }) => term === leader.term && named === leader.node);
}

export const leaderChecks: readonly Check[] = [
  {
    name: 'one-leader',
    says: 'The nodes elect one leader, and all of them name it in /status.',
    section: 'status',
    hint: 'Dial every peer at its address in RAFT_PEERS, again at least twice a second; draw each election timeout anew out of RAFT_ELECTION_MS; set leader from the heartbeats.',
    run: async (patient) => {
      const agreed = await patient.eventually(patient.limits.leaderMs, async () =>
        (await agreeOnOne(patient)) && (await agreeOnOne(patient)) ? true : undefined,
      );
      if (agreed) return;
      patient.loseHope();
      const answers = await Promise.all(patient.nodes.map((node) => patient.status(node)));
      throw new Mismatch(
        `one leader within ${patient.limits.leaderMs} ms, in one term, named by all nodes in two consecutive answers`,
        answers.map((seen) => `${seen.node}: ${describeOutcome(seen)}`).join('; '),
        answers,
      );
    },
  },
];
