import { join } from 'node:path';
import type { Command } from 'commander';
import { readHistory } from '../history/read-history.ts';
import { readStoredPlan } from '../plan/read-plan-file.ts';
import { reportStored } from './report.ts';

export function addCheckCommand(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('check')
    .description('judge a stored run again, from its history alone')
    .argument('<run>', 'the directory of a run, such as store/latest')
    .option('--json', 'print results.json on standard output', false)
    .action(async (run: string, { json }: { readonly json: boolean }) => {
      const plan = await readStoredPlan(join(run, 'plan.json'));
      const { events, note } = await readHistory(join(run, 'history.jsonl'));
      if (note !== undefined) process.stderr.write(`${note}\n`);
      finish(await reportStored(run, plan, events, json));
    });
}
