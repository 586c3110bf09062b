/** The container engine: whether one answers, and the one client through which this folder speaks to it. */
import Docker from 'dockerode';
import { LabError } from '../../lab-error.ts';

/** An engine on this machine answers within milliseconds; one behind `DOCKER_HOST` gets two seconds. */
const answerLimitMs = 2_000;

export type EngineAvailability =
  { readonly available: true } | { readonly available: false; readonly reason: string };

/** A client of the engine that `DOCKER_HOST` names, or of the usual sockets without it. Connects to nothing yet. */
export function openEngine(options: Docker.DockerOptions = {}): Docker {
  try {
    return new Docker(options);
  } catch (error) {
    throw new LabError(
      'engine',
      `DOCKER_HOST is ${JSON.stringify(process.env.DOCKER_HOST)}; expected something like unix:///var/run/docker.sock or tcp://host:2375.`,
      { cause: error },
    );
  }
}

/** Whether a container engine answers, in less than two seconds, and if not, why, in a sentence for the user. Never rejects. */
export async function isEngineAvailable(): Promise<EngineAvailability> {
  try {
    await openEngine({ timeout: answerLimitMs }).ping();
    return { available: true };
  } catch (error) {
    return { available: false, reason: whyNot(error) };
  }
}

/** The engine's client, or a `LabError('engine')` that says why there is none and what to do. */
export async function requireEngine(): Promise<Docker> {
  const availability = await isEngineAvailable();
  if (!availability.available) {
    throw new LabError(
      'engine',
      `${availability.reason} Start a container engine (on Debian, as root: .ci/engine.sh), or run without one: --cluster process.`,
    );
  }
  return openEngine();
}

/** The HTTP status with which the engine refused a call, if that is what `error` is. */
export function engineStatus(error: unknown): number | undefined {
  const status = fieldOf(error, 'statusCode');
  return typeof status === 'number' ? status : undefined;
}

/** Waits for `call`, and takes these answers of the engine for success: 304 and 409 say "is so already", 404 "is gone". */
export async function tolerate(call: Promise<unknown>, ...statuses: readonly number[]): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!statuses.includes(engineStatus(error) ?? 0)) throw error;
  }
}

function whyNot(error: unknown): string {
  if (error instanceof LabError) return error.message;
  const host = process.env.DOCKER_HOST;
  const where = host === undefined || host === '' ? 'the default socket' : `DOCKER_HOST=${host}`;
  const code = fieldOf(error, 'code');
  switch (code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
      return `No container engine answers at ${where} (${code}).`;
    case 'EACCES':
    case 'EPERM':
      return `This user may not use the container engine at ${where} (${code}); add it to the group docker.`;
    case 'ECONNRESET':
      return `The container engine at ${where} did not answer within ${answerLimitMs / 1000} s.`;
    default:
      return `The container engine at ${where} does not work: ${String(fieldOf(error, 'message'))}.`;
  }
}

/** Errors of Node itself are no instances of a test's own `Error`, so they are known by their fields. */
function fieldOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}
