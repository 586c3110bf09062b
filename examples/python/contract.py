"""The node contract (docs/contract.md): which call is which, what it must look like, and what every "no" means."""

import hmac
import json
import re
from typing import Any, Callable, Dict, List
from urllib.parse import unquote_to_bytes

from driver import Driver, Maybe, NotLeader
from http_server import Problem, Request, Response
from raft.configuration import members, settled, voters_of

FEATURES = ["idempotency", "membership", "joint", "snapshot", "transfer"]
VALUE_BYTES_MAX = 64 * 1024
KEY = re.compile(r"[A-Za-z0-9._-]{1,256}")
SESSION = re.compile(r"([!-.0-~]{1,256})/([0-9]{1,15})")


class Contract:
    def __init__(self, driver: Driver):
        self.driver = driver

    async def answer(self, request: Request) -> Response:
        try:
            return await self.route(request)
        except NotLeader as error:
            raise Problem(503, "not-leader", f"{self.driver.settings.id} does not lead", leader=error.leader) from None
        except Maybe:
            raise Problem(504, "maybe", "it may take effect, or may have; this node does not know") from None

    async def route(self, request: Request) -> Response:
        parts = request.path.split("/")[1:]
        if parts[0] == "registers" and len(parts) == 2:
            handlers: Dict[str, Callable] = {"GET": self.read, "HEAD": self.read, "PUT": self.put}
        elif parts[0] == "registers" and len(parts) == 3 and parts[2] == "cas":
            handlers = {"POST": self.compare_and_set}
        else:
            handlers = {
                "/status": {"GET": self.status, "HEAD": self.status},
                "/membership": {"GET": self.membership, "HEAD": self.membership, "PUT": self.change},
                "/snapshot": {"POST": self.snapshot},
                "/leader": {"POST": self.transfer},
            }.get(request.path, {})
        if not handlers:
            raise Problem(404, "not-found", f"there is no {request.path} here")
        if request.method not in handlers:
            problem = Problem(405, "method-not-allowed", f"{request.path} takes {', '.join(handlers)}")
            problem.response.headers["allow"] = ", ".join(handlers)
            raise problem
        return await handlers[request.method](request)

    # ---- Registers.

    async def read(self, request: Request) -> Response:
        return Response(200, {"value": await self.driver.read(key_of(request))})

    async def put(self, request: Request) -> Response:
        key = key_of(request)
        body = fields_of(request, ["value"])
        data = {"do": "put", "key": key, "value": value_of(body, "value"), "session": session_of(request)}
        return await self.write(data)

    async def compare_and_set(self, request: Request) -> Response:
        key = key_of(request)
        body = fields_of(request, ["from", "to"])
        expected = None if body["from"] is None else value_of(body, "from")
        data = {"do": "cas", "key": key, "from": expected, "to": value_of(body, "to"), "session": session_of(request)}
        return await self.write(data)

    async def write(self, data: Dict[str, Any]) -> Response:
        answer = await self.driver.write(data)
        if answer is None:
            # A later request of this client has taken effect; whether this one did, long ago, is forgotten.
            raise Maybe()
        return Response(200, answer)

    # ---- The cluster.

    async def status(self, _: Request) -> Response:
        raft, registers = self.driver.raft, self.driver.registers
        # A term that is not on disk yet might be another one after a restart, so nothing is said of it.
        settled = raft.durable_term == raft.term
        return Response(
            200,
            {
                "id": raft.me,
                "role": self.role() if settled else "follower",
                "term": raft.durable_term,
                "leader": raft.leader if settled else None,
                "features": FEATURES,
                "commitIndex": raft.commit,
                "appliedIndex": registers.applied_index,
                "lastLogIndex": raft.log.last_index,
                "snapshotIndex": raft.log.base_index,
                "appliedHash": registers.applied_hash,
                "voters": raft.config["voters"],
                "learners": raft.config["learners"],
                "configIndex": raft.config_index,
                "snapshotsInstalled": raft.snapshots_installed,
                "electionsStarted": raft.elections_started,
            },
        )

    def role(self) -> str:
        raft = self.driver.raft
        if raft.role == "leader":
            return "leader"
        if raft.me in voters_of(raft.config):
            return "candidate" if raft.role.endswith("candidate") else "follower"
        return "learner" if raft.me in members(raft.config) else "idle"

    async def membership(self, _: Request) -> Response:
        raft = self.driver.raft
        voters, learners, outgoing = raft.config["voters"], raft.config["learners"], raft.config["outgoing"]
        joint = {"outgoing": outgoing} if outgoing else None
        body = {"index": raft.config_index, "voters": voters, "learners": learners, "joint": joint}
        return Response(200, body, {"etag": f'"{raft.config_index}"'})

    async def change(self, request: Request) -> Response:
        self.check_token(request)
        body = fields_of(request, ["voters", "learners"])
        target = settled(self.names_of(body, "voters"), self.names_of(body, "learners"))
        named = target["voters"] + target["learners"]
        if not target["voters"] or len(set(named)) < len(named):
            raise Problem(400, "bad-request", "there is a voter at least, and each node is named once")
        if "if-match" not in request.headers:
            raise Problem(428, "precondition-required", "If-Match is to hold the ETag of GET /membership")
        match = re.fullmatch(r'"([0-9]{1,15})"', request.headers["if-match"])
        if match is None:
            raise Problem(400, "bad-request", 'If-Match is a log index in quotes, such as "12"')
        outcome = await self.driver.change(target, int(match.group(1)))
        if outcome == "done":
            return await self.membership(request)
        if outcome == "in-progress":
            raise Problem(409, "change-in-progress", "another change is open, or this leader has not committed anything yet")
        if outcome == "stale":
            raise Problem(412, "stale-configuration", f'the configuration in force is "{self.driver.raft.config_index}"')
        raise Maybe()  # given up, or the new voter did not catch up

    def names_of(self, body: Dict[str, Any], part: str) -> List[str]:
        names = body[part]
        if not isinstance(names, list) or not all(isinstance(name, str) and name in self.driver.settings.peers for name in names):
            raise Problem(400, "bad-request", f"{part} is a list of names of RAFT_PEERS")
        return names

    async def snapshot(self, request: Request) -> Response:
        self.check_token(request)
        self.driver.compact()
        return Response(202, {})

    async def transfer(self, request: Request) -> Response:
        self.check_token(request)
        to = fields_of(request, ["to"])["to"]
        if to not in self.driver.raft.config["voters"]:
            raise Problem(400, "bad-request", "to is one of the voters")
        await self.driver.transfer(to)
        return Response(200, {})

    def check_token(self, request: Request) -> None:
        presented = request.headers.get("authorization", "")
        if not hmac.compare_digest(presented.encode(), f"Bearer {self.driver.settings.token}".encode()):
            problem = Problem(401, "unauthorized", "the cluster token is missing or wrong")
            problem.response.headers["www-authenticate"] = "Bearer"
            raise problem


