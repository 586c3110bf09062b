import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isEngineAvailable, requireEngine } from './engine.ts';

const before = process.env.DOCKER_HOST;
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'raft-lab-engine-'));
});
afterEach(async () => {
  if (before === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = before;
  await rm(directory, { recursive: true });
});

async function withEngineAt<Result>(answer: string, ask: () => Promise<Result>): Promise<Result> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined).resume();
    if (answer !== '') socket.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.DOCKER_HOST = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await ask();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

test('no socket: names it, and requireEngine says what to do', async () => {
  process.env.DOCKER_HOST = `unix://${directory}/none.sock`;
  const availability = await isEngineAvailable();
  expect(availability).toEqual({
    available: false,
    reason: `No container engine answers at DOCKER_HOST=unix://${directory}/none.sock (ENOENT).`,
  });
  await expect(requireEngine()).rejects.toMatchObject({
    code: 'engine',
    message: expect.stringMatching(/none\.sock.*\.ci\/engine\.sh.*--cluster process/),
  });
});

test('an address that is none', async () => {
  process.env.DOCKER_HOST = 'tcp://[';
  expect(await isEngineAvailable()).toMatchObject({
    available: false,
    reason: expect.stringContaining('DOCKER_HOST is "tcp://["'),
  });
});

test('an engine that accepts and stays silent is not waited for', async () => {
  const availability = await withEngineAt('', isEngineAvailable);
  expect(availability).toMatchObject({
    available: false,
    reason: expect.stringContaining('did not answer within 2 s'),
  });
});

test('an engine that answers is available', async () => {
  const availability = await withEngineAt(
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nOK',
    isEngineAvailable,
  );
  expect(availability).toEqual({ available: true });
});
