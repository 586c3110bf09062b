/** A disk, or a use of it, that loses what must not be lost. */
import type { Mutant } from './mutant.ts';

export const diskMutants: readonly Mutant[] = [
  {
    name: 'forgets-vote',
    does: 'the vote does not survive a restart',
    source: 'PySyncObj PR#202',
    disk: {
      recovers: (recovered) => ({ ...recovered, hardState: { ...recovered.hardState, votedFor: null } }),
    },
  },
  {
    name: 'forgets-term',
    does: 'the term does not survive a restart, but for that of the last entry',
    source: 'PySyncObj PR#202',
    disk: {
      recovers: (recovered) => {
        const term = recovered.entries.at(-1)?.term ?? recovered.base.term;
        return { ...recovered, hardState: { ...recovered.hardState, term, votedFor: null } };
      },
    },
  },
  {
    name: 'forgets-log',
    does: 'the log after the snapshot does not survive a restart',
    source: 'Raft, figure 2',
    disk: {
      recovers: (recovered) => ({
        ...recovered,
        entries: [],
        hardState: { ...recovered.hardState, commit: recovered.base.index },
      }),
    },
  },
  {
    name: 'forgets-last-entry',
    does: 'the last entry of the log does not survive a restart',
    source: 'Raft, figure 2',
    disk: {
      recovers: (recovered) => {
        const entries = recovered.entries.slice(0, -1);
        const last = entries.at(-1)?.index ?? recovered.base.index;
        const commit = Math.min(recovered.hardState.commit, last);
        return { ...recovered, entries, hardState: { ...recovered.hardState, commit } };
      },
    },
  },
  {
    name: 'forgets-snapshot',
    does: 'a restart goes on without the snapshot',
    source: 'RedisRaft#14',
    disk: { recovers: (recovered) => ({ ...recovered, snapshot: null }) },
  },
  {
    name: 'says-done-early',
    does: 'writes count as durable before they are',
    source: 'thesis §10.2.1',
    disk: { saysDoneEarly: true },
  },
  {
    name: 'believes-torn-writes',
    does: 'a write that a crash cut short is believed as far as it goes',
    source: 'RedisRaft#127',
    disk: { believesTornWrites: true },
  },
  {
    name: 'speaks-before-disk',
    does: 'votes and acknowledgements leave before the disk has what they promise',
    source: 'Raft, figure 2',
    carriesOut: (effects) =>
      effects.append === null
        ? effects
        : {
            ...effects,
            send: [...effects.send, ...effects.append.then],
            append: { ...effects.append, then: [] },
          },
  },
];
