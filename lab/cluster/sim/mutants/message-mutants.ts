/** A node that takes what it hears for something else, or says what is not so. */
import { votersOnly } from '@raft-lab/node/core/configuration.ts';
import type { Mutant } from './mutant.ts';

export const messageMutants: readonly Mutant[] = [
  {
    name: 'counts-refused-votes',
    breaks: 'any answer to a vote request counts as a vote',
    hears: (message) => (message.kind === 'vote' && !message.pre ? { ...message, granted: true } : message),
  },
  {
    name: 'counts-old-votes',
    breaks: 'a vote of an earlier term counts in this one (xraft#33)',
    hears: (message, { status }) =>
      message.kind === 'vote' && !message.pre && message.granted && message.term < status.term
        ? { ...message, term: status.term }
        : message,
  },
  {
    name: 'counts-pre-votes',
    breaks: 'a pre-vote counts as a vote (cockroach#123297)',
    hears: (message, { status }) =>
      message.kind === 'vote' && message.pre && message.granted && status.role === 'candidate'
        ? { ...message, pre: false, term: status.term }
        : message,
  },
  {
    name: 'counts-old-acknowledgements',
    breaks: 'an acknowledgement of an earlier term counts in this one',
    hears: (message, { status, log }) =>
      message.kind === 'append-ack' && message.term < status.term
        ? { ...message, term: status.term, matched: Math.min(message.matched, log.lastIndex) }
        : message,
  },
  {
    name: 'obeys-old-leaders',
    breaks: 'appends of an earlier term are accepted (Raft §5.1)',
    hears: (message, { status }) =>
      message.kind === 'append' && message.term < status.term ? { ...message, term: status.term } : message,
  },
  {
    name: 'no-consistency-check',
    breaks: 'entries are appended whatever comes before them (Raft §5.3)',
    hears: (message, { log }) => {
      if (message.kind !== 'append') return message;
      const term = log.termAt(message.previous.index);
      return term === undefined ? message : { ...message, previous: { index: message.previous.index, term } };
    },
  },
  {
    name: 'any-round-confirms',
    breaks: 'an answer to an earlier heartbeat confirms a later read (etcd#20418)',
    hears: (message) =>
      message.kind === 'heartbeat-ack' ? { ...message, round: Number.MAX_SAFE_INTEGER } : message,
  },
  {
    name: 'heartbeat-proves-log',
    breaks: 'an answer to a heartbeat counts as an acknowledgement of the whole log',
    hears: (message, { log }) =>
      message.kind === 'heartbeat-ack' ? { ...message, matched: log.lastIndex } : message,
  },
  {
    name: 'acknowledges-all-it-has',
    breaks: "a follower acknowledges its whole log, not what it knows to be the leader's",
    says: ({ to, message }, { log }) =>
      message.kind === 'append-ack'
        ? { to, message: { ...message, matched: log.lastIndex } }
        : { to, message },
  },
  {
    name: 'read-index-of-nothing',
    breaks: 'a follower answers a read without waiting for the index that the leader named',
    hears: (message) => (message.kind === 'read-index-answer' ? { ...message, index: 0 } : message),
  },
  {
    name: 'snapshot-without-configuration',
    breaks: 'a snapshot carries the first configuration, whatever was in force (swarmkit#238)',
    says: ({ to, message }) =>
      message.kind === 'snapshot-chunk'
        ? { to, message: { ...message, configuration: votersOnly(['n1', 'n2', 'n3', 'n4', 'n5']) } }
        : { to, message },
  },
  {
    name: 'snapshot-cut-short',
    breaks: 'a snapshot that lacks its end is taken for whole (RaftKeeper#240)',
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
    breaks: "a snapshot names the leader's term instead of its last entry's (RedisRaft#14)",
    says: ({ to, message }) =>
      message.kind === 'snapshot-chunk'
        ? { to, message: { ...message, base: { ...message.base, term: message.term } } }
        : { to, message },
  },
];
