/**
 * Three reference nodes under load, and random ones of them killed (SIGKILL) again and again: every restart has to succeed, no acknowledged write may be lost, and the
 * disk has to stay small. `node --conditions=raft-lab:source bench/node-kills.ts --kills 300 --minutes 10`
 */
import { parseArgs } from 'node:util';
import type { Operation, Outcome, RegisterInput, RegisterOutput } from 'porcupine-ts';
import { checkOperations, register } from 'porcupine-ts';
import type { Answer } from '../node/testing/processes.ts';
import { TestCluster } from '../node/testing/processes.ts';
import { bytesIn } from './node/disk-usage.ts';

type Recorded = Operation<RegisterInput<string | null>, RegisterOutput<string | null>>;

const clients = 8;
const keys = 40;
const valueBytes = 1_000;
/** Low, so that a kill often falls into a compaction. */
const snapshotEntries = 2_000;
/** The log's files are followed by a new one when they are this large (`node/storage/file-log.ts`). */
const segmentBytes = 2 ** 24;
const readShare = 0.4;
/** A client's patience, and its pause after an answer, which bounds the load. */
const callLimitMs = 2_000;
const pauseMs = 5;
/** How often each final read is tried. */
const finalTries = 20;

const { values: given } = parseArgs({
  options: { kills: { type: 'string', default: '300' }, minutes: { type: 'string', default: '10' } },
});
const kills = Number(given.kills);
const minutes = Number(given.minutes);
if (!Number.isInteger(kills) || kills < 1 || !(minutes > 0)) {
  process.stderr.write(
    `Expected --kills, a whole number, and --minutes; saw ${given.kills} and ${given.minutes}.\n`,
  );
  process.exit(64);
}

const unanswered: Answer = { status: 0, body: {} };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const history: Recorded[] = [];
let lastProcess = 0;
let lastValue = 0;
let stopped = false;

/** A value as it is written; the history knows it by what is different in it, so that ten minutes fit into memory. */
function atLength(value: string): string {
  return `${value} `.padEnd(valueBytes, '.');
}

/** A value that was read, as the history knows it, if not a byte of it is wrong. */
function briefly(seen: string | null): string | null {
  const [value] = seen?.split(' ') ?? [];
  return value !== undefined && seen === atLength(value) ? value : seen;
}

/** What the contract says of an answer: whether the operation happened. */
function outcomeOf(status: number, type: unknown): Outcome {
  if (status === 200) return 'ok';
  return typeof type === 'string' && (status === 503 || (status >= 400 && status < 500)) ? 'fail' : 'info';
}

async function record(
  cluster: TestCluster,
  id: string,
  process: number,
  input: Recorded['input'],
): Promise<Outcome> {
  const call = performance.now();
  const path = `/registers/${input.key}`;
  const answer = await cluster
    .call(
      id,
      input.f === 'read' ? 'GET' : 'PUT',
      path,
      input.f === 'read' ? undefined : { value: atLength(input.value ?? '') },
      {},
      callLimitMs,
    )
    .catch(() => unanswered);
  const outcome = outcomeOf(answer.status, answer.body.type);
  const seen: RegisterOutput<string | null> =
    input.f === 'read' ? { value: briefly(answer.body.value as string | null) } : {};
  history.push({
    id: history.length,
    process,
    input,
    output: outcome === 'ok' ? seen : undefined,
    call,
    return: outcome === 'info' ? Infinity : performance.now(),
    outcome,
  });
  return outcome;
}

async function client(cluster: TestCluster, down: ReadonlySet<string>): Promise<void> {
  lastProcess += 1;
  let process = lastProcess;
  while (!stopped) {
    const up = cluster.ids.filter((id) => !down.has(id));
    const id = up[Math.floor(Math.random() * up.length)] ?? 'n1';
    const key = `k${Math.floor(Math.random() * keys)}`;
    lastValue += 1;
    const value = String(lastValue);
    const input =
      Math.random() < readShare ? ({ f: 'read', key } as const) : ({ f: 'write', key, value } as const);
    if ((await record(cluster, id, process, input)) === 'info') {
      lastProcess += 1;
      process = lastProcess;
    }
    await pause(pauseMs);
  }
}

await using cluster = await TestCluster.start(3, {
  environment: { RAFT_SNAPSHOT_ENTRIES: String(snapshotEntries) },
});
const down = new Set<string>();
const running = Promise.all(Array.from({ length: clients }, () => client(cluster, down)));
const began = performance.now();
const everyMs = (minutes * 60_000) / kills;
const restartsMs: number[] = [];
let mostBytes = 0;
let leadersKilled = 0;
for (let killed = 0; killed < kills; killed += 1) {
  const due = began + killed * everyMs + Math.random() * everyMs;
  await pause(Math.max(0, due - performance.now()));
  const id = cluster.ids[Math.floor(Math.random() * cluster.ids.length)] ?? 'n1';
  if ((await cluster.status(id))?.role === 'leader') leadersKilled += 1;
  down.add(id);
  await cluster.signal(id, 'SIGKILL');
  const start = performance.now();
  // Throws, with what is waited for, when the node does not come up again.
  await cluster.start(id);
  restartsMs.push(performance.now() - start);
  down.delete(id);
  for (const each of cluster.ids) mostBytes = Math.max(mostBytes, await bytesIn(cluster.dataDirectory(each)));
}
stopped = true;
await running;
const minutesTaken = (performance.now() - began) / 60_000;
await cluster.leader();
// What was acknowledged has to be there, wherever it is asked for.
const unread: string[] = [];
for (const id of cluster.ids) {
  for (let key = 0; key < keys; key += 1) {
    let outcome: Outcome = 'info';
    for (let tries = finalTries; tries > 0 && outcome !== 'ok'; tries -= 1) {
      lastProcess += 1;
      outcome = await record(cluster, id, lastProcess, { f: 'read', key: `k${key}` });
    }
    if (outcome !== 'ok') unread.push(`k${key} at ${id}`);
  }
}

const result = checkOperations(register({ initial: null }), history);
const count = (outcome: Outcome): number =>
  history.filter((operation) => operation.outcome === outcome).length;
const liveBytes = keys * (valueBytes + 8);
const limitBytes = 3 * liveBytes + segmentBytes;
restartsMs.sort((a, b) => a - b);
const figures = {
  kills,
  leadersKilled,
  restarts: restartsMs.length,
  minutes: Number(minutesTaken.toFixed(2)),
  operations: { ok: count('ok'), fail: count('fail'), info: count('info') },
  verdict: result.verdict,
  unread,
  restartMs: {
    median: Math.round(restartsMs[Math.floor(restartsMs.length / 2)] ?? 0),
    max: Math.round(restartsMs.at(-1) ?? 0),
  },
  disk: { mostBytes, limitBytes, liveBytes },
};
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
const good = result.verdict === 'linearizable' && unread.length === 0 && mostBytes <= limitBytes;
if (!good) process.stdout.write(`${JSON.stringify(result, null, 2).slice(0, 10_000)}\n`);
process.exitCode = good ? 0 : 1;
