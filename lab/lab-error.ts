/**
 * What went wrong in the lab or its environment, and is never blamed on a node. `usage` is the caller's to mend (exit 64),
 * every other code means that the run could not be carried out or finished (exit 4).
 */
export type LabErrorCode =
  'usage' | 'engine' | 'image' | 'port' | 'store' | 'links' | 'environment' | 'interrupted';

export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: LabErrorCode;

  /** @param message says what was wrong and what to do about it, in one or two sentences. */
  constructor(code: LabErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
