// Runs inside a node's container and tells, as JSON, what can be reached from there and what it may do. Argument: a JSON list of {"name", "host", "port"}.
import { lookup } from 'node:dns/promises';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';

const dialLimitMs = 1500;

function dial({ host, port }) {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (outcome) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('connect', () => settle('connected'));
    socket.once('error', (error) => settle(error.code));
    socket.setTimeout(dialLimitMs, () => settle('no answer'));
  });
}

function write(path) {
  try {
    writeFileSync(`${path}-${process.pid}-${process.getuid()}`, '');
    return 'written';
  } catch (error) {
    return error.code;
  }
}

const [targets, foreignName] = JSON.parse(process.argv[1]);
const status = readFileSync('/proc/self/status', 'utf8');
const field = (name) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1];
const outcomes = await Promise.all(targets.map(async (target) => [target.name, await dial(target)]));

console.log(
  JSON.stringify({
    dials: Object.fromEntries(outcomes),
    foreignName: await lookup(foreignName).then(
      ({ address }) => address,
      () => 'unknown',
    ),
    interfaces: Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      name === 'lo' ? [] : addresses.map(({ address }) => address),
    ),
    capabilities: field('CapEff'),
    noNewPrivileges: field('NoNewPrivs'),
    engineSocket: existsSync('/var/run/docker.sock'),
    writes: { root: write('/probe'), temporary: write('/tmp/probe'), data: write(`${process.env.RAFT_DATA}/probe`) },
  }),
);
