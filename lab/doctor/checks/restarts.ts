/** Ends and new beginnings: SIGTERM, SIGKILL, and what must be there afterwards. */
import type { NodeId } from '../../links/links.ts';
import { cas, read, write } from '../asks.ts';
import type { Check } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { expectSwapped, expectValue, expectWritten } from '../expectations.ts';
import { stopLimitMs } from '../limits.ts';
import { Mismatch } from '../mismatch.ts';
import type { Patient } from '../patient.ts';

const diskHint =
  'Write term, vote and log into RAFT_DATA and fsync them before you answer; read them again at the start. RAFT_VOTERS counts only while the directory is empty.';

/** A register that holds `value`, and how it came to hold it. */
async function acknowledged(patient: Patient, value: string): Promise<readonly [key: string, Exchange]> {
  const key = patient.freshKey();
  const written = await patient.askLeader(write(key, value));
  expectWritten(written);
  return [key, written];
}

/** What was acknowledged before is still there after `disturb`. */
async function survives(patient: Patient, disturb: () => Promise<void>): Promise<void> {
  const [key, written] = await acknowledged(patient, 'before');
  await disturb();
  expectValue(await patient.askLeader(read(key)), 'before', [written]);
  await acknowledged(patient, 'after');
}

async function stopInTime(patient: Patient, nodes: readonly NodeId[]): Promise<void> {
  const took = await patient.stop(nodes);
  const [late] = [...took].filter(([, ms]) => ms >= stopLimitMs);
  if (late === undefined) return;
  const expected = `${late[0]} to end within ${stopLimitMs} ms after SIGTERM`;
  throw new Mismatch(expected, 'it had to be killed', [], await patient.cluster.output(late[0]));
}

export const restartChecks: readonly Check[] = [
  {
    name: 'sigterm-ends-it',
    says: 'SIGTERM asks a node to stop; it is gone within 5 s.',
    section: 'ends',
    hint: 'Handle SIGTERM, and do not wait for idle connections to close by themselves. A shell script in between must use exec.',
    run: async (patient) => {
      const node = await patient.follower();
      try {
        await stopInTime(patient, [node]);
      } finally {
        await patient.restart([node]);
      }
    },
  },
  {
    name: 'restart-keeps-data',
    says: 'What was acknowledged is still there after all nodes were stopped and started again.',
    section: 'ends',
    hint: diskHint,
    run: (patient) =>
      survives(patient, async () => {
        await patient.stop(patient.nodes);
        await patient.restart(patient.nodes);
      }),
  },
  {
    name: 'kill-keeps-data',
    says: 'What was acknowledged is still there after SIGKILL of all nodes at once.',
    section: 'ends',
    hint: diskHint,
    run: (patient) =>
      survives(patient, async () => {
        await patient.kill(patient.nodes);
        await patient.restart(patient.nodes);
      }),
  },
  {
    name: 'majority-goes-on',
    says: 'A majority that is running serves, whatever happens to the rest; a node that was killed comes back on the same ports.',
    section: 'what-else-a-run-asks-for',
    hint: 'Followers campaign when they hear no leader; the new one commits with the votes of a majority. Set SO_REUSEADDR on both listeners.',
    run: async (patient) => {
      const leader = await patient.leader();
      await survives(patient, async () => {
        await patient.kill([leader]);
        try {
          await acknowledged(patient, 'without the old leader');
        } finally {
          await patient.restart([leader]);
        }
      });
    },
  },
  {
    name: 'repeated-after-restart',
    says: 'The second request with the same Idempotency-Key gets the first answer across leader changes and restarts too.',
    section: 'exactly-once',
    hint: 'The sessions belong into the replicated state: rebuilt from the log, and kept in snapshots.',
    feature: 'idempotency',
    run: async (patient) => {
      const key = patient.freshKey();
      const swap = cas(key, null, 'one', { 'idempotency-key': `${patient.freshKey()}/1` });
      const first = await patient.askLeader(swap);
      expectSwapped(first);
      const leader = await patient.leader();
      await patient.kill([leader]);
      try {
        expectSwapped(await patient.askLeader(swap), [first]);
      } finally {
        await patient.restart([leader]);
      }
      await patient.kill(patient.nodes);
      await patient.restart(patient.nodes);
      expectSwapped(await patient.askLeader(swap), [first]);
    },
  },
];
