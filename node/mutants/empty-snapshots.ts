/** A wrong node: its snapshots hold where they stand in the log, and none of the registers (Raft §7). */
import { ByteWriter } from '../encoding/bytes.ts';
import { referenceComposition, runNode } from '../index.ts';
import { Registers } from '../registers/registers.ts';

class RegistersLeftOut extends Registers {
  override snapshot(): Uint8Array {
    const writer = new ByteWriter(32);
    writer.u48(this.appliedIndex);
    writer.u32(Number.parseInt(this.appliedHash, 16));
    const registers = 0;
    const sessions = 0;
    writer.u32(registers);
    writer.u32(sessions);
    return writer.finish();
  }
}

await runNode({ ...referenceComposition, createRegisters: () => new RegistersLeftOut() });
