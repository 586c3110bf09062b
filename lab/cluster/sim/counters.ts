/** What was seen in a run. A campaign in which one of these was never seen has proven nothing about it. */
export const counterNames = [
  'operationsBegun',
  'operationsAnswered',
  'elections',
  'preVotesRefused',
  'leadersDeposed',
  'truncations',
  'messagesLost',
  'messagesRepeated',
  'messagesOvertaken',
  'messagesHeldAndReleased',
  'messagesToNextLife',
  'staleMessagesIgnored',
  'linksClogged',
  'oneWayCuts',
  'clocksAdrift',
  'crashes',
  'pauses',
  'restarts',
  'wipes',
  'votersWiped',
  'unsyncedWritesLost',
  'restartsWithTornTail',
  'slowFlushes',
  'snapshotsTaken',
  'snapshotInstalls',
  'laterChunks',
  'snapshotInstallsDuringChange',
  'configurationsEntered',
  'jointEntered',
  'jointLeftUnderAnotherLeader',
  'changesDone',
  'changesGivenUp',
  'transfersAsked',
  'transfersDone',
  'transfersDuringChange',
  'leadersRemoved',
  'readsAnswered',
  'forwardsRefused',
] as const;
export type CounterName = (typeof counterNames)[number];
export type Counts = Record<CounterName, number>;

export function zeroCounts(): Counts {
  return Object.fromEntries(counterNames.map((name) => [name, 0])) as Counts;
}

export function addCounts(to: Counts, more: Counts): void {
  for (const name of counterNames) to[name] += more[name];
}
