/**
 * A worker's side of the conversation: one task at a time, in a process of its own, so that what one submission makes the lab do (a large history to judge, a
 * crash) disturbs no other, and that a lab which is gone leaves no worker behind.
 */
import { LabError } from '../../lab-error.ts';
import { calibrate } from './calibrate.ts';
import { examineContract } from './examine-contract.ts';
import type { Surroundings } from './node-under-test.ts';
import { prepare } from './prepare.ts';
import { runPlan } from './run-plan.ts';
import type { Answer, Task } from './task.ts';

/** What the worker's process offers; `process` itself, in earnest. */
interface Channel {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect' | 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown;
  send?(message: unknown): unknown;
  exit(code: number): never;
}

export function serve(channel: Channel, surroundings: Surroundings): void {
  const stop = new AbortController();
  // The terminal's Ctrl-C reaches workers too; they wait for the word of the one who leads them.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) channel.on(name, () => undefined);
  // The lab is gone, however it went: watchdogs clear away what runs.
  channel.on('disconnect', () => channel.exit(0));
  channel.on('message', (message) => {
    if (message === 'stop') {
      stop.abort();
      return;
    }
    void answerTo(message as Task, surroundings, stop.signal).then((answer) => channel.send?.(answer));
  });
}

async function answerTo(task: Task, surroundings: Surroundings, signal: AbortSignal): Promise<Answer> {
  try {
    if (task.kind === 'calibrate') {
      const calibration = await calibrate(task, surroundings, signal);
      return calibration === undefined ? { kind: 'stopped' } : { kind: 'calibration', calibration };
    }
    const outcome = await outcomeOf(task, surroundings, signal);
    return outcome === undefined || signal.aborted ? { kind: 'stopped' } : { kind: 'outcome', outcome };
  } catch (error) {
    if (signal.aborted) return { kind: 'stopped' };
    if (error instanceof LabError) return { kind: 'failed', message: error.message };
    return {
      kind: 'failed',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

function outcomeOf(
  task: Exclude<Task, { kind: 'calibrate' }>,
  surroundings: Surroundings,
  signal: AbortSignal,
) {
  switch (task.kind) {
    case 'prepare':
      return prepare(task, surroundings, signal);
    case 'contract':
      return examineContract(task, surroundings, signal);
    case 'plan':
      return runPlan(task, surroundings, signal);
  }
}
