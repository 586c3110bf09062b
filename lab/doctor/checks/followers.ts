/** What nodes that do not lead do with calls: forward them, or refuse them truthfully. */
import { cas, read, write } from '../asks.ts';
import type { Check } from '../check.ts';
import { jsonObjectOf, type Exchange } from '../exchange.ts';
import { expectProblem, expectSwapped, expectValue, expectWritten, problemTypeOf } from '../expectations.ts';
import { Mismatch } from '../mismatch.ts';
import type { Patient } from '../patient.ts';

const readRounds = 10;

/** Asks a node that does not lead. True: it forwarded, and was answered with 200. False: it refused, truthfully worded. */
function forwards(patient: Patient, seen: Exchange): boolean {
  if (seen.outcome.kind === 'answer' && seen.outcome.answer.status === 200) return true;
  expectProblem(seen, 'not-leader', 'no-leader', 'maybe');
  if (problemTypeOf(seen) !== 'not-leader') return false;
  const named = jsonObjectOf(seen)?.leader;
  if (named === null || patient.nodes.some((node) => node === named)) return false;
  throw new Mismatch('"leader": a node’s name or null', `"leader": ${JSON.stringify(named)}`, [seen]);
}

const hint =
  'Forward to the leader and pass its answer on, or answer 503 {"type":"not-leader","leader":"n2"}. Never serve a read from a follower’s memory.';

export const followerChecks: readonly Check[] = [
  {
    name: 'follower-writes',
    says: 'A node that does not lead forwards a write, or refuses it with 503 not-leader and the leader’s name.',
    section: 'asking-a-node-that-does-not-lead',
    hint,
    run: async (patient) => {
      await patient.leader();
      for (const node of patient.nodes) {
        const key = patient.freshKey();
        const seen = await patient.ask(node, write(key, 'one'));
        if (!forwards(patient, seen)) continue;
        expectValue(await patient.askLeader(read(key)), 'one', [seen]);
      }
    },
  },
  {
    name: 'follower-refusals-are-true',
    says: 'A refused write did not happen and never will.',
    section: 'what-the-lab-believes',
    hint: 'Refuse with 503 only what was certainly not appended anywhere; once it was passed on or appended, and its fate is unknown, answer 504 maybe.',
    run: async (patient) => {
      const leader = await patient.leader();
      for (const node of patient.othersThan(leader)) {
        const key = patient.freshKey();
        const seen = await patient.ask(node, write(key, 'refused'));
        const type = problemTypeOf(seen);
        if (type !== 'not-leader' && type !== 'no-leader') continue;
        expectValue(await patient.askLeader(read(key)), null, [seen]);
      }
    },
  },
  {
    name: 'follower-reads-are-current',
    says: 'A read returns the latest acknowledged write, whichever node is asked.',
    section: 'reading',
    hint,
    run: async (patient) => {
      const leader = await patient.leader();
      const key = patient.freshKey();
      for (let round = 1; round <= readRounds; round += 1) {
        const value = `round-${round}`;
        const written = await patient.askLeader(write(key, value));
        expectWritten(written);
        for (const node of patient.othersThan(leader)) {
          const seen = await patient.ask(node, read(key));
          if (forwards(patient, seen)) expectValue(seen, value, [written]);
        }
      }
    },
  },
  {
    name: 'follower-cas',
    says: 'A compare-and-set at a node that does not lead is forwarded, or refused, like a write.',
    section: 'asking-a-node-that-does-not-lead',
    hint,
    run: async (patient) => {
      const leader = await patient.leader();
      for (const node of patient.othersThan(leader)) {
        const key = patient.freshKey();
        const seen = await patient.ask(node, cas(key, null, 'one'));
        if (forwards(patient, seen)) expectSwapped(seen);
        else if (problemTypeOf(seen) !== 'maybe') {
          expectValue(await patient.askLeader(read(key)), null, [seen]);
        }
      }
    },
  },
  {
    name: 'refusal-names-the-leader',
    says: 'A refusal names the node that leads, or null.',
    section: 'asking-a-node-that-does-not-lead',
    hint: 'Name the node that you hear heartbeats from in this term, by its name in RAFT_PEERS, and null when there is none.',
    run: async (patient) => {
      const leader = await patient.leader();
      for (const node of patient.othersThan(leader)) {
        const refused = await patient.ask(node, write(patient.freshKey(), 'one'));
        const named = jsonObjectOf(refused)?.leader;
        if (problemTypeOf(refused) !== 'not-leader' || named === null || named === leader) continue;
        // Leadership may have moved in between; then the refusal was right when it was given.
        if ((await patient.leader()) !== leader) return;
        throw new Mismatch(`${leader}, which leads, or null`, `"leader": ${JSON.stringify(named)}`, [
          refused,
        ]);
      }
    },
  },
];
