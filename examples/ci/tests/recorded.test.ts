import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runPlan } from 'raft-lab/jest';
import { nodeUnderTest } from './node-under-test.ts';

const plans = join(import.meta.dirname, '../plans');

// Each plan is the `plan.json` of a run that once went wrong: what was found stays found.
test.each(readdirSync(plans))('%s does not come back', async (plan) => {
  const history = await runPlan(join(plans, plan), nodeUnderTest);
  expect(history).toBeLinearizable();
  expect(history).toRecoverWithin(5_000);
});
