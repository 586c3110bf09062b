/** Calls that change the cluster: the token, membership, snapshots, leadership transfer. */
import type { Check, Feature } from '../check.ts';
import { jsonObjectOf, type Exchange } from '../exchange.ts';
import { expectObject, expectProblem, expectStatus } from '../expectations.ts';
import { Mismatch } from '../mismatch.ts';
import type { Ask, Patient } from '../patient.ts';

const membership: Ask = { method: 'GET', path: '/membership' };

const putMembership = (voters: unknown, ifMatch: string | undefined, learners: unknown = []): Ask => ({
  method: 'PUT',
  path: '/membership',
  json: { voters, learners },
  headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
});

/** A call with the token, sent to whoever leads. */
const command = (patient: Patient, ask: Ask): Promise<Exchange> =>
  patient.askLeader(ask, (node) => patient.askWithToken(node, ask));

interface Configuration {
  readonly seen: Exchange;
  readonly voters: readonly string[];
  readonly index: number;
  readonly tag: string;
}

/** The configuration that the leader reports, checked field by field. */
async function configuration(patient: Patient, node: string): Promise<Configuration> {
  const seen = await patient.ask(node, membership);
  const expected = '200 {"index":…,"voters":[…],"learners":[…],"joint":null} with ETag "<index>"';
  const { index, voters, learners, joint } = expectObject(seen, expected);
  const tag = seen.outcome.kind === 'answer' ? seen.outcome.answer.headers.etag : undefined;
  const isWhole =
    typeof index === 'number' && Array.isArray(voters) && Array.isArray(learners) && joint === null;
  if (!isWhole) throw new Mismatch(expected, JSON.stringify(jsonObjectOf(seen)), [seen]);
  if (tag !== `"${index}"`) {
    throw new Mismatch(`ETag: "${index}"`, tag === undefined ? 'no ETag' : `ETag: ${tag}`, [seen]);
  }
  return { seen, index, tag, voters: voters.map(String) };
}

/** The call is refused without the token and with a wrong one. */
const guarded = (feature: Feature, ask: Ask): Check => ({
  name: `token-guards-${ask.path.slice(1)}`,
  says: `${ask.method} ${ask.path} without the cluster token, or with another one, is 401 unauthorized.`,
  section: 'calls-that-change-the-cluster',
  hint: 'Compare Authorization with "Bearer " and RAFT_CLUSTER_TOKEN before you look at anything else.',
  feature,
  run: async (patient) => {
    expectProblem(await patient.ask(patient.first, ask), 'unauthorized');
    const headers = { ...ask.headers, authorization: `Bearer ${'0'.repeat(32)}` };
    expectProblem(await patient.ask(patient.first, { ...ask, headers }), 'unauthorized');
  },
});

const membershipPoint = { section: 'membership', feature: 'membership' } as const;

