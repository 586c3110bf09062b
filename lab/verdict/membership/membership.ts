/** Changes of the configuration: granted or refused cleanly, newcomers serve, and whoever left disturbs nobody (Raft §6). */
import { listedFeatures } from '../lacking-features.ts';
import { firstEvidence, type Evidence, type Property, type Run } from '../property.ts';
import { seconds } from '../words.ts';
import { committedChanges, goals } from './changes.ts';
import { idleJoiners } from './joiners.ts';
import { outsidersFaults, watchedNs } from './outsiders.ts';
import { neverGranted } from './unanswered.ts';
import { grantedOtherwise, inForceThoughRefused, isChanged } from './wrong-answers.ts';

const name = 'membership';

export const membership: Property = (run) => {
  if (!isChanged(run.history)) return { name, notJudged: whyUnchanged(run) };
  const broken = [...grantedOtherwise(run), ...inForceThoughRefused(run)];
  if (broken.length > 0) return { name, verdict: 'fail', concern: 'safety', evidence: firstEvidence(broken) };
  const owed = [...neverGranted(run), ...idleJoiners(run), ...outsidersFaults(run)];
  for (const verdict of ['fail', 'undecided'] as const) {
    const evidence = owed.filter((one) => one.verdict === verdict).map((one) => one.evidence);
    if (evidence.length > 0) return { name, verdict, concern: 'liveness', evidence: firstEvidence(evidence) };
  }
  return { name, verdict: 'pass', concern: 'liveness', evidence: [summaryOf(run)] };
};

function whyUnchanged({ history }: Run): string {
  const listed = listedFeatures(history);
  return listed === undefined || listed.has('membership')
    ? 'nobody asked for another configuration in this run'
    : 'no node lists the feature "membership"';
}

/** On a pass: how much there was to judge. */
function summaryOf(run: Run): Evidence {
  const committed = committedChanges(run.history);
  const tries = goals(run.history).flatMap((goal) => goal.tries);
  const count = (type: 'fail' | 'info'): number =>
    tries.filter(({ completion }) => (completion?.type ?? 'info') === type).length;
  const kinds = Map.groupBy(
    committed.flatMap((change) => change.kinds),
    (kind) => kind,
  );
  const told = [...kinds].map(([kind, all]) => `${all.length} × ${kind}`).join(', ');
  return {
    summary:
      `${committed.length} changes were committed (${told || 'none'}); ${count('fail')} requests were refused and ${count('info')} are of unknown outcome. ` +
      `For ${seconds(watchedNs(run))} a node outside the configuration could have disturbed the others.`,
    events: [],
  };
}
