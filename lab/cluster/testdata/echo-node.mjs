// A node without consensus, for the tests of clusters: it obeys the contract's section on starting, says hello to every peer twenty times a second, answers
// the hellos that it hears, and tells over HTTP whom it heard. Plain Node, without dependencies, so that it runs as a process and in any image with Node.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

const helloIntervalMs = 50;
const redialMs = 100;
const { RAFT_ID: id, RAFT_DATA: dataDirectory } = process.env;
const peers = process.env.RAFT_PEERS.split(',').map((entry) => entry.split('='));

/** What came from one peer: `hello` on connections that it dialled, `answer` on those that this node dialled. */
const hearing = Object.fromEntries(
  peers.map(([peer]) => [peer, { hello: newTally(), answer: newTally(), connections: 0, refused: 0 }]),
);

function newTally() {
  return { count: 0, lastNumber: 0, missing: 0, disordered: 0, agoMs: null, lastAt: null };
}

function note(tally, number) {
  tally.count += 1;
  if (number > tally.lastNumber) {
    // The first that a life hears may have any number.
    if (tally.lastNumber > 0) tally.missing += number - tally.lastNumber - 1;
    tally.lastNumber = number;
  } else tally.disordered += 1;
  tally.lastAt = performance.now();
}

function readLines(socket, onLine) {
  let rest = '';
  socket.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    lines.forEach(onLine);
  });
}

function dial(peer, address) {
  const [host, port] = address.split(':');
  const socket = connect({ host, port: Number(port), noDelay: true });
  let timer;
  socket.once('connect', () => {
    hearing[peer].connections += 1;
    timer = setInterval(() => {
      numbers[peer] += 1;
      socket.write(`hello ${id} ${numbers[peer]}\n`);
    }, helloIntervalMs);
  });
  readLines(socket, (line) => {
    const [, from, number] = line.split(' ');
    note(hearing[from].answer, Number(number));
  });
  socket.on('error', (error) => {
    if (error.code === 'ECONNREFUSED') hearing[peer].refused += 1;
  });
  socket.once('close', () => {
    clearInterval(timer);
    setTimeout(() => dial(peer, address), redialMs);
  });
}

// Numbers go on across connections, so that what was lost between two of them shows.
const numbers = Object.fromEntries(peers.map(([peer]) => [peer, 0]));

const [peerHost, peerPort] = process.env.RAFT_LISTEN_PEER.split(':');
createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  readLines(socket, (line) => {
    const [, from, number] = line.split(' ');
    note(hearing[from].hello, Number(number));
    socket.write(`answer ${id} ${number}\n`);
  });
}).listen(Number(peerPort), peerHost, () => {
  for (const [peer, address] of peers) if (peer !== id) dial(peer, address);
});

const counterFile = join(dataDirectory, 'counter');
const readCounter = () => (existsSync(counterFile) ? Number(readFileSync(counterFile, 'utf8')) : 0);

const routes = {
  'GET /status': () => ({ id, role: 'follower', term: 0, leader: null, features: [], hearing: report() }),
  'GET /environment': () =>
    Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('RAFT_'))),
  'GET /counter': () => ({ counter: readCounter() }),
  'POST /counter': () => {
    const counter = readCounter() + 1;
    writeFileSync(`${counterFile}.new`, String(counter));
    renameSync(`${counterFile}.new`, counterFile);
    return { counter };
  },
  'POST /exit': () => {
    console.log(`${id} was asked to exit`);
    setTimeout(() => process.exit(3), 10);
    return {};
  },
};

function report() {
  const now = performance.now();
  for (const { hello, answer } of Object.values(hearing)) {
    for (const tally of [hello, answer]) tally.agoMs = tally.lastAt === null ? null : now - tally.lastAt;
  }
  return hearing;
}

const [clientHost, clientPort] = process.env.RAFT_LISTEN_CLIENT.split(':');
createHttpServer((request, response) => {
  request.resume();
  request.once('end', () => {
    const route = routes[`${request.method} ${request.url}`];
    response.writeHead(route === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(route === undefined ? { type: 'not-found' } : route()));
  });
}).listen(Number(clientPort), clientHost, () => console.log(`${id} is listening`));

process.on('SIGTERM', () => {
  console.log(`${id} stops`);
  process.exit(0);
});
