/** A wrong node: it takes the empty string for a register that was never written (docs/contract.md, "Values"). */
import { referenceComposition, runNode } from '../index.ts';
import { Registers } from '../registers/registers.ts';

class RegistersWithoutEmpty extends Registers {
  override read(key: string): string | null {
    const value = super.read(key);
    return value === '' ? null : value;
  }
}

await runNode({ ...referenceComposition, createRegisters: () => new RegistersWithoutEmpty() });