export const clusterCallChecks: readonly Check[] = [
  guarded('membership', putMembership(['n1'], '"0"')),
  guarded('snapshot', { method: 'POST', path: '/snapshot' }),
  guarded('transfer', { method: 'POST', path: '/leader', json: { to: 'n1' } }),
  {
    ...membershipPoint,
    name: 'membership-is-reported',
    says: 'Any node answers GET /membership with index, voters, learners, joint, and the index in quotes as its ETag.',
    hint: 'index is the log index of the configuration’s entry, the same on every node, and equals configIndex in /status.',
    run: async (patient) => {
      await patient.leader();
      for (const node of patient.nodes) {
        const { seen, voters } = await configuration(patient, node);
        const wanted = [...patient.nodes].sort().join(', ');
        if ([...voters].sort().join(', ') === wanted) continue;
        throw new Mismatch(`the voters ${wanted}`, voters.join(', '), [seen]);
      }
    },
  },
  {
    ...membershipPoint,
    name: 'membership-needs-if-match',
    says: 'PUT /membership without If-Match is 428 precondition-required; with a stale one it is 412 stale-configuration.',
    hint: 'Compare If-Match with the ETag of the configuration in force, before anything is proposed.',
    run: async (patient) => {
      const { voters, index } = await configuration(patient, await patient.leader());
      expectProblem(await command(patient, putMembership(voters, undefined)), 'precondition-required');
      const stale = putMembership(voters.slice(1), `"${index + 1_000_000}"`);
      expectProblem(await command(patient, stale), 'stale-configuration');
    },
  },
  {
    ...membershipPoint,
    name: 'membership-in-force',
    says: 'PUT /membership with the configuration that is in force already is 200, with the body and ETag of GET.',
    hint: 'Compare as sets, and answer without proposing anything.',
    run: async (patient) => {
      const { voters, tag } = await configuration(patient, await patient.leader());
      const seen = await command(patient, putMembership([...voters].reverse(), tag));
      const answered: unknown = expectObject(seen, '200 with the configuration').voters;
      const isSame =
        Array.isArray(answered) && answered.map(String).sort().join() === [...voters].sort().join();
      if (!isSame) throw new Mismatch(`"voters" ${voters.join()}`, JSON.stringify(answered), [seen]);
      const answer = expectStatus(seen, 200);
      const etag = answer.headers.etag;
      if (etag === undefined) throw new Mismatch('an ETag, as GET /membership has', 'no ETag', [seen]);
    },
  },
  {
    ...membershipPoint,
    name: 'membership-refuses-nonsense',
    says: 'A name that is not in RAFT_PEERS, no voters, and a name in both lists are 400 bad-request.',
    hint: 'Validate the lists before you propose the change.',
    run: async (patient) => {
      const { voters, tag } = await configuration(patient, await patient.leader());
      for (const ask of [
        putMembership([...voters, 'nobody'], tag),
        putMembership([], tag),
        putMembership(voters, tag, voters.slice(0, 1)),
        putMembership('n1', tag),
      ]) {
        expectProblem(await command(patient, ask), 'bad-request');
      }
    },
  },
  {
    name: 'snapshot-compacts',
    says: 'POST /snapshot answers 202, and the asked node compacts: its snapshotIndex reaches what it had applied.',
    section: 'snapshots',
    hint: 'Each node takes its own snapshot, leader or not, and reports its last index as snapshotIndex.',
    feature: 'snapshot',
    run: async (patient) => {
      for (const node of patient.nodes) {
        const before = await patient.status(node);
        const applied = Number(jsonObjectOf(before)?.appliedIndex ?? 0);
        expectStatus(await patient.askWithToken(node, { method: 'POST', path: '/snapshot' }), 202);
        let latest = before;
        const done = await patient.eventually(patient.limits.effectMs, async () => {
          latest = await patient.status(node);
          return Number(jsonObjectOf(latest)?.snapshotIndex) >= applied ? true : undefined;
        });
        if (done) continue;
        const seen = String(jsonObjectOf(latest)?.snapshotIndex);
        const expected = `snapshotIndex ≥ ${applied} on ${node} within ${patient.limits.effectMs} ms`;
        throw new Mismatch(expected, seen, [before, latest]);
      }
    },
  },
  {
    name: 'transfer-leads',
    says: 'POST /leader {"to": "n2"} answers 200 when n2 leads.',
    section: 'leadership-transfer',
    hint: 'Bring the other one up to date, tell it to campaign at once, and answer when you hear it lead.',
    feature: 'transfer',
    run: async (patient) => {
      const to = await patient.follower();
      const ask: Ask = { method: 'POST', path: '/leader', json: { to } };
      const asked = await command(patient, ask);
      expectStatus(asked, 200);
      const seen = await patient.status(to);
      const { role } = jsonObjectOf(seen) ?? {};
      if (role !== 'leader')
        throw new Mismatch(`${to} to lead`, `its role is ${String(role)}`, [asked, seen]);
    },
  },
];
