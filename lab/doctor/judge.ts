/** Tries one check on a patient and words the finding. */
import type { Check } from './check.ts';
import type { Exchange } from './exchange.ts';
import type { Failed, Finding, NotTried } from './finding.ts';
import { Mismatch, NotTriedError } from './mismatch.ts';
import type { Patient } from './patient.ts';

/** How long the cluster may take to report that a node has ended, after the node stopped answering. */
const exitNoticeMs = 1_000;

/** A node that ends or falls silent during a check fails it, whatever the check itself says. */
export async function judge(patient: Patient, check: Check): Promise<Finding> {
  const exitsBefore = patient.records.exits.length;
  const finding = await judgeAlone(patient, check);
  if (finding.outcome === 'not-tried' && finding.cause === 'lab') return finding;
  const silent = await firstSilent(patient, exitsBefore);
  const exit = patient.records.exits[exitsBefore];
  if (exit !== undefined) {
    const how = exit.signal === null ? `with exit code ${exit.code}` : `by ${exit.signal}`;
    return blame(check, finding, patient, `${exit.node} ended ${how}`, exit.output);
  }
  if (silent === undefined) return finding;
  const output = await patient.cluster.output(silent.node);
  return blame(check, finding, patient, `${silent.node} no longer answers GET /status`, output);
}

export function notTried(check: Check, error: unknown): NotTried {
  const known = error instanceof NotTriedError;
  const message = error instanceof Error ? error.message : String(error);
  const [cause, reason] = known ? [error.why, message] : (['lab', `the lab failed: ${message}`] as const);
  return { ...point(check), outcome: 'not-tried', cause, reason };
}

async function judgeAlone(patient: Patient, check: Check): Promise<Finding> {
  const { feature } = check;
  patient.records.beginCheck();
  try {
    if (feature !== undefined && !(await patient.lists(feature))) {
      return notTried(check, new NotTriedError('feature', `not all nodes list the feature ${feature}`));
    }
    await withinLimit(patient, check);
    return { ...point(check), outcome: 'pass' };
  } catch (error) {
    return error instanceof Mismatch ? failed(check, error) : notTried(check, error);
  }
}

/** The steps of a check have limits of their own; this one only makes sure. */
async function withinLimit(patient: Patient, check: Check): Promise<void> {
  const { checkMs } = patient.limits;
  const over = new AbortController();
  const limit = patient.cluster.clock.sleep(checkMs, over.signal).then(
    () => {
      throw new NotTriedError('lab', `${check.name} did not come to an end within ${checkMs} ms`);
    },
    () => undefined,
  );
  try {
    await Promise.race([check.run(patient), limit]);
  } finally {
    over.abort();
  }
}

/** The first running node that does not answer `/status`, after its end had time to become known. */
async function firstSilent(patient: Patient, exitsBefore: number): Promise<Exchange | undefined> {
  const answers = await Promise.all(patient.running.map((node) => patient.status(node)));
  const silent = answers.find(({ outcome }) => outcome.kind === 'none');
  if (silent === undefined) return undefined;
  await patient.eventually(exitNoticeMs, () =>
    Promise.resolve(patient.records.exits.length > exitsBefore ? true : undefined),
  );
  return silent;
}

function blame(check: Check, finding: Finding, patient: Patient, event: string, output: string): Failed {
  const because = finding.outcome === 'fail' ? `; and ${finding.seen}` : '';
  return {
    ...point(check),
    outcome: 'fail',
    expected: finding.outcome === 'fail' ? finding.expected : 'every node to go on running and answering',
    seen: `${event} during this check${because}`,
    exchanges: finding.outcome === 'fail' ? finding.exchanges : patient.records.latestOfCheck,
    hint: 'No request and no peer may end or block a node. Its last output is below.',
    output,
  };
}

function failed(check: Check, { expected, seen, exchanges, output }: Mismatch): Failed {
  return {
    ...point(check),
    outcome: 'fail',
    expected,
    seen,
    exchanges,
    hint: check.hint,
    ...(output === undefined ? {} : { output }),
  };
}

const point = ({ name, says, section }: Check) => ({
  check: name,
  says,
  link: `docs/contract.md#${section}`,
});
