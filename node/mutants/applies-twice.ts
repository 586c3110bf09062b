/** A wrong node: a request that a client sends again takes effect again, since nobody remembers the first one (thesis §6.3). */
import type { Entry } from '../core/entry.ts';
import { referenceComposition, runNode } from '../index.ts';
import { decodeCommand, encodeCommand } from '../registers/command.ts';
import type { Applied } from '../registers/registers.ts';
import { Registers } from '../registers/registers.ts';

class ForgetfulRegisters extends Registers {
  override apply(entry: Entry): Applied | null {
    const { payload } = entry;
    if (payload.kind !== 'command') return super.apply(entry);
    const command = encodeCommand({ ...decodeCommand(payload.command), session: null });
    return super.apply({ ...entry, payload: { ...payload, command } });
  }
}

await runNode({ ...referenceComposition, createRegisters: () => new ForgetfulRegisters() });
