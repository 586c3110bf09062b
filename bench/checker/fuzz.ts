/**
 * Compares the checker's engines with each other, with brute force and with Porcupine on random histories.
 *
 *     node --conditions=raft-lab:source bench/checker/fuzz.ts [--small N] [--long N] [--seed N] [--porcupine COMMAND] [--jobs N]
 *
 * The seeds are shared out to as many processes as there are processors.
 * The first disagreement is printed with the seed that shows it again, and the exit code is 1.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { casRegister, checkOperations, verifyOrder } from 'porcupine-ts';
import { disagreement } from '../../checker/fuzz/agreement.ts';
import { chance, type Draw, seededDraw } from '../../checker/fuzz/draw.ts';
import { monitored } from '../../checker/fuzz/monitored.ts';
import { simulate } from '../../checker/fuzz/simulated-history.ts';
import { initialNumber, type RegisterOperation, smallHistory } from '../../checker/fuzz/small-history.ts';
import { register } from './objects.ts';

const { values } = parseArgs({
  options: {
    small: { type: 'string', default: '1000000' },
    long: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    porcupine: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
});
const model = casRegister<number>({ initial: initialNumber });
const firstSeed = Number(values.seed);
/** The peer may need hours where the checker needs none: what it cannot decide is not compared. */
const peerSeconds = 3;
const peerMegabytes = 6_000;
/** Histories of more clients than this are given to the linear engine only: the search is exponential there. */
const mostSearched = 8;
const searchBudget = { steps: 3_000_000, bytes: 500_000_000 };

function fail(seed: number, what: string, history: readonly RegisterOperation[]): never {
  console.error(`seed ${seed}: ${what}`);
  console.error(history.length > 20 ? `${history.length} operations` : JSON.stringify(history, null, 1));
  process.exit(1);
}

/** A long history, mostly of a real register, sometimes with one answer changed. */
function longHistory(draw: Draw): RegisterOperation[] {
  const sizes = [100, 1_000, 5_000, 50_000];
  const size = sizes[draw(100) < 95 ? draw(3) : 3] ?? 100;
  const history = simulate(draw, {
    operations: 1 + draw(size),
    clients: 1 + draw(12),
    infoPercent: chance(draw, 50) ? 0 : draw(10),
    failPercent: draw(5),
    readPercent: 20 + draw(60),
    casPercent: draw(100),
    ...(chance(draw, 30) && { values: 2 + draw(8) }),
    hidesSeen: chance(draw, 20),
  });
  if (chance(draw, 50)) return history;
  const reads = history.filter(({ input, outcome }) => input.f === 'read' && outcome === 'ok');
  const wrong = reads[draw(reads.length + 1)];
  const other = reads[draw(reads.length + 1)];
  return history.map((each) =>
    each === wrong && other !== undefined ? { ...each, output: other.output } : each,
  );
}

function fuzzSmall(count: number): void {
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const history = smallHistory(seededDraw(seed), 8);
    const wrong = disagreement(model, history);
    if (wrong !== undefined) fail(seed, wrong, history);
    if (seed % 100_000 === 0) console.log(`${seed - firstSeed + 1} small histories`);
  }
}

function fuzzLong(count: number, directory: string): void {
  const seen = { linearizable: 0, illegal: 0, undecided: 0 };
  const toPeer: { readonly seed: number; readonly file: string; readonly verdict: string }[] = [];
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const history = longHistory(seededDraw(seed));
    const [best] = checkOperations(model, history, { budget: searchBudget }).partitions;
    if (best === undefined) continue;
    seen[best.verdict]++;
    if (best.order !== undefined) {
      const wrong = verifyOrder(model, history, best.order);
      if (wrong !== undefined) fail(seed, wrong, history);
    }
    const decided: { readonly name: string; readonly verdict: string }[] = [];
    if (best.engine === 'blocks') {
      decided.push({ name: 'monitor', verdict: monitored(model, history) });
      if (new Set(history.map(({ process }) => process)).size <= mostSearched || history.length < 500) {
        const { verdict } = checkOperations(model, history, { engine: 'search', budget: searchBudget });
        decided.push({ name: 'search', verdict });
      }
    }
    for (const { name, verdict } of decided) {
      if (verdict !== best.verdict && verdict !== 'undecided' && best.verdict !== 'undecided') {
        fail(seed, `${best.engine} says ${best.verdict}, ${name} says ${verdict}`, history);
      }
    }
    if (values.porcupine !== undefined && best.verdict !== 'undecided') {
      const file = join(directory, `${seed}.txt`);
      writeFileSync(file, register.format(history));
      toPeer.push({ seed, file, verdict: best.verdict });
    }
    if ((seed - firstSeed + 1) % 100 === 0) {
      askPeer(toPeer.splice(0));
      console.log(`${seed - firstSeed + 1} long histories: ${JSON.stringify(seen)}`);
    }
  }
  askPeer(toPeer);
}

function askPeer(
  asked: readonly { readonly seed: number; readonly file: string; readonly verdict: string }[],
): void {
  if (values.porcupine === undefined || asked.length === 0) return;
  const argv = ['register', String(peerSeconds), String(peerMegabytes), ...asked.map(({ file }) => file)];
  const { stdout, status, stderr } = spawnSync(values.porcupine, argv, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${values.porcupine} ended with ${status}: ${stderr}`);
  const verdicts = stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { verdict: string }).verdict);
  for (const [index, { seed, file, verdict }] of asked.entries()) {
    rmSync(file);
    if (verdicts[index] === verdict) continue;
    if (verdicts[index] === 'undecided')
      console.log(`seed ${seed}: Porcupine undecided after ${peerSeconds} s`);
    else fail(seed, `the checker says ${verdict}, Porcupine ${verdicts[index]}`, []);
  }
}

/** The same program for each share of the seeds; true if all found nothing. */
async function inProcesses(jobs: number): Promise<boolean> {
  const [small, long] = [Number(values.small), Number(values.long)];
  const children = Array.from({ length: jobs }, (_, job) => {
    const share = (count: number) =>
      Math.floor(((job + 1) * count) / jobs) - Math.floor((job * count) / jobs);
    // Seeds of small and of long histories are drawn from apart, so one first seed for both leaves none out and repeats none.
    const first = firstSeed + Math.ceil(Math.max(small, long) / jobs) * job;
    const argv = ['--small', share(small), '--long', share(long), '--seed', first, '--jobs', 1].map(String);
    if (values.porcupine !== undefined) argv.push('--porcupine', values.porcupine);
    return spawn(process.execPath, [...process.execArgv, import.meta.filename, ...argv], {
      stdio: 'inherit',
    });
  });
  const ends = await Promise.all(children.map((child) => once(child, 'exit')));
  return ends.every(([code]) => code === 0);
}

function here(): void {
  const directory = mkdtempSync(join(tmpdir(), 'fuzz-checker-'));
  try {
    fuzzSmall(Number(values.small));
    fuzzLong(Number(values.long), directory);
    console.log('no disagreement');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

if (Number(values.jobs) === 1) here();
else if (!(await inProcesses(Number(values.jobs)))) process.exitCode = 1;
