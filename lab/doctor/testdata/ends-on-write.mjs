// Ends whenever a client writes.
import { createServer } from 'node:http';
const [host, port] = process.env.RAFT_LISTEN_CLIENT.split(':');
const id = process.env.RAFT_ID;
createServer((request, response) => {
  if (request.method === 'PUT') throw new Error('writes are not implemented');
  const status = { id, role: id === 'n1' ? 'leader' : 'follower', term: 1, leader: 'n1', features: [] };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(request.url === '/status' ? status : { value: null }));
}).listen(Number(port), host);
