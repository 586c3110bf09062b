/** Values at the edges of what a register can hold. */
import { cas, read, write } from '../asks.ts';
import type { Check } from '../check.ts';
import { expectProblem, expectSwapped, expectValue, expectWritten } from '../expectations.ts';
import type { Patient } from '../patient.ts';

const valueBytesMax = 65_536;

/** Strings that get lost between languages, encodings and careless parsers. */
const awkward = [
  'zwölf Boxkämpfer jagen Viktor',
  '水 🜄 🏳️‍🌈 e\u0301',
  'null',
  '"quoted", \\escaped\\, \u0000 and \u001f',
  'line\nbreaks\r\n\u2028 and tabs\t',
  ' blanks around ',
  '0.10',
  '__proto__',
];

async function roundTrip(patient: Patient, value: string): Promise<void> {
  const key = patient.freshKey();
  const written = await patient.askLeader(write(key, value));
  expectWritten(written);
  expectValue(await patient.askLeader(read(key)), value, [written]);
}

/** The write is refused as `too-large` and changes nothing. */
async function isTooLarge(patient: Patient, value: string): Promise<void> {
  const key = patient.freshKey();
  const refused = await patient.askLeader(write(key, value));
  expectProblem(refused, 'too-large');
  expectValue(await patient.askLeader(read(key)), null, [refused]);
}

export const valueChecks: readonly Check[] = [
  {
    name: 'value-empty',
    says: 'The empty string is a value, and not null.',
    section: 'values',
    hint: 'Look for tests such as `if (!value)` that take the empty string for nothing.',
    run: async (patient) => {
      await roundTrip(patient, '');
      const key = patient.freshKey();
      expectSwapped(await patient.askLeader(cas(key, null, '')));
      expectSwapped(await patient.askLeader(cas(key, '', 'one')));
    },
  },
  {
    name: 'value-unicode',
    says: 'Values are UTF-8 strings and come back exactly as they were written.',
    section: 'values',
    hint: 'Use a JSON library for both directions, do not trim or normalise, and write UTF-8 to log and socket.',
    run: async (patient) => {
      for (const value of awkward) await roundTrip(patient, value);
    },
  },
  {
    name: 'value-64-kib',
    says: 'Values of up to 65,536 bytes of UTF-8 are accepted, however long their escaped form is.',
    section: 'values',
    hint: 'Raise your framework’s limit for bodies: escaped, such a value takes several times as many bytes, and a compare-and-set carries two. Count the value itself.',
    run: async (patient) => {
      for (const unit of ['a', '"', '🜄']) {
        await roundTrip(patient, unit.repeat(valueBytesMax / Buffer.byteLength(unit)));
      }
      const [one, two] = ['1', '2'].map((unit) => unit.repeat(valueBytesMax));
      const key = patient.freshKey();
      expectWritten(await patient.askLeader(write(key, one)));
      expectSwapped(await patient.askLeader(cas(key, one, two)));
    },
  },
  {
    name: 'value-too-large',
    says: 'A value above 65,536 bytes of UTF-8 is 413 too-large, and is not written.',
    section: 'values',
    hint: 'Count bytes, not characters, and answer a body above your framework’s limit with the same problem document.',
    run: async (patient) => {
      await isTooLarge(patient, 'a'.repeat(valueBytesMax + 1));
      await isTooLarge(patient, '水'.repeat(30_000));
    },
  },
  {
    name: 'value-is-a-string',
    says: 'null, numbers, booleans, objects and arrays cannot be written: 400 bad-request.',
    section: 'values',
    hint: 'Check the type of value (and of to) before the request goes into the log.',
    run: async (patient) => {
      const key = patient.freshKey();
      for (const value of [null, 7, true, {}, ['one']]) {
        expectProblem(await patient.askLeader(write(key, value)), 'bad-request');
        expectProblem(await patient.askLeader(cas(key, null, value)), 'bad-request');
      }
      expectProblem(await patient.askLeader(cas(key, 7, 'one')), 'bad-request');
      expectValue(await patient.askLeader(read(key)), null);
    },
  },
];
