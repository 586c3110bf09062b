import { join } from 'node:path';
import type { Command } from 'commander';
import { readHistory } from '../history/read-history.ts';
import { readStoredPlan } from '../plan/read-plan-file.ts';
import { report, storedInfo } from './report.ts';

export function addCheckCommand(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('check')
    .description('judge a stored run again, from its history alone, and write its reports anew')
    .argument('<run>', 'the directory of a run, such as store/latest')
    .option('--json', 'print results.json on standard output', false)
    .action(async (directory: string, { json }: { readonly json: boolean }) => {
      const plan = await readStoredPlan(join(directory, 'plan.json'));
      const { events, note } = await readHistory(join(directory, 'history.jsonl'));
      const info = await storedInfo(directory);
      const notes = note === undefined ? {} : { notes: [note] };
      finish(await report({ plan, history: events }, { json, info: { ...info, ...notes } }));
    });
}
