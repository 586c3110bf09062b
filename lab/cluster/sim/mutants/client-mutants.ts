/** A state machine, or an answer to a client, that is not what was agreed. */
import { decodeCommand, encodeCommand } from '@raft-lab/node/registers/command.ts';
import type { Mutant } from './mutant.ts';

export const clientMutants: readonly Mutant[] = [
  {
    name: 'acknowledges-when-appended',
    breaks: 'a write is acknowledged when the leader has appended it',
    requests: { acknowledgesWhenAppended: true },
  },
  {
    name: 'refuses-what-is-out',
    breaks: 'a write that waits in the log too long is called refused (RedisRaft#23)',
    requests: { refusesWhatIsOut: true },
  },
  {
    name: 'no-sessions',
    breaks: 'a request that is made twice is applied twice (thesis §6.3)',
    applies: (entry) => {
      if (entry.payload.kind !== 'command') return entry;
      const command = encodeCommand({ ...decodeCommand(entry.payload.command), session: null });
      return { ...entry, payload: { kind: 'command', command } };
    },
  },
  {
    name: 'forgets-sessions',
    breaks: "only the latest client's last answer is remembered",
    sessions: { maxClients: 1, maxBytes: 2 ** 26 },
  },
  {
    name: 'applies-early',
    breaks: 'entries are applied when they are written, committed or not (nebula#2419)',
    does: (effects, { log }) => {
      const written = effects.append?.entries ?? [];
      const known = new Set(effects.apply.map(({ index }) => index));
      const next = effects.apply.at(-1)?.index ?? log.lastIndex - written.length;
      const early = written.filter(({ index }) => index > next && !known.has(index));
      return early.length === 0 ? effects : { ...effects, apply: [...effects.apply, ...early] };
    },
  },
];
