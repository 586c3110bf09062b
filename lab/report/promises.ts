/** What each property promises, in a line for readers who have not met it. */
const promises: Readonly<Record<string, string>> = {
  linearizable: 'The cluster behaves like one register a key: no answer contradicts another.',
  alive: 'A node runs until it is told to stop, and comes up when it is started.',
  answers: 'Every answer has the shape that the contract words.',
  'status-promises':
    'One leader a term, nothing goes back, equal hashes at equal indices, everything committed is applied.',
  recovers: 'Soon after the last heal there is a leader, and a write is accepted.',
  available: 'A majority that is connected and undisturbed serves, after the time an election may take.',
  membership: 'A change is granted or refused cleanly, newcomers serve, and who left disturbs nobody.',
  'every-voter-counts': 'Each voter can be missing: all keys are read through the rest.',
  compaction: 'The log stays bounded.',
  budget: 'Nobody sends again and again what its peers already have.',
  coverage: 'What the plan promised to try was seen.',
  lab: 'The lab itself did what it was told to do.',
};

export function promiseOf(property: string): string {
  return promises[property] ?? '';
}

/** The names of all properties by which a run is judged. */
export const promisedNames: readonly string[] = Object.keys(promises);
