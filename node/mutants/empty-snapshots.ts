/** A wrong node: its snapshots hold where they stand in the log, and nothing of the state machine (Raft §7). */
import { ByteWriter } from '../encoding/bytes.ts';
import { referenceComposition, runNode } from '../index.ts';
import { Registers } from '../registers/registers.ts';

class RegistersLeftOut extends Registers {
  override snapshot(): Uint8Array {
    const [hash, registers, sessions] = [0, 0, 0];
    const writer = new ByteWriter(32);
    writer.u48(this.appliedIndex);
    writer.u32(hash);
    writer.u32(registers);
    writer.u32(sessions);
    return writer.finish();
  }
}

await runNode({ ...referenceComposition, createRegisters: () => new RegistersLeftOut() });
