/** Messages, entries and writes in one line each: for scripts, logs and dumps. */
import type { Configuration } from './configuration.ts';
import type { AppendEffect } from './effects.ts';
import type { Entry, Position } from './entry.ts';
import type { Message } from './messages.ts';

/** `index@term`, as everywhere below. */
export function describePosition({ index, term }: Position): string {
  return `${index}@${term}`;
}

export function describeConfiguration(configuration: Configuration): string {
  const { voters, outgoing, learners, learnersNext, removed } = configuration;
  const part = (name: string, nodes: readonly string[]): string =>
    nodes.length === 0 ? '' : ` ${name}(${nodes.join(' ')})`;
  return `voters(${voters.join(' ')})${part('outgoing', outgoing)}${part('learners', learners)}${part('next', learnersNext)}${part('removed', removed)}`;
}

export function describeEntry(entry: Entry): string {
  const { payload } = entry;
  switch (payload.kind) {
    case 'blank':
      return `${describePosition(entry)} blank`;
    case 'command':
      return `${describePosition(entry)} ${textOf(payload.command)}`;
    case 'configuration':
      return `${describePosition(entry)} ${describeConfiguration(payload.configuration)}`;
  }
}

export function describeEntries(entries: readonly Entry[]): string {
  return `[${entries.map(describeEntry).join(', ')}]`;
}

export function describeMessage(message: Message): string {
  const term = 'term' in message ? ` term ${message.term}` : '';
  switch (message.kind) {
    case 'vote-request':
      return `${message.pre ? 'pre-' : ''}vote-request${term} last ${describePosition(message.last)} committed ${describePosition(message.committed)}${message.transfer ? ' transfer' : ''}`;
    case 'vote':
      return `${message.pre ? 'pre-' : ''}vote${term} ${message.granted ? 'granted' : 'refused'} committed ${describePosition(message.committed)}`;
    case 'append':
      return `append${term} after ${describePosition(message.previous)} ${describeEntries(message.entries)} commit ${message.commit}`;
    case 'append-ack':
      return `append-ack${term} matched ${message.matched}`;
    case 'append-reject':
      return `append-reject${term} rejected ${message.rejected} hint ${describePosition(message.hint)}`;
    case 'heartbeat':
      return `heartbeat${term} round ${message.round} commit ${message.commit} sent ${message.sent}`;
    case 'heartbeat-ack':
      return `heartbeat-ack${term} round ${message.round} matched ${message.matched}${message.missing ? ' missing' : ''}`;
    case 'snapshot-chunk': {
      const { offset, data, total } = message;
      return `snapshot-chunk${term} at ${describePosition(message.base)} bytes ${offset}-${offset + data.length} of ${total}`;
    }
    case 'snapshot-ack':
      return `snapshot-ack${term} at ${message.index} stored ${message.stored}`;
    case 'timeout-now':
    case 'stale':
      return `${message.kind}${term}`;
    case 'forward':
      return `forward ${textOf(message.command)}`;
    case 'forward-refused':
      return `forward-refused ${message.attempt} ${message.reason}`;
    case 'read-index':
      return `read-index ${message.attempt}`;
    case 'read-index-answer':
      return `read-index-answer ${message.attempt} index ${message.index}`;
    case 'read-index-refused':
      return `read-index-refused ${message.attempt}`;
  }
}

export function describeWrite({ base, truncateFrom, entries, hardState }: AppendEffect): string {
  const parts = [
    ...(base === null ? [] : [`base ${describePosition(base.position)}`]),
    ...(truncateFrom === null ? [] : [`truncate from ${truncateFrom}`]),
    ...(entries.length === 0 ? [] : [describeEntries(entries)]),
    ...(hardState === null
      ? []
      : [`term ${hardState.term} vote ${hardState.votedFor ?? '-'} commit ${hardState.commit}`]),
  ];
  return parts.join(', ') || 'nothing new';
}

/** Commands are opaque to the core; those of scripts are short ASCII texts, with zeros behind them where they are to be large. */
function textOf(command: Uint8Array): string {
  const end = command.indexOf(0);
  return String.fromCharCode(...command.subarray(0, end < 0 ? 40 : Math.min(40, end)));
}
