#!/usr/bin/env node
/** The program: ties the command to this process. */
import { text } from 'node:stream/consumers';
import { run } from './run.ts';

process.exitCode = await run(process.argv.slice(2), {
  readStandardInput: () => text(process.stdin),
  print: (output) => process.stdout.write(output),
  complain: (output) => process.stderr.write(output),
});
