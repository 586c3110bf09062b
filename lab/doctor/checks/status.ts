/** `GET /status`, field by field, at every node that answers it. */
import { features as knownFeatures, type Check } from '../check.ts';
import { describeOutcome, jsonObjectOf, type Exchange } from '../exchange.ts';
import { expectObject } from '../expectations.ts';
import { Mismatch, NotTriedError } from '../mismatch.ts';
import type { Patient } from '../patient.ts';

type Status = Readonly<Record<string, unknown>>;

const isIndex = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every(isName) && new Set(value).size === value.length;
const roles: readonly unknown[] = ['leader', 'follower', 'candidate', 'learner', 'idle'];
const featureNames: readonly unknown[] = knownFeatures;
const places = ['snapshotIndex', 'appliedIndex', 'commitIndex', 'lastLogIndex'] as const;
const counters = ['snapshotsInstalled', 'electionsStarted'] as const;

const shown = (value: unknown): string => (value === undefined ? 'no such field' : JSON.stringify(value));

/** A node that did not come up was ended by the lab, and has been judged already. */
function upIn({ running }: Patient): Patient['running'] {
  if (running.length > 0) return running;
  throw new NotTriedError('earlier-failure', 'no node came up (see the check "starts")');
}

async function statuses(patient: Patient): Promise<readonly Exchange[]> {
  const answers = await Promise.all(upIn(patient).map((node) => patient.status(node)));
  const readable = answers.filter((seen) => jsonObjectOf(seen) !== undefined);
  if (readable.length > 0) return readable;
  throw new NotTriedError('earlier-failure', 'no node answered GET /status with a JSON object');
}

/** Every node's value of a required field. */
const requires =
  (field: string, expected: string, holds: (value: unknown, seen: Exchange, status: Status) => boolean) =>
  async (patient: Patient): Promise<void> => {
    for (const seen of await statuses(patient)) {
      const status = jsonObjectOf(seen) ?? {};
      if (holds(status[field], seen, status)) continue;
      throw new Mismatch(`"${field}": ${expected}`, `"${field}": ${shown(status[field])}`, [seen]);
    }
  };

/** Every node's values of fields that are expected, but may be left out. */
const expects =
  (fields: readonly string[], expected: string, holds: (value: unknown) => boolean) =>
  async (patient: Patient): Promise<void> => {
    const answers = await statuses(patient);
    for (const field of fields) {
      await requires(field, expected, (value) => value === undefined || holds(value))(patient);
    }
    const missing = fields.filter((field) =>
      answers.some((seen) => jsonObjectOf(seen)?.[field] === undefined),
    );
    if (missing.length === 0) return;
    throw new NotTriedError('unreported', `/status leaves out ${missing.join(', ')}, which the lab can use`);
  };

const status = { section: 'status', triesAnyway: true } as const;

export const statusChecks: readonly Check[] = [
  {
    ...status,
    name: 'status-is-an-object',
    says: 'Every node answers GET /status with 200 and a JSON object, at any time, from local state.',
    hint: 'Answer from memory, without asking the leader and without waiting for one.',
    run: async (patient) => {
      for (const node of upIn(patient)) {
        expectObject(await patient.status(node), '200 with a JSON object');
      }
    },
  },
  {
    ...status,
    name: 'status-id',
    says: 'id is the node’s name, RAFT_ID.',
    hint: 'Take the name from RAFT_ID, and not from the host, the port, or the place in RAFT_PEERS.',
    run: requires('id', 'the name in RAFT_ID', (value, { node }) => value === node),
  },
  {
    ...status,
    name: 'status-role',
    says: 'role is leader, follower, candidate, learner or idle.',
    hint: 'Role names are lower case, and a pre-candidate is a candidate.',
    run: requires('role', 'leader, follower, candidate, learner or idle', (value) => roles.includes(value)),
  },
  {
    ...status,
    name: 'status-term',
    says: 'term is an integer, not negative.',
    hint: 'Write it as a JSON number, not as a string.',
    run: requires('term', 'an integer ≥ 0', isIndex),
  },
  {
    ...status,
    name: 'status-leader',
    says: 'leader is the name of the node that leads in this term, or null.',
    hint: 'Give a name out of RAFT_PEERS, not an address; null when unknown, and do not leave the field out. A leader names itself.',
    run: requires('leader', 'a node’s name or null', (value, { node }, { role }) =>
      role === 'leader' ? value === node : value === null || isName(value),
    ),
  },
  {
    ...status,
    name: 'status-features',
    says: 'features is an array of the names of the features that the lab may use.',
    hint: `The names are ${knownFeatures.join(', ')}. An empty array is fine.`,
    run: requires(
      'features',
      `an array out of ${knownFeatures.join(', ')}`,
      (value) => isNames(value) && (value as readonly unknown[]).every((name) => featureNames.includes(name)),
    ),
  },
  {
    ...status,
    name: 'status-log-places',
    says: 'commitIndex, appliedIndex, lastLogIndex and snapshotIndex are integers, in one consistent picture.',
    hint: 'Take all fields at one moment: snapshotIndex ≤ appliedIndex ≤ commitIndex ≤ lastLogIndex. A snapshot moves all four.',
    run: async (patient) => {
      await expects(places, 'an integer ≥ 0', isIndex)(patient);
      for (const seen of await statuses(patient)) {
        const values = places.map((place) => Number(jsonObjectOf(seen)?.[place]));
        if (values.every((value, position) => value >= (values[position - 1] ?? 0))) continue;
        throw new Mismatch(places.join(' ≤ '), values.join(', '), [seen]);
      }
    },
  },
  {
    ...status,
    name: 'status-applied-hash',
    says: 'appliedHash is a string: a hash of everything that was applied.',
    hint: 'Chain it: hash the previous hash with the entry, at each entry applied, and keep it in snapshots.',
    run: expects(['appliedHash'], 'a string that is not empty', isName),
  },
  {
    ...status,
    name: 'status-counters',
    says: 'snapshotsInstalled and electionsStarted count since the process started.',
    hint: 'Write them as JSON numbers.',
    run: expects(counters, 'an integer ≥ 0', isIndex),
  },
  {
    ...status,
    name: 'status-configuration',
    says: 'A node with the feature membership reports voters, learners and configIndex.',
    hint: 'Report the configuration that is in force on this node, and the log index of its entry.',
    feature: 'membership',
    run: async (patient) => {
      await requires('voters', 'an array of names', isNames)(patient);
      await requires('learners', 'an array of names', isNames)(patient);
      await requires('configIndex', 'an integer ≥ 0', isIndex)(patient);
    },
  },
];

/** Judged once more at the end, over everything that was seen. */
export const statusNeverGoesBack: Check = {
  name: 'status-never-goes-back',
  says: 'term, commitIndex, appliedIndex and snapshotIndex never go back while a process lives; term and snapshotIndex never at all.',
  section: 'what-is-held-against-it',
  hint: 'term must be on disk before it is reported or sent to anyone; the snapshot is found again at the start.',
  triesAnyway: true,
  run: ({ records }) => {
    const [step] = records.stepsBack;
    if (step === undefined) return;
    throw new Mismatch(`${step.field} at least as high as before`, describeOutcome(step.after), [
      step.before,
      step.after,
    ]);
  },
};
