import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { drawPlan } from '../plan/draw-plan.ts';
import {
  examine,
  exitCodeOf,
  findingsToJson,
  renderFinding,
  renderSummary,
  type Finding,
} from '../doctor/doctor.ts';
import { chooseCluster } from '../setup/choose-cluster.ts';
import { interruptSignal } from './interrupt.ts';
import { environmentEntry } from '../setup/options.ts';

interface DoctorOptions {
  readonly cluster: 'auto' | 'docker' | 'process';
  readonly cmd?: string;
  readonly image?: string;
  readonly mutant?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly json: boolean;
}

/** Three nodes show everything that the contract asks of one, and of one among others. */
const nodes = 3;
const readyTimeoutMs = 10_000;

export function addDoctorCommand(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('doctor')
    .description('tell a node’s author, call by call, where the node differs from the contract')
    .option('--cmd <command>', 'examine this command line as the node, as a process')
    .option('--image <image>', 'examine this container image as the node')
    .option('--mutant <name>', 'examine the reference node with one broken rule')
    .addOption(
      program
        .createOption('--cluster <kind>', 'where nodes run')
        .choices(['auto', 'docker', 'process'])
        .default('auto'),
    )
    .option(
      '--env <name=value>',
      'additional environment of every node; may be given again',
      environmentEntry,
      {},
    )
    .option('--json', 'print the findings as JSON on standard output', false)
    .action(async (options: DoctorOptions) => finish(await doctor(options)));
}

async function doctor(options: DoctorOptions): Promise<number> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  using interrupt = interruptSignal(say);
  const chosen = await chooseCluster(options, say);
  const logDirectory = await mkdtemp(join(tmpdir(), 'raft-lab-doctor-'));
  try {
    const {
      nodes: names,
      voters,
      heartbeatMs,
      electionMs,
      snapshotEntries,
    } = drawPlan({ seed: 0, nodes, durationMs: 1_000, kinds: [], rate: 1 });
    await using cluster = await chosen.create({
      runId: `doctor-${process.pid}-${Date.now().toString(36)}`,
      source: chosen.source,
      nodes: names,
      voters,
      logDirectory,
      env: options.env,
      heartbeatMs,
      electionMs,
      snapshotEntries,
      readyTimeoutMs,
    });
    const findings: Finding[] = [];
    for await (const finding of examine(cluster, { signal: interrupt.signal })) {
      findings.push(finding);
      if (!options.json) process.stdout.write(`${renderFinding(finding)}\n`);
    }
    process.stdout.write(options.json ? findingsToJson(findings) : `\n${renderSummary(findings)}\n`);
    return exitCodeOf(findings);
  } finally {
    await rm(logDirectory, { recursive: true, force: true });
  }
}
