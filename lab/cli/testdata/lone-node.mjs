/** A node without consensus and without a disk: right as long as it is alone and lives. LONE_NODE names a way in which it is wrong. */
import { createServer } from 'node:http';

const { RAFT_ID: id, RAFT_LISTEN_CLIENT: listen, LONE_NODE: wrong } = process.env;
const [host, port] = listen.split(':');
const registers = new Map();
let writes = 0;

if (wrong === 'exits-at-once') {
  console.log('cannot find my configuration');
  process.exit(3);
}

function status() {
  return { id, role: 'leader', term: 1, leader: id, features: [], commitIndex: writes, appliedIndex: writes };
}

function answer(method, path, body) {
  if (path === '/status') return wrong === 'status-is-text' ? 'all is well' : JSON.stringify(status());
  const [, , key, cas] = path.split('/');
  const value = registers.get(key) ?? null;
  if (wrong === 'dies-under-load' && writes === 100) process.exit(7);
  if (method === 'GET') {
    if (wrong === 'reads-are-text') return String(value);
    return JSON.stringify({ value: wrong === 'reads-are-stale' && writes > 50 ? null : value });
  }
  const asked = JSON.parse(body);
  if (cas !== undefined && asked.from !== value) return JSON.stringify({ swapped: false, value });
  writes += 1;
  registers.set(key, cas === undefined ? asked.value : asked.to);
  return cas === undefined ? '{}' : '{"swapped":true}';
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(answer(request.method, request.url, Buffer.concat(chunks).toString()));
  });
});
if (wrong === 'never-ready') setInterval(() => undefined, 1_000);
else server.listen(Number(port), host);
