"""Chapter 5: snapshots (Raft §7). Each node takes its own; a follower whose next entry is gone is sent the leader's, in chunks.

A snapshot is {"index", "term", "config_index", "config", "data"}: the last entry that it covers, the configuration at that place of the
log (never a later one that may not be committed), and the state machine, sessions included, as text.
"""

from typing import Any, Dict

# Small enough that heartbeats are not held up behind it.
CHUNK_CHARACTERS = 256 * 1024


class Snapshots:
    # ---- Of one's own state.

    def compacted(self, snapshot: Dict[str, Any]) -> None:
        """A snapshot of this node's own state is on disk: the log before it goes."""
        if snapshot["index"] > self.log.base_index:
            self.begin_log_at(snapshot)

    def begin_log_at(self, snapshot: Dict[str, Any]) -> None:
        self.snapshot = snapshot
        self.log.compact(snapshot["index"], snapshot["term"])
        later = [pair for pair in self.configs if snapshot["index"] < pair[0] <= self.log.last_index]
        self.configs = [(snapshot["config_index"], snapshot["config"]), *later]
        # The log file begins anew, with what is left of the log.
        self.effects.rewrite = True
        self.effects.records = [self.state_record()] + [["entry", *entry] for entry in self.log.entries]

    # ---- The leader.

    def begin_snapshot(self, peer: str, progress: Any) -> None:
        progress.snapshot, progress.stored = self.snapshot, 0
        self.send_chunk(peer, progress)

    def send_chunk(self, peer: str, progress: Any) -> None:
        snapshot = progress.snapshot
        chunk = snapshot["data"][progress.stored : progress.stored + CHUNK_CHARACTERS]
        head = {key: snapshot[key] for key in ("index", "config_index", "config")}
        self.send(
            peer,
            {
                "kind": "snapshot",
                "term": self.term,
                **head,
                "last_term": snapshot["term"],
                "offset": progress.stored,
                "chunk": chunk,
                "done": progress.stored + len(chunk) == len(snapshot["data"]),
            },
        )

    def on_snapshot_answer(self, sender: str, message: Dict[str, Any]) -> None:
        if message["term"] > self.term:
            self.become_follower(message["term"], None)
            return
        progress = self.progress.get(sender)
        if self.role != "leader" or message["term"] != self.term or progress is None:
            return
        progress.heard, progress.silence = True, 0
        if progress.snapshot is None or progress.snapshot["index"] != message["index"]:
            return
        if message["stored"] != progress.stored and message["stored"] < len(progress.snapshot["data"]):
            progress.stored = message["stored"]
            self.send_chunk(sender, progress)

    # ---- The follower.

    def on_snapshot_chunk(self, sender: str, message: Dict[str, Any]) -> None:
        if not self.heed_leader(sender, message):
            return
        index, last_term = message["index"], message["last_term"]
        if index <= self.commit or self.log.term_at(index) == last_term:
            # Nothing new: all of it is in this log, which agrees with the leader's up to there.
            self.verified = max(self.verified, index)
            self.leader_commit = max(self.leader_commit, index)
            self.advance_commit()
            self.acknowledge(sender, index)
            return
        if self.storing is not None:
            return
        incoming = self.incoming
        if incoming is None or (incoming["index"], incoming["term"]) != (index, last_term):
            incoming = {"index": index, "term": last_term, "data": ""}
            incoming.update({key: message[key] for key in ("config_index", "config")})
            self.incoming = incoming
        # Chunks come in order: any but the next one is answered with how much is here, from where the leader goes on.
        if message["offset"] == len(incoming["data"]):
            incoming["data"] += message["chunk"]
            if message["done"]:
                self.incoming, self.storing = None, incoming
                self.effects.store = incoming
                return
        answer = {"kind": "snapshot-answer", "term": self.term, "index": index, "stored": len(incoming["data"])}
        self.send_when_durable(sender, answer)

    def snapshot_stored(self, snapshot: Dict[str, Any]) -> None:
        """A snapshot of the leader's is on disk, under its final name. If it is still news, it replaces log and state."""
        self.storing = None
        index = snapshot["index"]
        if index <= self.commit:
            return
        self.cut_configs_for(snapshot)
        self.begin_log_at(snapshot)
        self.snapshots_installed += 1
        self.durable_index = max(min(self.durable_index, self.log.last_index), index)
        self.commit = index
        self.effects.restore = snapshot
        if self.leader is not None and self.role == "follower":
            self.verified = max(self.verified, index)
            self.acknowledge(self.leader, index)

    def cut_configs_for(self, snapshot: Dict[str, Any]) -> None:
        """If the log has another history than the snapshot, none of it stays."""
        if self.log.term_at(snapshot["index"]) != snapshot["term"]:
            self.configs = self.configs[:1]

    def acknowledge(self, leader: str, match: int) -> None:
        answer = {"kind": "append-answer", "term": self.term, "ok": True, "round": 0, "match": match}
        self.send_when_durable(leader, answer)
