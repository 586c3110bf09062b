#!/usr/bin/env node
/** The command line. One file per command; the exit codes are those of docs/results.md. */
import { Command, CommanderError } from 'commander';
import { LabError } from '../lab-error.ts';
import { addCheckCommand } from './check-command.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addReplayCommand } from './replay-command.ts';
import { addGradeCommand } from './grade-command.ts';
import { addSimCommand } from './sim-command.ts';
import { addTestCommand } from './test-command.ts';

const usageExitCode = 64;
const labExitCode = 4;

function buildProgram(finish: (exitCode: number) => void): Command {
  const program = new Command('raft-lab')
    .description('Tests Raft implementations the way Jepsen tests databases.')
    .exitOverride()
    .showHelpAfterError('(see raft-lab --help, or raft-lab test --help)')
    .addHelpText(
      'after',
      '\nExit codes: 0 pass, 1 violation, 2 did not recover, 3 undecided, 4 the lab or its environment failed, 64 usage.',
    );
  addTestCommand(program, finish);
  addCheckCommand(program, finish);
  addReplayCommand(program, finish);
  addDoctorCommand(program, finish);
  addGradeCommand(program, finish);
  addSimCommand(program, finish);
  return program;
}

async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  try {
    await buildProgram((code) => (exitCode = code)).parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    // Commander has printed what was wrong already; asking for help is not wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode;
    if (error instanceof LabError) {
      process.stderr.write(`raft-lab: ${error.message}\n`);
      return error.code === 'usage' ? usageExitCode : labExitCode;
    }
    process.stderr.write(
      `raft-lab: the lab itself failed; please report this.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return labExitCode;
  }
}

process.exitCode = await main(process.argv);
