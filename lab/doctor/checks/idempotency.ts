/** Exactly once: the same key takes effect at most once, and gets the first answer again. */
import { cas, read, write } from '../asks.ts';
import type { Check } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import {
  expectNotSwapped,
  expectProblem,
  expectSwapped,
  expectValue,
  expectWritten,
} from '../expectations.ts';
import { Mismatch } from '../mismatch.ts';
import type { Ask, Patient } from '../patient.ts';

const section = 'exactly-once';
const hint =
  'Keep, for each client, the last number and its answer in the replicated state, and look there when an entry is applied: not in a map of one node, and not before it is in the log.';

/** A client that no check has used; each call of the result is its next request number. */
function client(patient: Patient): (n: number) => Readonly<Record<string, string>> {
  const name = patient.freshKey();
  return (n) => ({ 'idempotency-key': `${name}/${n}` });
}

const isOk = ({ outcome }: Exchange): boolean => outcome.kind === 'answer' && outcome.answer.status < 300;

/** Every node gets the same request again; those that do not lead may refuse it. */
async function repeatEverywhere(
  patient: Patient,
  ask: Ask,
  expectSame: (seen: Exchange) => void,
): Promise<void> {
  for (const node of patient.nodes) {
    const seen = await patient.ask(node, ask);
    if (isOk(seen)) expectSame(seen);
    else expectProblem(seen, 'not-leader', 'no-leader', 'maybe');
  }
  expectSame(await patient.askLeader(ask));
}

export const idempotencyChecks: readonly Check[] = [
  {
    name: 'repeated-write',
    says: 'A write that comes again with the same Idempotency-Key is answered 2xx again and has no second effect, at any node.',
    section,
    hint,
    feature: 'idempotency',
    run: async (patient) => {
      const [key, mine, other] = [patient.freshKey(), client(patient), client(patient)];
      const first = write(key, 'mine', mine(1));
      expectWritten(await patient.askLeader(first));
      const later = await patient.askLeader(write(key, 'later', other(1)));
      expectWritten(later);
      await repeatEverywhere(patient, first, expectWritten);
      expectValue(await patient.askLeader(read(key)), 'later', [later]);
    },
  },
  {
    name: 'repeated-cas',
    says: 'A compare-and-set that comes again gets the first answer, swapped or not, whatever the register holds by then.',
    section,
    hint,
    feature: 'idempotency',
    run: async (patient) => {
      const [key, mine, other] = [patient.freshKey(), client(patient), client(patient)];
      expectWritten(await patient.askLeader(write(key, 'a')));
      const swap = cas(key, 'a', 'b', mine(1));
      expectSwapped(await patient.askLeader(swap));
      const miss = cas(key, 'c', 'd', other(1));
      expectNotSwapped(await patient.askLeader(miss), 'b');
      await repeatEverywhere(patient, swap, expectSwapped);
      expectWritten(await patient.askLeader(write(key, 'c')));
      await repeatEverywhere(patient, miss, (seen) => expectNotSwapped(seen, 'b'));
      expectValue(await patient.askLeader(read(key)), 'c');
    },
  },
  {
    name: 'lower-number',
    says: 'Once a number has taken effect, a lower one of the same client never does.',
    section,
    hint: 'Refuse a number below the client’s last one, unless you still know its own answer.',
    feature: 'idempotency',
    run: async (patient) => {
      const [key, mine] = [patient.freshKey(), client(patient)];
      const ten = await patient.askLeader(write(key, 'ten', mine(10)));
      expectWritten(ten);
      // Asked once: an honest "maybe" is a fine answer here, and must not be waited out.
      const nine = await patient.ask(await patient.leader(), write(key, 'nine', mine(9)));
      expectValue(await patient.askLeader(read(key)), 'ten', [ten, nine]);
      if (!isOk(nine)) return;
      throw new Mismatch('no 2xx for a number that can no longer take effect', '200', [ten, nine]);
    },
  },
  {
    name: 'numbers-skip',
    says: 'Request numbers grow and may skip; another client’s numbers are its own.',
    section,
    hint: 'Compare with the last number of this client only, and do not wait for the numbers between.',
    feature: 'idempotency',
    run: async (patient) => {
      const [key, mine, other] = [patient.freshKey(), client(patient), client(patient)];
      for (const [value, headers] of [
        ['a', mine(1)],
        ['b', mine(7)],
        ['c', other(1)],
        ['d', mine(100_000)],
      ] as const) {
        const written = await patient.askLeader(write(key, value, headers));
        expectWritten(written);
        expectValue(await patient.askLeader(read(key)), value, [written]);
      }
    },
  },
  {
    name: 'errors-are-not-remembered',
    says: 'A refused request can be sent again with the same key, and is then served.',
    section,
    hint: 'Remember only what was applied.',
    feature: 'idempotency',
    run: async (patient) => {
      const [key, mine] = [patient.freshKey(), client(patient)];
      const refused = await patient.askLeader(write(key, 7, mine(1)));
      expectProblem(refused, 'bad-request');
      const served = await patient.askLeader(write(key, 'one', mine(1)));
      expectWritten(served);
      expectValue(await patient.askLeader(read(key)), 'one', [refused, served]);
    },
  },
];
