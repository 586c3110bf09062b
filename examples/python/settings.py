"""What the environment says (docs/contract.md). A mistake ends the node with a sentence that names the variable."""

import os
from typing import Dict, List, NamedTuple, Tuple

Address = Tuple[str, int]


class Settings(NamedTuple):
    id: str
    peers: Dict[str, Address]  # where this node dials each, itself included
    voters: List[str]  # the first configuration
    listen_peer: Address
    listen_client: Address
    data: str
    heartbeat_ms: int
    election_ms: Tuple[int, int]
    snapshot_entries: int
    token: str


class SettingsError(Exception):
    pass


def required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SettingsError(f"{name} is not set; docs/contract.md lists what a node is started with")
    return value


def number(name: str, text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise SettingsError(f"{name}: expected a whole number above zero, saw {text!r}")
    return int(text)


def address(name: str, text: str) -> Address:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), number(name, port)


def read_settings() -> Settings:
    me = required("RAFT_ID")
    peers = {}
    for part in required("RAFT_PEERS").split(","):
        node, _, where = part.partition("=")
        peers[node] = address("RAFT_PEERS", where)
    if me not in peers:
        raise SettingsError(f"RAFT_PEERS does not name {me}, which is RAFT_ID")
    shortest, _, longest = os.environ.get("RAFT_ELECTION_MS", "150-300").partition("-")
    return Settings(
        id=me,
        peers=peers,
        voters=[node for node in os.environ.get("RAFT_VOTERS", "").split(",") if node],
        listen_peer=address("RAFT_LISTEN_PEER", required("RAFT_LISTEN_PEER")),
        listen_client=address("RAFT_LISTEN_CLIENT", required("RAFT_LISTEN_CLIENT")),
        data=required("RAFT_DATA"),
        heartbeat_ms=number("RAFT_HEARTBEAT_MS", os.environ.get("RAFT_HEARTBEAT_MS", "50")),
        election_ms=(number("RAFT_ELECTION_MS", shortest), number("RAFT_ELECTION_MS", longest or shortest)),
        snapshot_entries=number("RAFT_SNAPSHOT_ENTRIES", os.environ.get("RAFT_SNAPSHOT_ENTRIES", "1000")),
        token=required("RAFT_CLUSTER_TOKEN"),
    )
