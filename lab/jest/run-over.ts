import { LabError } from '../lab-error.ts';

/** A cluster was driven on after its run had ended: by a violation, a lost node, or the end of its workload. */
export class RunOver extends LabError {
  constructor(reason: unknown) {
    const why =
      reason instanceof Error ? reason.message : typeof reason === 'string' ? reason : 'it was stopped';
    super(
      'interrupted',
      `The run is over: ${why}. What runWorkload resolves with says more; expect(history).toBeLinearizable() shows it.`,
    );
  }
}
