import { writeSync } from 'node:fs';

/** Jest's last words for machines, after its own summary: what was skipped, if anything was, and alone on the last line what passed and failed. */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const lines = skipped > 0 ? [`${skipped} skipped (each says above what it needs)`] : [];
    lines.push(`${results.numPassedTests} passed, ${failed} failed`);
    process.once('exit', () => writeSync(1, `\n${lines.join('\n')}\n`));
  }
}
