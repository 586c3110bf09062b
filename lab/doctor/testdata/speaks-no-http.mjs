// Answers every request with bytes that are not HTTP.
import { createServer } from 'node:net';
const [host, port] = process.env.RAFT_LISTEN_CLIENT.split(':');
createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('data', () => socket.end('220 good morning\r\n'));
}).listen(Number(port), host);
