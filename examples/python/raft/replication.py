"""Chapter 2: the leader makes every log the same as its own (Raft §5.3), and decides what is committed (Raft §5.4.2)."""

from typing import Any, Dict

from .configuration import has_quorum, quorum_index
from .progress import Progress

# An append carries at most so many entries, about so long together; and so many may be on their way without an acknowledgement.
ENTRIES_IN_APPEND = 256
CHARACTERS_IN_APPEND = 1024 * 1024
ENTRIES_ON_THE_WAY = 2048


class Replication:
    # ---- The leader.

    def become_leader(self) -> None:
        self.role, self.leader = "leader", self.me
        self.votes = {}
        self.round = self.heartbeat_elapsed = self.quorum_elapsed = 0
        self.progress = {}
        self.meet_members()
        # A blank entry: only an entry of the leader's own term tells it what of the earlier ones is committed (Raft §5.4.2, §8).
        self.first_index = self.append_entry({"do": "noop"}).index

    def tick_leader(self, ticks: int) -> None:
        self.heartbeat_elapsed += ticks
        self.quorum_elapsed += 1
        for progress in self.progress.values():
            progress.silence += 1
        self.tick_change()
        if self.quorum_elapsed >= self.timing.election_max:
            self.check_quorum()
        if self.role == "leader" and self.heartbeat_elapsed >= self.timing.heartbeat:
            self.broadcast_heartbeat()

    def check_quorum(self) -> None:
        """A leader that no majority has answered for a whole election timeout leaves (thesis §6.2): it could not commit anything."""
        self.quorum_elapsed = 0
        goes_on = has_quorum(self.config, lambda voter: voter == self.me or self.progress[voter].heard)
        for progress in self.progress.values():
            progress.heard = False
        if not goes_on:
            self.become_follower(self.term, None)

    def broadcast_heartbeat(self) -> None:
        self.heartbeat_elapsed = 0
        self.round += 1
        for peer, progress in self.progress.items():
            progress.asked = False  # what was asked may have been lost
            if progress.snapshot is not None:
                self.send_chunk(peer, progress)
                self.send_append(peer, 0, 0)
            elif self.log.term_at(progress.next - 1) is not None:
                self.send_append(peer, progress.next, 0)

    def send_append(self, peer: str, first: int, count: int) -> int:
        """Sends `count` entries from `first` on, or none: a heartbeat. It, too, names the entry before, so that a follower that lacks
        something of what was sent says so."""
        previous = max(first - 1, 0)
        entries = self.log.slice(first, count, CHARACTERS_IN_APPEND) if count > 0 else []
        self.send(
            peer,
            {
                "kind": "append",
                "term": self.term,
                "previous": previous,
                "previous_term": self.log.term_at(previous) if previous > 0 else 0,
                "entries": entries,
                "commit": self.commit,
                "round": self.round,
            },
        )
        return len(entries)

    def replicate(self, peer: str) -> None:
        """Sends what the peer lacks, without waiting for what is on its way (pipelining)."""
        progress = self.progress[peer]
        if progress.snapshot is not None:
            return
        if self.log.term_at(progress.next - 1) is None:
            self.begin_snapshot(peer, progress)  # the entries that it needs are gone
            return
        while progress.next <= self.log.last_index and progress.next <= progress.match + ENTRIES_ON_THE_WAY:
            if progress.probing and progress.asked:
                return
            sent = self.send_append(peer, progress.next, ENTRIES_IN_APPEND)
            if progress.probing:
                progress.asked = True
            else:
                progress.next += sent

    def on_append_answer(self, sender: str, message: Dict[str, Any]) -> None:
        if message["term"] > self.term:
            self.become_follower(message["term"], None)
            return
        progress = self.progress.get(sender)
        # An answer of an earlier term tells of a log that may have changed since.
        if self.role != "leader" or message["term"] != self.term or progress is None:
            return
        progress.heard, progress.silence = True, 0
        progress.acked_round = max(progress.acked_round, message["round"])
        if message["ok"]:
            self.on_accepted(progress, message["match"])
        else:
            self.on_rejected(progress, message["rejected"], message["hint"])
        self.confirm_reads()

    def on_accepted(self, progress: Progress, match: int) -> None:
        progress.match = max(progress.match, match)
        if progress.snapshot is not None:
            if progress.match < progress.snapshot["index"]:
                return
            progress.snapshot = None
        if progress.probing:
            progress.probing = False
            progress.next = progress.match + 1
        progress.next = max(progress.next, progress.match + 1)
        self.advance_commit()

    def on_rejected(self, progress: Progress, rejected: int, hint: int) -> None:
        # Old rejections may arrive late. One is news only if it is about what was asked last, or beyond what is known to match.
        stale = rejected != progress.next - 1 if progress.probing else rejected <= progress.match
        if stale or progress.snapshot is not None:
            return
        progress.probing, progress.asked = True, False
        progress.next = max(progress.match + 1, min(hint, rejected))

    def advance_commit(self) -> None:
        """Never beyond this node's own disk, so that what it calls committed is still in its log after a restart."""
        if self.role == "leader":
            index = min(quorum_index(self.config, self.match_of), self.durable_index)
            # Counting commits entries of the leader's own term only, and with them all before (Raft §5.4.2, figure 8).
            if self.log.term_at(index) != self.term:
                return
        else:
            index = min(self.leader_commit, self.verified, self.durable_index)
        if index > self.commit:
            before = self.commit
            self.commit = index
            self.on_committed(before)

    def match_of(self, voter: str) -> int:
        return self.durable_index if voter == self.me else self.progress[voter].match

    # ---- The follower.

    def heed_leader(self, sender: str, message: Dict[str, Any]) -> bool:
        """Whether a message comes from the leader of this term; if it does, this node follows it."""
        if message["term"] < self.term:
            # The answer's term tells the old leader that it was deposed.
            self.send_when_durable(sender, self.rejection(message, 0))
            return False
        if message["term"] > self.term or self.leader != sender:
            assert self.role != "leader" or message["term"] > self.term, "there is one leader in a term"
            self.become_follower(message["term"], sender)
        self.election_elapsed = self.leader_silence = 0
        return True

    def on_append(self, sender: str, message: Dict[str, Any]) -> None:
        if not self.heed_leader(sender, message):
            return
        previous, previous_term = message["previous"], message["previous_term"]
        entries = message["entries"]
        last = previous + len(entries)
        if previous < self.log.base_index:
            # The snapshot covers the beginning, and is committed, so that every leader's log agrees with it.
            entries = entries[self.log.base_index - previous :]
            previous, previous_term = self.log.base_index, self.log.base_term
            last = max(last, previous) if entries else min(last, previous)
        if self.log.term_at(previous) != previous_term:
            # All that is committed agrees with the leader's log, so that asking from there on succeeds at the second try at the latest.
            short = previous > self.log.last_index
            hint = self.log.last_index + 1 if short else self.commit + 1
            self.send_when_durable(sender, self.rejection(message, hint))
            return
        for entry in entries:
            if self.log.term_at(entry.index) == entry.term:
                continue  # it is here already; cutting it off would take back what was acknowledged
            if entry.index <= self.log.last_index:
                self.cut_log_from(entry.index)
            self.add_to_log(entry)
        self.verified = max(self.verified, last)
        self.leader_commit = max(self.leader_commit, message["commit"])
        self.advance_commit()
        answer = {"kind": "append-answer", "term": self.term, "ok": True, "round": message["round"]}
        if entries or self.durable_term != self.term:
            self.send_when_durable(sender, {**answer, "match": last})
        else:
            self.send(sender, {**answer, "match": min(last, self.durable_index)})

    def rejection(self, message: Dict[str, Any], hint: int) -> Dict[str, Any]:
        return {
            "kind": "append-answer",
            "term": self.term,
            "ok": False,
            "round": message.get("round", 0),
            "rejected": message.get("previous", 0),
            "hint": hint,
        }

    def cut_log_from(self, index: int) -> None:
        assert index > self.commit, "what is committed is never taken back"
        self.log.truncate_from(index)
        self.durable_index = min(self.durable_index, index - 1)
        self.forget_configs_from(index)
