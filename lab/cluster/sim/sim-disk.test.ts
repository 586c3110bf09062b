import { describe, expect, test } from '@jest/globals';
import { votersOnly } from '@raft-lab/node/core/configuration.ts';
import type { Entry } from '@raft-lab/node/core/entry.ts';
import { zeroCounts } from './counters.ts';
import { SimDisk, soundDisk, type LogWrite } from './sim-disk.ts';
import { VirtualTime } from './virtual-time.ts';

const first = votersOnly(['n1']);

function entry(index: number): Entry {
  return { index, term: 1, payload: { kind: 'blank' } };
}

function write(...indices: readonly number[]): LogWrite {
  const commit = Math.max(...indices) - 1;
  return {
    base: null,
    truncateFrom: null,
    entries: indices.map(entry),
    hardState: { term: 1, votedFor: 'n1', commit },
  };
}

function diskOf(seed: number, flaws = soundDisk) {
  const time = new VirtualTime();
  const counts = zeroCounts();
  const conditions = { flushMs: [1, 1], slow: 0, slowMsMax: 0, snapshotMsMax: 0 } as const;
  const disk = new SimDisk({ time, seed, node: 'n1', conditions, counts, flaws });
  const indices = (): number[] => disk.recover(first).entries.map(({ index }) => index);
  return { disk, time, counts, indices };
}

describe('a simulated disk', () => {
  test('keeps what it has said is done, in order', async () => {
    const { disk, time, indices } = diskOf(1);
    const done: number[] = [];
    for (const index of [1, 2, 3]) disk.append(write(index), () => done.push(index));
    expect(indices()).toEqual([]);
    await time.sleep(1_000);
    expect(done).toEqual([1, 2, 3]);
    disk.crash();
    expect(indices()).toEqual([1, 2, 3]);
  });

  test('loses what was not flushed, or keeps whole writes from the front, and never says that it is done', async () => {
    const kept = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) {
      const { disk, time, indices } = diskOf(seed);
      let done = 0;
      disk.append(write(1), () => (done += 1));
      disk.append(write(2, 3), () => (done += 1));
      disk.crash();
      await time.sleep(1_000);
      expect(done).toBe(0);
      kept.add(indices().join());
      const { hardState, entries } = disk.recover(first);
      expect(hardState.commit).toBeLessThanOrEqual(entries.length);
    }
    expect([...kept].sort()).toEqual(['', '1', '1,2,3']);
  });

  test('counts a write that was cut short, which a flawed disk believes', () => {
    const kept = new Set<string>();
    let torn = 0;
    for (let seed = 0; seed < 60; seed += 1) {
      const { disk, counts, indices } = diskOf(seed, { ...soundDisk, believesTornWrites: true });
      disk.append(write(1, 2, 3), () => undefined);
      disk.crash();
      torn += counts.restartsWithTornTail;
      kept.add(indices().join());
    }
    expect(torn).toBeGreaterThan(0);
    expect(kept).toContain('1,2');
  });

  test('follows a truncation and a snapshot', async () => {
    const { disk, time, indices } = diskOf(1);
    const snapshot = { base: { index: 2, term: 1 }, configuration: first, data: new Uint8Array([7]) };
    disk.append(write(1, 2, 3, 4), () => undefined);
    disk.append({ ...write(4), truncateFrom: 4 }, () => undefined);
    disk.saveSnapshot(snapshot, () => undefined);
    const base = { position: snapshot.base, configuration: first };
    disk.append({ ...write(5), base }, () => undefined);
    await time.sleep(1_000);
    expect(indices()).toEqual([3, 4, 5]);
    expect(disk.recover(first)).toMatchObject({ base: snapshot.base, snapshot });
    disk.wipe();
    expect(disk.recover(first)).toMatchObject({ base: { index: 0 }, entries: [], snapshot: null });
  });

  test('says that a write is done too early where that is its flaw', async () => {
    const { disk, time, indices } = diskOf(1, { ...soundDisk, saysDoneEarly: true });
    const seen: number[][] = [];
    disk.append(write(1), () => seen.push(indices()));
    await time.sleep(1_000);
    expect(seen).toEqual([[]]);
  });
});
