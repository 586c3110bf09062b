"""A submission that is right while little is asked of it, as long as one node holds all data: it forwards nothing, forgets nothing, and after
some hundreds of writes its table is full and it ends."""

import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ME = os.environ["RAFT_ID"]
LEADER = min(part.split("=")[0] for part in os.environ["RAFT_PEERS"].split(","))
WRITES_MAX = 300
log = []
lock = threading.Lock()


def value_of(key):
    return next((value for name, value in reversed(log) if name == key), None)


def append(key, value):
    log.append((key, value))
    if len(log) > WRITES_MAX:
        print(f"the log is full: {len(log)} entries", file=sys.stderr, flush=True)
        os._exit(70)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json" if status == 200 else "application/problem+json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do(self):
        body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or "{}")
        role = "leader" if ME == LEADER else "follower"
        parts = self.path.split("/")
        if self.path == "/status":
            return self.answer(200, {"id": ME, "role": role, "term": 1, "leader": LEADER, "features": []})
        if parts[1] != "registers":
            return self.answer(404, {"type": "not-found", "status": 404})
        if role != "leader":
            return self.answer(503, {"type": "not-leader", "leader": LEADER, "status": 503})
        with lock:
            current = value_of(parts[2])
            if self.command == "GET":
                return self.answer(200, {"value": current})
            if self.command == "PUT":
                append(parts[2], body["value"])
                return self.answer(200, {})
            if current != body["from"]:
                return self.answer(200, {"swapped": False, "value": current})
            append(parts[2], body["to"])
            return self.answer(200, {"swapped": True})

    do_GET = do_PUT = do_POST = do

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    host, port = os.environ["RAFT_LISTEN_CLIENT"].rsplit(":", 1)
    Server((host, int(port)), Handler).serve_forever()
