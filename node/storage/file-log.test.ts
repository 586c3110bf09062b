import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { votersOnly } from '../core/configuration.ts';
import type { Entry, HardState, Snapshot } from '../core/entry.ts';
import { openFileLog } from './file-log.ts';
import type { LogStorage, LogWrite, OpenedStorage, StorageOptions } from './storage.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-log-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const options = (changes: Partial<StorageOptions> = {}): StorageOptions => ({
  directory,
  node: 'n1',
  firstConfiguration: votersOnly(['n1', 'n2', 'n3']),
  onFull: () => undefined,
  onFailure: (error) => {
    throw error;
  },
  ...changes,
});
const entry = (index: number, term: number, text = `command ${index}`): Entry => ({
  index,
  term,
  payload: { kind: 'command', command: Buffer.from(text) },
});
const hardState = (term: number, commit = 0): HardState => ({ term, votedFor: 'n2', commit });
const append = (log: LogStorage, write: Partial<LogWrite>): Promise<void> =>
  new Promise((resolve) => {
    log.append({ base: null, truncateFrom: null, entries: [], hardState: null, ...write }, resolve);
  });
const closed = async (work: (opened: OpenedStorage) => Promise<void>): Promise<void> => {
  const opened = await openFileLog(options());
  await using _log = opened.log;
  await work(opened);
};
const recovered = async (): Promise<OpenedStorage['recovered']> => {
  const opened = await openFileLog(options());
  await opened.log[Symbol.asyncDispose]();
  return opened.recovered;
};
const onlyFile = async (): Promise<string> => {
  const names = await readdir(join(directory, 'log'));
  expect(names).toEqual(['0000000001.log']);
  return join(directory, 'log', '0000000001.log');
};

