/** Read, write, compare-and-set, on the leader, one after the other. */
import { cas, read, write } from '../asks.ts';
import type { Check } from '../check.ts';
import { expectNotSwapped, expectSwapped, expectValue, expectWritten } from '../expectations.ts';
import type { Patient } from '../patient.ts';

/** Writes, sees the write accepted, and returns the exchange for the report. */
async function given(patient: Patient, key: string, value: string) {
  const written = await patient.askLeader(write(key, value));
  expectWritten(written);
  return written;
}

const casHint =
  'Compare when the entry is applied, not when the request comes in. A comparison that did not match is an answer: 200.';

export const registerChecks: readonly Check[] = [
  {
    name: 'never-written-is-null',
    says: 'A key that was never written reads as {"value": null}.',
    section: 'registers',
    hint: 'Not 404, and not an empty object: the field is there and is null.',
    run: async (patient) => expectValue(await patient.askLeader(read(patient.freshKey())), null),
  },
  {
    name: 'reads-what-was-written',
    says: 'A write is answered with {} once it is committed, and then read.',
    section: 'registers',
    hint: 'Answer a write after it was applied, and a read after everything committed before it was applied.',
    run: async (patient) => {
      const key = patient.freshKey();
      const first = await given(patient, key, 'one');
      expectValue(await patient.askLeader(read(key)), 'one', [first]);
      const second = await given(patient, key, 'two');
      expectValue(await patient.askLeader(read(key)), 'two', [second]);
    },
  },
  {
    name: 'keys-are-apart',
    says: 'Each key is a register of its own.',
    section: 'registers',
    hint: 'Look at how the key is taken out of the path.',
    run: async (patient) => {
      const [one, other] = [patient.freshKey(), patient.freshKey()];
      const written = await given(patient, one, 'one');
      expectValue(await patient.askLeader(read(other)), null, [written]);
    },
  },
  {
    name: 'cas-swaps',
    says: 'A compare-and-set whose from is the value in the register writes to, and answers {"swapped": true}.',
    section: 'compare-and-set',
    hint: casHint,
    run: async (patient) => {
      const key = patient.freshKey();
      const written = await given(patient, key, 'one');
      const swapped = await patient.askLeader(cas(key, 'one', 'two'));
      expectSwapped(swapped, [written]);
      expectValue(await patient.askLeader(read(key)), 'two', [swapped]);
    },
  },
  {
    name: 'cas-mismatch-answers',
    says: 'A compare-and-set that does not match answers 200 {"swapped": false, "value": current}, and changes nothing.',
    section: 'compare-and-set',
    hint: casHint,
    run: async (patient) => {
      const key = patient.freshKey();
      const written = await given(patient, key, 'one');
      const refused = await patient.askLeader(cas(key, 'other', 'two'));
      expectNotSwapped(refused, 'one', [written]);
      expectValue(await patient.askLeader(read(key)), 'one', [refused]);
    },
  },
  {
    name: 'cas-from-null',
    says: 'from may be null: it matches a key that was never written, and no other.',
    section: 'compare-and-set',
    hint: 'Tell null from a field that is missing, and from the string "null".',
    run: async (patient) => {
      const key = patient.freshKey();
      const created = await patient.askLeader(cas(key, null, 'one'));
      expectSwapped(created);
      expectNotSwapped(await patient.askLeader(cas(key, null, 'two')), 'one', [created]);
    },
  },
  {
    name: 'cas-on-never-written',
    says: 'A compare-and-set on a key that was never written finds null.',
    section: 'compare-and-set',
    hint: 'The answer is 200 {"swapped":false,"value":null}, also when from is the string "null" or empty.',
    run: async (patient) => {
      const key = patient.freshKey();
      for (const from of ['one', 'null', '']) {
        expectNotSwapped(await patient.askLeader(cas(key, from, 'two')), null);
      }
    },
  },
];