# ---- What a request must look like.


def key_of(request: Request) -> str:
    # Percent-encoding is taken off once, after the path was split: an encoded slash is part of the key, and makes it a bad one.
    key = unquote_to_bytes(request.path.split("/")[2]).decode("latin-1")
    if not KEY.fullmatch(key) or key in (".", ".."):
        raise Problem(400, "bad-request", "a key is 1 to 256 characters out of A-Z a-z 0-9 . _ -, and not . or ..")
    return key


def fields_of(request: Request, names: List[str]) -> Dict[str, Any]:
    """The body, which is a JSON object with just these fields."""
    media_type, _, parameter = request.headers.get("content-type", "").lower().partition(";")
    if media_type.strip() != "application/json" or parameter.replace('"', "").strip() not in ("", "charset=utf-8"):
        raise Problem(415, "unsupported-media-type", "a body is application/json")
    try:
        body = json.loads(request.body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Problem(400, "bad-request", "the body is not JSON") from None
    if not isinstance(body, dict) or sorted(body) != sorted(names):
        raise Problem(400, "bad-request", f"the body is an object with {' and '.join(names)}")
    return body


def value_of(body: Dict[str, Any], name: str) -> str:
    value = body[name]
    if not isinstance(value, str):
        raise Problem(400, "bad-request", f"{name} must be a string")
    try:
        length = len(value.encode("utf-8"))
    except UnicodeEncodeError:
        raise Problem(400, "bad-request", f"{name} holds half of a surrogate pair, which is no character") from None
    if length > VALUE_BYTES_MAX:
        raise Problem(413, "too-large", f"{name} is {length} bytes long; {VALUE_BYTES_MAX} is the limit")
    return value


def session_of(request: Request) -> Any:
    header = request.headers.get("idempotency-key")
    if header is None:
        return None
    match = SESSION.fullmatch(header)
    if match is None:
        raise Problem(400, "bad-request", "Idempotency-Key is a client's name, a slash and a number")
    return [match.group(1), int(match.group(2))]