describe('the log on disk', () => {
  test('an empty directory begins with the first configuration; later ones do not change it', async () => {
    expect(await recovered()).toEqual({
      base: { index: 0, term: 0 },
      configuration: votersOnly(['n1', 'n2', 'n3']),
      hardState: { term: 0, votedFor: null, commit: 0 },
      entries: [],
      snapshot: null,
    });
    const again = await openFileLog(options({ firstConfiguration: votersOnly(['n9']) }));
    await again.log[Symbol.asyncDispose]();
    expect(again.recovered.configuration.voters).toEqual(['n1', 'n2', 'n3']);
  });

  test('what was acknowledged is there again: entries, truncations, term and vote', async () => {
    await closed(async ({ log }) => {
      await append(log, { entries: [entry(1, 1), entry(2, 1), entry(3, 1)], hardState: hardState(1) });
      await append(log, { truncateFrom: 2, entries: [entry(2, 2)], hardState: hardState(2, 1) });
      await append(log, {});
    });
    const { entries, hardState: state } = await recovered();
    expect(entries).toEqual([entry(1, 1), entry(2, 2)]);
    expect(state).toEqual(hardState(2, 1));
  });

  test('writes queued together are done in order', async () => {
    const done: number[] = [];
    await closed(async ({ log }) => {
      const writes = Array.from({ length: 100 }, (_, at) =>
        append(log, { entries: [entry(at + 1, 1)], hardState: hardState(1) }).then(() => done.push(at)),
      );
      await Promise.all(writes);
    });
    expect(done).toEqual(Array.from({ length: 100 }, (_, at) => at));
    expect((await recovered()).entries).toHaveLength(100);
  });

  test('a record that the end of the file cuts short is dropped, wherever it is cut', async () => {
    await closed(({ log }) => append(log, { entries: [entry(1, 1)], hardState: hardState(1) }));
    const path = await onlyFile();
    const whole = (await stat(path)).size;
    await closed(({ log }) => append(log, { entries: [entry(2, 1)], hardState: hardState(1) }));
    const bytes = await readFile(path);
    for (let length = whole; length < bytes.length; length += 1) {
      await writeFile(path, bytes);
      await truncate(path, length);
      expect((await recovered()).entries).toEqual([entry(1, 1)]);
      expect((await stat(path)).size).toBe(whole);
    }
  });

  test('a write of several records is there as a whole or not at all', async () => {
    await closed(({ log }) => append(log, { entries: [entry(1, 1), entry(2, 1)], hardState: hardState(1) }));
    const path = await onlyFile();
    const whole = (await stat(path)).size;
    await closed(({ log }) =>
      append(log, { truncateFrom: 2, entries: [entry(2, 2), entry(3, 2)], hardState: hardState(2, 1) }),
    );
    const bytes = await readFile(path);
    for (let length = whole; length < bytes.length; length += 1) {
      await writeFile(path, bytes.subarray(0, length));
      expect((await recovered()).entries).toEqual([entry(1, 1), entry(2, 1)]);
    }
  });

  test('after a torn record the log goes on', async () => {
    await closed(({ log }) => append(log, { entries: [entry(1, 1)], hardState: hardState(1) }));
    await truncate(await onlyFile(), (await stat(await onlyFile())).size - 3);
    await closed(({ log }) => append(log, { entries: [entry(1, 3)], hardState: hardState(3) }));
    expect((await recovered()).hardState.term).toBe(3);
  });

  test('a flipped bit in a whole record is refused, naming file and offset, wherever it is', async () => {
    await closed(({ log }) => append(log, { entries: [entry(1, 1)], hardState: hardState(1) }));
    const path = await onlyFile();
    const bytes = await readFile(path);
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (at % 8)), at);
      await writeFile(path, damaged);
      await expect(openFileLog(options())).rejects.toMatchObject({
        code: 'damaged',
        message: expect.stringMatching(/0000000001\.log, offset \d+: the checksum of its (header|content)/),
      });
    }
  });

  test("another node's log is refused", async () => {
    await recovered();
    await expect(openFileLog(options({ node: 'n2' }))).rejects.toMatchObject({
      code: 'foreign',
      message: expect.stringContaining('this is the log of node n1, and RAFT_ID is n2'),
    });
  });

  test('a directory that is none is refused', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    await expect(openFileLog(options({ directory: file }))).rejects.toMatchObject({ code: 'unreadable' });
  });

  test('a file follows a full one, and a missing file is noticed', async () => {
    const large = 'x'.repeat(2 ** 22);
    await closed(async ({ log }) => {
      for (let index = 1; index <= 6; index += 1) {
        await append(log, { entries: [entry(index, 1, large)], hardState: hardState(1, index - 1) });
      }
    });
    expect(await readdir(join(directory, 'log'))).toEqual(['0000000001.log', '0000000002.log']);
    const { entries, hardState: state } = await recovered();
    expect(entries.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(state).toEqual(hardState(1, 5));
    await rm(join(directory, 'log', '0000000001.log'));
    await expect(openFileLog(options())).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('A file of it is missing'),
    });
  });

  test('after a compaction the snapshot stands for the entries before it, and full files are removed', async () => {
    const snapshot: Snapshot = {
      base: { index: 6, term: 1 },
      configuration: votersOnly(['n1', 'n4']),
      data: Buffer.from('state'),
    };
    const base = { position: snapshot.base, configuration: snapshot.configuration };
    await closed(async ({ log }) => {
      for (let index = 1; index <= 6; index += 1) {
        await append(log, { entries: [entry(index, 1, 'x'.repeat(2 ** 22))], hardState: hardState(1) });
      }
      await log.saveSnapshot({ ...snapshot, base: { index: 2, term: 1 } });
      await log.saveSnapshot(snapshot);
      await append(log, { base, hardState: hardState(1, 6) });
      await append(log, { entries: [entry(7, 2)], hardState: hardState(2, 6) });
      await append(log, { entries: [entry(8, 2)], hardState: hardState(2, 6) });
    });
    expect(await readdir(join(directory, 'log'))).toEqual(['0000000003.log']);
    expect(await readdir(join(directory, 'snapshots'))).toEqual(['6-1.snapshot']);
    expect(await recovered()).toEqual({
      base: snapshot.base,
      configuration: snapshot.configuration,
      snapshot,
      hardState: hardState(2, 6),
      entries: [entry(7, 2), entry(8, 2)],
    });

    const path = join(directory, 'snapshots', '6-1.snapshot');
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(30) ^ 1, 30);
    await writeFile(path, bytes);
    await expect(openFileLog(options())).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(/6-1\.snapshot: .* its checksum is wrong/),
    });
    await rm(path);
    await expect(openFileLog(options())).rejects.toMatchObject({ code: 'damaged' });
  });

  test('a snapshot that no write of the log refers to is not there', async () => {
    await closed(async ({ log }) => {
      await append(log, { entries: [entry(1, 1)], hardState: hardState(1, 1) });
      await log.saveSnapshot({
        base: { index: 1, term: 1 },
        configuration: votersOnly(['n1']),
        data: Buffer.from('state'),
      });
    });
    expect(await recovered()).toMatchObject({ snapshot: null, entries: [entry(1, 1)] });
    expect(await readdir(join(directory, 'snapshots'))).toEqual([]);
  });
});
