"""The state machine: registers, and what each client was last answered.

It is deterministic: every node that applies the same entries has the same registers, the same sessions and the same hash.
"""

import hashlib
import json
from typing import Any, Dict, Optional

from raft import Entry, Raft

# Clients whose last answer is remembered; beyond it, the one that has been quiet for longest is forgotten.
SESSIONS = 65_536

WRITTEN: Dict[str, Any] = {}


class Registers:
    def __init__(self) -> None:
        self.values: Dict[str, str] = {}
        self.sessions: Dict[str, list] = {}  # client -> [number of its last request, the answer]; longest quiet first
        self.applied_index = 0
        self.applied_hash = ""

    def apply(self, entry: Entry) -> Optional[Dict[str, Any]]:
        """What the client is to be told: the body of a 200. None if a later request of the client has taken effect already."""
        assert entry.index == self.applied_index + 1, "entries are applied in order, and none twice"
        self.applied_index = entry.index
        text = f"{self.applied_hash} {entry.index} {entry.term} {json.dumps(entry.data, sort_keys=True)}"
        self.applied_hash = hashlib.sha256(text.encode()).hexdigest()[:32]
        if entry.data["do"] not in ("put", "cas"):
            return WRITTEN
        session = entry.data["session"]
        return self.carry_out(entry.data) if session is None else self.once(session, entry.data)

    def once(self, session: list, data: Dict[str, Any]) -> Optional[Dict[str, Any]]:
        """A request that was sent again takes effect once (thesis §6.3): the second one gets the first one's answer."""
        client, number = session
        last_number, last_answer = self.sessions.get(client, (-1, None))
        if number < last_number:
            return None
        if number == last_number:
            return last_answer
        answer = self.carry_out(data)
        self.sessions.pop(client, None)
        self.sessions[client] = [number, answer]
        if len(self.sessions) > SESSIONS:
            del self.sessions[next(iter(self.sessions))]
        return answer

    def carry_out(self, data: Dict[str, Any]) -> Dict[str, Any]:
        key = data["key"]
        if data["do"] == "put":
            self.values[key] = data["value"]
            return WRITTEN
        current = self.values.get(key)
        if current != data["from"]:
            return {"swapped": False, "value": current}
        self.values[key] = data["to"]
        return {"swapped": True}

    # ---- Snapshots. The sessions belong in them: else a request that is sent again after one would take effect again.

    def snapshot(self, raft: Raft) -> Dict[str, Any]:
        """All that was applied. The configuration is the one at that place of the log."""
        config_index, config = raft.config_at(self.applied_index)
        state = {"values": self.values, "sessions": self.sessions, "hash": self.applied_hash, "index": self.applied_index}
        return {
            "index": self.applied_index,
            "term": raft.log.term_at(self.applied_index),
            "config_index": config_index,
            "config": config,
            "data": json.dumps(state),
        }

    def load(self, data: str) -> None:
        state = json.loads(data)
        self.values, self.sessions = state["values"], state["sessions"]
        self.applied_index, self.applied_hash = state["index"], state["hash"]
