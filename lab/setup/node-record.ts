/**
 * `node.json` in a run's folder: what was tested there and where it ran, so that the run can be replayed. What must stay secret is not kept: an
 * environment variable whose name says so is recorded by its name alone, and a replay asks for it again.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../lab-error.ts';
import type { ChosenCluster, NodeChoice } from '../setup/choose-cluster.ts';
import { commandLine, usage } from './options.ts';

const fileName = 'node.json';

const recordSchema = z.strictObject({
  version: z.literal(1),
  cluster: z.enum(['docker', 'process']),
  node: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('reference'), mutant: z.string().optional() }),
    z.strictObject({
      kind: z.literal('command'),
      argv: z.tuple([z.string()], z.string()),
      /** Where it was started, since a command may be relative to it. */
      directory: z.string(),
    }),
    z.strictObject({ kind: z.literal('image'), image: z.string() }),
  ]),
  env: z.record(z.string(), z.string()),
  /** Names of variables whose values were not kept. */
  withheld: z.array(z.string()),
});
export type NodeRecord = z.infer<typeof recordSchema>;

const secretName = /TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE|API_?KEY|_KEY$|^KEY$/i;

/** Whether a variable's value is kept out of everything that is stored. */
export function isSecret(name: string): boolean {
  return secretName.test(name);
}

export function nodeRecord(
  choice: Omit<NodeChoice, 'cluster'>,
  { kind }: Pick<ChosenCluster, 'kind'>,
  env: Readonly<Record<string, string>>,
): NodeRecord {
  const entries = Object.entries(env);
  return {
    version: 1,
    cluster: kind,
    node: nodeOf(choice),
    env: Object.fromEntries(entries.filter(([name]) => !isSecret(name))),
    withheld: entries.map(([name]) => name).filter(isSecret),
  };
}

function nodeOf({ cmd, directory, image, mutant }: Omit<NodeChoice, 'cluster'>): NodeRecord['node'] {
  if (cmd !== undefined) {
    const argv = typeof cmd === 'string' ? commandLine(cmd) : cmd;
    return { kind: 'command', argv: [...argv], directory: directory ?? process.cwd() };
  }
  if (image !== undefined) return { kind: 'image', image };
  return { kind: 'reference', ...(mutant === undefined ? {} : { mutant }) };
}

/** What to choose, so that the recorded node runs again where it ran. */
export function choiceOf({ cluster, node }: NodeRecord): NodeChoice {
  switch (node.kind) {
    case 'reference':
      return { cluster, mutant: node.mutant };
    case 'command':
      return { cluster, cmd: node.argv, directory: node.directory };
    case 'image':
      return { cluster, image: node.image };
  }
}

/** @throws LabError `store` where the folder cannot take it */
export async function keepNodeRecord(directory: string, record: NodeRecord): Promise<void> {
  const file = join(directory, fileName);
  await writeFile(file, `${JSON.stringify(record, null, 2)}\n`).catch((cause: unknown) => {
    throw new LabError(
      'store',
      `cannot write ${file}: ${String(cause)}. Make room, or choose another --out.`,
      {
        cause,
      },
    );
  });
}

/**
 * The record of a stored run; undefined where there is none, as in folders of earlier versions.
 * @throws LabError `usage` where it is not as the lab wrote it
 */
export async function readNodeRecord(directory: string): Promise<NodeRecord | undefined> {
  const file = join(directory, fileName);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    throw usage(`${file} is not as the lab wrote it. Say what to run with --cmd, --image or --mutant.`);
  }
}
