/** What the environment asks of the node, validated. No other file reads the environment. */
import type { NodeId } from './core/entry.ts';
import type { Address } from './transport/transport.ts';

export interface Settings {
  readonly id: NodeId;
  /** Where this node dials each other node that may ever join. */
  readonly peers: ReadonlyMap<NodeId, Address>;
  /** The first configuration; used only on an empty disk. */
  readonly voters: readonly NodeId[];
  readonly listenPeer: Address;
  readonly listenClient: Address;
  readonly dataDirectory: string;
  readonly heartbeatMs: number;
  readonly electionMs: readonly [min: number, max: number];
  /** Applied entries after which the log is compacted. */
  readonly snapshotEntries: number;
  /** Whether the leader answers reads by a lease, which assumes something of clocks (`core/lease.ts`). */
  readonly leaseReads: boolean;
  readonly token: string;
}

/** Every variable that is wrong, with what was expected and what was seen. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The environment does not describe a node:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

const namePattern = /^[A-Za-z0-9._-]{1,64}$/;
const maxMs = 3_600_000;

/** @throws SettingsError naming every variable that is missing or wrong. */
export function readSettings(environment: Environment): Settings {
  const problems: string[] = [];
  const problem = (variable: string, expected: string): void => {
    const seen = environment[variable];
    problems.push(`${variable}: expected ${expected}, saw ${seen === undefined ? 'nothing' : `"${seen}"`}`);
  };
  const parse = <T>(
    variable: string,
    expected: string,
    parser: (text: string) => T | undefined,
    fallback?: string,
  ): T | undefined => {
    const text = environment[variable] ?? fallback;
    const value = text === undefined ? undefined : parser(text);
    if (value === undefined) problem(variable, expected);
    return value;
  };

  const id = parse('RAFT_ID', 'a name of 1-64 characters of A-Z a-z 0-9 . _ -', parseName);
  const all = parse(
    'RAFT_PEERS',
    'name=host:port for every node, itself included, joined by commas',
    parsePeers,
  );
  const voters = parse(
    'RAFT_VOTERS',
    'the first voters, joined by commas, or empty for a node that waits to be added',
    parseNames,
  );
  const listenPeer = parse('RAFT_LISTEN_PEER', 'host:port to hear peers on', parseAddress);
  const listenClient = parse('RAFT_LISTEN_CLIENT', 'host:port to serve HTTP on', parseAddress);
  const dataDirectory = parse('RAFT_DATA', 'an existing, writable directory', (text) => text || undefined);
  const heartbeatMs = parse('RAFT_HEARTBEAT_MS', 'milliseconds', parseCount, '50');
  const electionMs = parse(
    'RAFT_ELECTION_MS',
    'a range of milliseconds such as 150-300',
    parseRange,
    '150-300',
  );
  const snapshotEntries = parse('RAFT_SNAPSHOT_ENTRIES', 'a number of entries', parseCount, '10000');
  const leaseReads = parse('RAFT_LEASE_READS', 'on or off', parseSwitch, 'off');
  const token = parse('RAFT_CLUSTER_TOKEN', "the cluster's shared secret", (text) => text || undefined);

  if (id !== undefined && all !== undefined && !all.has(id)) {
    problem('RAFT_PEERS', `an address for ${id}, which is RAFT_ID`);
  }
  if (all !== undefined && voters?.some((voter) => !all.has(voter))) {
    problem('RAFT_VOTERS', 'only names that RAFT_PEERS has');
  }
  if (heartbeatMs !== undefined && electionMs !== undefined && heartbeatMs * 2 > electionMs[0]) {
    problem('RAFT_ELECTION_MS', `at least two heartbeats (of ${heartbeatMs} ms) in the shortest time-out`);
  }
  if (
    problems.length > 0 ||
    id === undefined ||
    all === undefined ||
    voters === undefined ||
    listenPeer === undefined ||
    listenClient === undefined ||
    dataDirectory === undefined ||
    heartbeatMs === undefined ||
    electionMs === undefined ||
    snapshotEntries === undefined ||
    leaseReads === undefined ||
    token === undefined
  ) {
    throw new SettingsError(problems);
  }
  const peers = new Map([...all].filter(([peer]) => peer !== id));
  return {
    id,
    peers,
    voters,
    listenPeer,
    listenClient,
    dataDirectory,
    heartbeatMs,
    electionMs,
    snapshotEntries,
    leaseReads,
    token,
  };
}

function parseName(text: string): string | undefined {
  return namePattern.test(text) ? text : undefined;
}

function parseNames(text: string): readonly string[] | undefined {
  if (text === '') return [];
  const names = text.split(',');
  return names.every((name) => namePattern.test(name)) && new Set(names).size === names.length
    ? names
    : undefined;
}

function parsePeers(text: string): ReadonlyMap<NodeId, Address> | undefined {
  const peers = new Map<NodeId, Address>();
  for (const item of text.split(',')) {
    const [name = '', rest = ''] = splitAt(item, item.indexOf('='));
    const address = parseAddress(rest);
    if (!namePattern.test(name) || address === undefined || peers.has(name)) return undefined;
    peers.set(name, address);
  }
  return peers;
}

/** `host:port`, where an IPv6 host stands in brackets. */
function parseAddress(text: string): Address | undefined {
  const [host = '', rest = ''] = splitAt(text, text.lastIndexOf(':'));
  const port = parseCount(rest);
  const bare = /^\[.+\]$/.test(host) ? host.slice(1, -1) : host;
  if (bare === '' || port === undefined || port > 65_535) return undefined;
  return { host: bare, port };
}

function parseCount(text: string): number | undefined {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return value > 0 ? value : undefined;
}

function parseSwitch(text: string): boolean | undefined {
  return text === 'on' ? true : text === 'off' ? false : undefined;
}

function parseRange(text: string): readonly [number, number] | undefined {
  const [min, max, ...more] = text.split('-').map(parseCount);
  if (min === undefined || max === undefined || more.length > 0) return undefined;
  return min <= max && max <= maxMs ? [min, max] : undefined;
}

function splitAt(text: string, place: number): readonly string[] {
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + 1)];
}
