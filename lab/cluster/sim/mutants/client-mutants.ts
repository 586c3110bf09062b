/** A state machine, or an answer to a client, that is not what was agreed. */
import { decodeCommand, encodeCommand } from '@raft-lab/node/registers/command.ts';
import type { Mutant } from './mutant.ts';

export const clientMutants: readonly Mutant[] = [
  {
    name: 'acknowledges-when-appended',
    does: 'a write is acknowledged when the leader has appended it',
    source: 'Raft §5.3',
    requests: { acknowledgesWhenAppended: true },
  },
  {
    name: 'refuses-what-is-out',
    does: 'a write that waits in the log too long is called refused',
    source: 'RedisRaft#23',
    requests: { refusesWhatIsOut: true },
  },
  {
    name: 'no-sessions',
    does: 'a request that is made twice is applied twice',
    source: 'thesis §6.3',
    applies: (entry) => {
      if (entry.payload.kind !== 'command') return entry;
      const command = encodeCommand({ ...decodeCommand(entry.payload.command), session: null });
      return { ...entry, payload: { kind: 'command', command } };
    },
  },
  {
    name: 'forgets-sessions',
    does: "only the latest client's last answer is remembered",
    source: 'thesis §6.3',
    sessions: { maxClients: 1, maxBytes: 2 ** 26 },
  },
  {
    name: 'applies-early',
    does: 'entries are applied when they are written, committed or not',
    source: 'nebula#2419',
    carriesOut: (effects, { log }) => {
      const written = effects.append?.entries ?? [];
      const known = new Set(effects.apply.map(({ index }) => index));
      const next = effects.apply.at(-1)?.index ?? log.lastIndex - written.length;
      const early = written.filter(({ index }) => index > next && !known.has(index));
      return early.length === 0 ? effects : { ...effects, apply: [...effects.apply, ...early] };
    },
  },
];
