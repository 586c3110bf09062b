// Accepts connections and never says a word.
import { createServer } from 'node:net';
const [host, port] = process.env.RAFT_LISTEN_CLIENT.split(':');
createServer((socket) => socket.resume()).listen(Number(port), host);
