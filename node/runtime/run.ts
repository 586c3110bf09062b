/** A node as a process: from the environment to the exit code. */
import { pino } from 'pino';
import { InvariantViolation } from '../core/assert.ts';
import type { Settings } from '../settings.ts';
import { readSettings, SettingsError } from '../settings.ts';
import { StorageError } from '../storage/storage.ts';
import type { Composition } from './node.ts';
import { startNode } from './node.ts';

const exitCodes = { stopped: 0, failed: 1, usage: 64 } as const;
/** SIGTERM is answered within 5 s; what is not done by then is left. */
const stopLimitMs = 4_000;

/** Runs a node of this composition until SIGTERM or SIGINT, then ends the process. */
export async function runNode(composition: Composition): Promise<never> {
  let settings: Settings;
  try {
    settings = readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(exitCodes.usage);
  }
  const logger = pino({ base: { node: settings.id } });
  try {
    const node = await startNode(settings, composition, logger);
    const stopAsked = new Promise<'stop'>((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve('stop'));
    });
    const ended = await Promise.race([stopAsked, node.failed.then((error) => ({ error }))]);
    if (ended !== 'stop') {
      // The dump: what the node was when it found that it must not go on.
      logger.fatal({ err: ended.error, status: node.status() }, describe(ended.error));
      process.exit(exitCodes.failed);
    }
    logger.info('stopping');
    setTimeout(() => process.exit(exitCodes.stopped), stopLimitMs).unref();
    await node.handOver();
    await node.stop();
    process.exit(exitCodes.stopped);
  } catch (error) {
    logger.fatal({ err: error }, describe(error));
    process.exit(exitCodes.failed);
  }
}

function describe(error: unknown): string {
  if (error instanceof StorageError || error instanceof InvariantViolation) return error.message;
  return `The node cannot go on: ${error instanceof Error ? error.message : String(error)}`;
}
