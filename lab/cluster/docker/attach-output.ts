import { Writable } from 'node:stream';
import type Docker from 'dockerode';
import type { NodeLog } from '../node-log.ts';

/**
 * Sends what a container prints in its next life to `log`: to be called before it starts. `recorded` resolves when the life is over and
 * all of its output has arrived.
 */
export async function attachOutput(
  engine: Docker,
  container: Docker.Container,
  log: NodeLog,
): Promise<{ readonly recorded: Promise<void> }> {
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      log.write(chunk);
      done();
    },
  });
  const recorded = new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error']) stream.once(event, () => resolve());
  });
  engine.modem.demuxStream(stream, sink, sink);
  return { recorded };
}
