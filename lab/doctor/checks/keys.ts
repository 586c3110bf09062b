/** Which keys there are, and how they are written in a path. */
import { read, write } from '../asks.ts';
import type { Check } from '../check.ts';
import { expectProblem, expectValue, expectWritten } from '../expectations.ts';

/** As they stand in the path: one character too many, characters that are not allowed, broken escapes. */
const badKeys = ['k'.repeat(257), 'a%20b', 'a%2Fb', 'a%00b', '%C3%A9', '%zz', 'a:b', 'a~b'];
const dots = ['%2E', '%2E%2E', '%2e%2e'];

export const keyChecks: readonly Check[] = [
  {
    name: 'keys-allowed',
    says: 'A key is 1 to 256 characters out of A-Z a-z 0-9 . _ -, but not . and not ..',
    section: 'keys',
    hint: 'Names with dots, such as ... or .a, are keys as well; upper and lower case differ.',
    run: async (patient) => {
      const unique = patient.freshKey();
      const keys = [
        `${unique}.A`,
        `${unique}.a`,
        `.${unique}-_.`,
        `${unique}${'k'.repeat(256)}`.slice(0, 256),
      ];
      for (const key of keys) {
        const written = await patient.askLeader(write(key, `at ${key.slice(0, 20)}`));
        expectWritten(written);
      }
      for (const key of keys) {
        expectValue(await patient.askLeader(read(key)), `at ${key.slice(0, 20)}`);
      }
      for (const key of ['z', '...', '__proto__', 'constructor']) {
        expectValue(await patient.askLeader(read(key)), null);
        expectWritten(await patient.askLeader(write(key, 'one')));
        expectValue(await patient.askLeader(read(key)), 'one');
      }
    },
  },
  {
    name: 'keys-percent-encoded',
    says: 'A percent-encoded character in the path is that character.',
    section: 'keys',
    hint: 'Decode the path after it was split at its slashes, and then compare with what a key may be.',
    run: async (patient) => {
      const key = patient.freshKey();
      const written = await patient.askLeader(write(key.replace('d', '%64'), 'one'));
      expectWritten(written);
      expectValue(await patient.askLeader(read(key)), 'one', [written]);
      expectValue(await patient.askLeader(read(key.replace('-', '%2D'))), 'one', [written]);
    },
  },
  {
    name: 'keys-refused',
    says: 'Any other key is 400 bad-request, percent-encoded or not.',
    section: 'keys',
    hint: 'Test the decoded key against ^[A-Za-z0-9._-]{1,256}$, and treat an escape that cannot be decoded as a bad key.',
    run: async (patient) => {
      for (const key of badKeys) {
        expectProblem(await patient.askLeader(read(key)), 'bad-request');
        expectProblem(await patient.askLeader(write(key, 'one')), 'bad-request');
      }
    },
  },
  {
    name: 'keys-dots-refused',
    says: '. and .. are no keys: 400 bad-request, or 404 not-found where the path was folded.',
    section: 'keys',
    hint: 'Refuse these two by name after decoding; never hand a key to the file system.',
    run: async (patient) => {
      for (const key of dots) {
        expectProblem(await patient.askLeader(read(key)), 'bad-request', 'not-found');
        expectProblem(await patient.askLeader(write(key, 'one')), 'bad-request', 'not-found');
      }
    },
  },
];
