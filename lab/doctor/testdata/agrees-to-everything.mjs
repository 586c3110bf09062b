// Answers every request with 200 and an empty object, and does not end on SIGTERM.
import { createServer } from 'node:http';
const [host, port] = process.env.RAFT_LISTEN_CLIENT.split(':');
process.on('SIGTERM', () => console.log('I would rather stay'));
createServer((request, response) => {
  request.resume();
  response.setHeader('content-type', 'application/json');
  response.end('{}');
}).listen(Number(port), host);
