/** The verdict in words. */
import type { Judgement } from '../verdict/verdict.ts';

export function headline({ verdict, exitCode }: Pick<Judgement, 'verdict' | 'exitCode'>): string {
  switch (verdict) {
    case 'pass':
      return 'Every promise that was put to the test held.';
    case 'fail':
      return exitCode === 2 ? 'The cluster did not recover.' : 'A promise was broken.';
    case 'undecided':
      return 'Nothing was broken, but not everything could be decided.';
    case 'error':
      return 'The lab or its environment failed; nobody’s node is to blame.';
  }
}
