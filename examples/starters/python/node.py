#!/usr/bin/env python3
"""A starter: a node that answers the contract (docs/contract.md) and agrees with nobody.

Each node keeps a map of its own, so that the cluster has as many truths as nodes. Chapters 1 to 3 are done. Chapters 4 to 7 are yours; README.md
says what to do in which order, and with which command to see that it is done.

    ./raft-lab doctor --cmd 'python3 examples/starters/python/node.py'
"""

import json
import os
import re
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_to_bytes

# ---- Chapter 1: what the environment says.

ME = os.environ["RAFT_ID"]
PEERS = dict(part.split("=", 1) for part in os.environ["RAFT_PEERS"].split(","))  # name -> host:port, where this node dials it
VOTERS = [name for name in os.environ.get("RAFT_VOTERS", "").split(",") if name]
HOST, PORT = os.environ["RAFT_LISTEN_CLIENT"].rsplit(":", 1)
PEER_HOST, PEER_PORT = os.environ["RAFT_LISTEN_PEER"].rsplit(":", 1)
DATA = os.environ["RAFT_DATA"]
HEARTBEAT_MS = int(os.environ.get("RAFT_HEARTBEAT_MS", "50"))
ELECTION_MS = [int(ms) for ms in os.environ.get("RAFT_ELECTION_MS", "150-300").split("-")]
# All of them but the first and the client address are for the chapters to come.


# ---- Chapter 2: the state machine.


class Registers:
    """One map, and a lock, because each connection has a thread of its own."""

    def __init__(self):
        self.values = {}
        self.lock = threading.Lock()

    def read(self, key):
        with self.lock:
            return self.values.get(key)

    def write(self, key, value):
        with self.lock:
            self.values[key] = value
            return {}

    def compare_and_set(self, key, old, new):
        with self.lock:
            current = self.values.get(key)
            if current != old:
                return {"swapped": False, "value": current}
            self.values[key] = new
            return {"swapped": True}


registers = Registers()


# ---- Chapter 3: the contract's HTTP side.

VALUE_BYTES_MAX = 64 * 1024
BODY_BYTES_MAX = 1024 * 1024
KEY = re.compile(r"[A-Za-z0-9._-]{1,256}")


class Problem(Exception):
    """An answer that says no. Chapter 5 is about which "no" may be said when."""

    def __init__(self, status, type_, title, **more):
        super().__init__(title)
        self.status = status
        self.body = {"type": type_, "title": title, "status": status, **more}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keep-alive
    disable_nagle_algorithm = True  # an answer goes out at once

    def do(self):
        try:
            body = self.read_body()
            status, answer = self.route(body)
            self.reply(status, answer, "application/json")
        except Problem as problem:
            self.reply(problem.status, problem.body, "application/problem+json")

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = do_OPTIONS = do

    def route(self, body):
        path = self.path.partition("?")[0]
        parts = path.split("/")[1:]
        if path == "/status":
            self.allow("GET", "HEAD")
            return 200, status()
        if parts[0] == "registers" and len(parts) == 2:
            self.allow("GET", "HEAD", "PUT")
            key = key_of(parts[1])
            if self.command != "PUT":
                return 200, {"value": registers.read(key)}
            fields = self.fields(body, "value")
            return 200, registers.write(key, value_of(fields, "value"))
        if parts[0] == "registers" and len(parts) == 3 and parts[2] == "cas":
            self.allow("POST")
            key = key_of(parts[1])
            fields = self.fields(body, "from", "to")
            old = None if fields["from"] is None else value_of(fields, "from")
            return 200, registers.compare_and_set(key, old, value_of(fields, "to"))
        raise Problem(404, "not-found", f"there is no {path} here")

    def allow(self, *methods):
        if self.command not in methods:
            raise Problem(405, "method-not-allowed", f"this takes {', '.join(methods)}")

    def read_body(self):
        length = int(self.headers.get("content-length") or 0)
        if length > BODY_BYTES_MAX:
            self.close_connection = True
            raise Problem(413, "too-large", f"a body is at most {BODY_BYTES_MAX} bytes long")
        return self.rfile.read(length)

    def fields(self, body, *names):
        media_type, _, parameter = (self.headers.get("content-type") or "").lower().partition(";")
        if media_type.strip() != "application/json" or parameter.strip() not in ("", "charset=utf-8"):
            raise Problem(415, "unsupported-media-type", "a body is application/json")
        try:
            fields = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError):
            raise Problem(400, "bad-request", "the body is not JSON") from None
        if not isinstance(fields, dict) or sorted(fields) != sorted(names):
            raise Problem(400, "bad-request", f"the body is an object with {' and '.join(names)}")
        return fields

    def reply(self, status, answer, content_type):
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def log_message(self, *_):
        pass  # what a node prints goes to nodes/<id>.log: print what you would like to read there


def key_of(part):
    key = unquote_to_bytes(part).decode("latin-1")
    if not KEY.fullmatch(key) or key in (".", ".."):
        raise Problem(400, "bad-request", "a key is 1 to 256 characters out of A-Z a-z 0-9 . _ -, and not . or ..")
    return key


def value_of(fields, name):
    value = fields[name]
    if not isinstance(value, str):
        raise Problem(400, "bad-request", f"{name} must be a string")
    try:
        length = len(value.encode("utf-8"))
    except UnicodeEncodeError:
        raise Problem(400, "bad-request", f"{name} holds half of a surrogate pair") from None
    if length > VALUE_BYTES_MAX:
        raise Problem(413, "too-large", f"{name} is longer than {VALUE_BYTES_MAX} bytes")
    return value


# ---- Chapter 4: elections (Raft §5.2, §5.4.1). Yours.
#
# Keep a term, a vote and a role. Listen at PEER_HOST:PEER_PORT, dial PEERS, and ask for votes when no leader was heard for a time drawn from
# ELECTION_MS. Term and vote go to a file in DATA, and os.fsync, before any answer that rests on them.


def status():
    """What chapter 4 makes true. For now nobody leads, and every node says so."""
    return {"id": ME, "role": "follower", "term": 0, "leader": None, "features": []}


# ---- Chapter 5: replication (Raft §5.3, §5.4.2). Yours.
#
# Writes go into the leader's log, then to the others, and into Registers when a majority has them: only then is the answer 200. Whoever does not lead
# raises Problem(503, "not-leader", ..., leader="n2"), if it certainly appended nothing; from then on it is Problem(504, "maybe", ...).

# ---- Chapter 6: reads (thesis §6.4). Yours.
#
# A leader may have been deposed without knowing it. The first way that is right: put reads into the log as well.

# ---- Chapter 7: what survives (Raft, figure 2). Yours.
#
# Entries go to the disk before they are acknowledged, and come back from it when the node starts. Then list features, one at a time.


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    print(f"{ME} serves at {HOST}:{PORT}", flush=True)
    Server((HOST, int(PORT)), Handler).serve_forever()
