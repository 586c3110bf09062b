/** A node that takes what it hears for something else, or says what is not so. */
import type { Mutant } from './mutant.ts';

export const messageMutants: readonly Mutant[] = [
  {
    name: 'counts-refused-votes',
    does: 'any answer to a vote request counts as a vote',
    source: 'Raft §5.2',
    hears: (message) => (message.kind === 'vote' && !message.pre ? { ...message, granted: true } : message),
  },
  {
    name: 'heartbeat-proves-log',
    does: 'an answer to a heartbeat counts as an acknowledgement of the whole log',
    source: 'Raft §5.3',
    hears: (message, { log }) =>
      message.kind === 'heartbeat-ack' ? { ...message, matched: log.lastIndex } : message,
  },
  {
    name: 'acknowledges-all-it-has',
    does: "a follower acknowledges its whole log, not what it knows to be the leader's",
    source: 'Raft §5.3',
    says: ({ to, message }, { log }) =>
      message.kind === 'append-ack'
        ? { to, message: { ...message, matched: log.lastIndex } }
        : { to, message },
  },
  {
    name: 'snapshot-cut-short',
    does: 'a snapshot that lacks its end is taken for whole',
    source: 'RaftKeeper#240',
    says: ({ to, message }) =>
      message.kind === 'snapshot-chunk' && message.total > 1
        ? {
            to,
            message: { ...message, total: message.total - 1, data: message.data.slice(0, message.total - 1) },
          }
        : { to, message },
  },
  {
    name: 'snapshot-with-wrong-term',
    does: "a snapshot names the leader's term instead of its last entry's",
    source: 'RedisRaft#14',
    says: ({ to, message }) =>
      message.kind === 'snapshot-chunk'
        ? { to, message: { ...message, base: { ...message.base, term: message.term } } }
        : { to, message },
  },
];
