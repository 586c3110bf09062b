/** What went wrong in the lab or its environment: never blamed on a node, and never passed over. */
import { firstEvidence, type Evidence, type Property } from './property.ts';
import { seconds } from './words.ts';

const name = 'lab';

export const labFailure: Property = ({ history }) => {
  const evidence = history.flatMap((event): Evidence[] => {
    if (event.f === 'lab-failure')
      return [
        {
          summary: `The lab failed at ${seconds(event.time)}: ${event.value.message}`,
          events: [event.index],
        },
      ];
    if (event.process === 'nemesis' && event.value.stage === 'failed')
      return [
        {
          summary: `The lab could not carry out step ${event.value.step} (${event.f}) at ${seconds(event.time)}: ${event.value.reason ?? 'no reason given'}`,
          events: [event.index],
        },
      ];
    return [];
  });
  return {
    name,
    verdict: evidence.length > 0 ? 'fail' : 'pass',
    concern: 'lab',
    evidence: firstEvidence(evidence),
  };
};
