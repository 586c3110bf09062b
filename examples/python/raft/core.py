"""One node of Raft: its state, and the four things that can happen to it (time, a message, a request, news of its disk).

The class is told in five chapters, one file each: elections.py (Raft §5.2, §5.4.1), replication.py (§5.3, §5.4.2), reads.py (thesis §6.4),
membership.py (thesis §4) and snapshots.py (Raft §7). Each is a mixin: a part of this one class, with no state of its own.
"""

import random as random_module
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

from .configuration import settled
from .elections import Elections
from .log import Entry, Log
from .membership import Membership
from .progress import Progress
from .reads import Reads
from .replication import Replication
from .snapshots import Snapshots

Message = Dict[str, Any]


@dataclass
class Timing:
    """In ticks of the driver's clock."""

    heartbeat: int
    election_min: int
    election_max: int
    catch_up: int  # how long a new voter may take to catch up


@dataclass
class Recovered:
    """What the disk remembers."""

    term: int
    vote: Optional[str]
    commit: int
    snapshot: Optional[Dict[str, Any]]  # {"index", "term", "config_index", "config", "data"}
    entries: List[Entry]


@dataclass
class Effects:
    """What one turn asks for: write `records` to disk in this order (a `rewrite` begins the log file anew with them), send `now` at once
    and `after` when everything written so far is on disk. Then tell the machine, with `persisted(mark)`."""

    now: List[Tuple[str, Message]] = field(default_factory=list)
    after: List[Tuple[str, Message]] = field(default_factory=list)
    records: List[list] = field(default_factory=list)
    rewrite: bool = False
    mark: Tuple[int, int, int] = (0, 0, 0)  # (term, last index, last term) when the records were made
    reads: List[Any] = field(default_factory=list)  # these may be answered from what is applied
    refused_reads: List[Any] = field(default_factory=list)
    changes: List[Tuple[Any, str]] = field(default_factory=list)  # (request, "done" | "not-caught-up" | "given-up")
    store: Optional[Dict[str, Any]] = None  # a snapshot that was received: store it, then call snapshot_stored
    restore: Optional[Dict[str, Any]] = None  # the state machine begins anew from this snapshot


class Raft(Elections, Replication, Reads, Membership, Snapshots):
    def __init__(self, me: str, recovered: Recovered, timing: Timing, random: random_module.Random):
        self.me = me
        self.timing = timing
        self.random = random

        # Persistent state (Raft, figure 2).
        self.term = recovered.term
        self.vote = recovered.vote
        snapshot = recovered.snapshot
        self.log = Log(snapshot["index"], snapshot["term"]) if snapshot else Log()
        # The configurations of the log, oldest first: what each entry that changes it made of it. The last one counts (thesis §4.1).
        self.configs = [(snapshot["config_index"], snapshot["config"])] if snapshot else [(0, settled([], []))]
        for entry in recovered.entries:
            self.log.append(entry)
            self.notice_config(entry)
        self.snapshot = snapshot

        # What of it is certainly on disk. Nothing else is promised to anyone.
        self.durable_term = self.term
        self.durable_index = self.log.last_index

        # Volatile state.
        self.commit = max(recovered.commit, self.log.base_index)
        self.role = "follower"
        self.leader: Optional[str] = None
        self.elections_started = 0
        self.snapshots_installed = 0

        # As a follower.
        self.election_elapsed = 0
        self.election_timeout = 0
        self.leader_silence = 0  # ticks since the leader was heard
        self.verified = 0  # up to where this log is known to be the leader's
        self.leader_commit = 0
        self.incoming: Optional[Dict[str, Any]] = None  # a snapshot of which chunks have come
        self.storing: Optional[Dict[str, Any]] = None  # a whole one on its way to disk
        self.votes: Dict[str, bool] = {}  # as a candidate

        # As a leader.
        self.progress: Dict[str, Progress] = {}
        self.heartbeat_elapsed = 0
        self.quorum_elapsed = 0
        self.first_index = 0  # of the leader's own term: its blank entry
        self.round = 0  # of heartbeats
        self.waiting_reads: List[Any] = []
        self.read_rounds: List[Tuple[int, int, List[Any]]] = []  # (round, commit index, reads)
        self.change: Optional[Dict[str, Any]] = None
        self.transfer: Optional[Dict[str, Any]] = None

        self.effects = Effects()
        self.reset_election_timer()

    # ---- What happens to a node.

    def tick(self, missed: int = 0) -> None:
        """One tick of time. Of ticks that the process slept through, `missed` counts for heartbeats, which are overdue, and not for the
        leader's silence: it may well have spoken while nobody here listened."""
        if self.role == "leader":
            self.tick_leader(1 + missed)
        else:
            self.tick_election()

    def receive(self, sender: str, message: Message) -> None:
        handler = {
            "vote-request": self.on_vote_request,
            "vote": self.on_vote,
            "append": self.on_append,
            "append-answer": self.on_append_answer,
            "snapshot": self.on_snapshot_chunk,
            "snapshot-answer": self.on_snapshot_answer,
            "timeout-now": self.on_timeout_now,
        }.get(message["kind"])
        if handler is not None:
            handler(sender, message)

    def propose(self, data: Dict[str, Any]) -> Optional[Tuple[int, int]]:
        """Appends a command, and says where: (index, term). None if this node does not lead; then nothing was appended."""
        if self.role != "leader" or self.transfer is not None:
            return None
        entry = self.append_entry(data)
        return entry.index, entry.term

    def persisted(self, mark: Tuple[int, int, int]) -> None:
        """Everything is on disk that was to be written when `mark` was taken."""
        term, index, index_term = mark
        self.durable_term = max(self.durable_term, term)
        if self.log.term_at(index) == index_term:  # it may have been cut off meanwhile, by a newer leader
            self.durable_index = max(self.durable_index, index)
        if self.role == "candidate" and self.durable_term == self.term:
            self.votes[self.me] = True  # one's own vote counts when it is on disk, like everyone's
            self.count_votes()
        self.advance_commit()

    def end_turn(self) -> Effects:
        """Does what is better done once for many inputs, and hands out what is to be done about all of them."""
        if self.role == "leader":
            self.advance_change()
        if self.role == "leader":
            for peer in list(self.progress):
                self.replicate(peer)
            self.begin_read_round()
        effects, self.effects = self.effects, Effects()
        effects.mark = (self.term, self.log.last_index, self.log.last_term)
        return effects

    # ---- What a node does.

    def send(self, to: str, message: Message) -> None:
        self.effects.now.append((to, message))

    def send_when_durable(self, to: str, message: Message) -> None:
        """For what promises something of the disk: a vote, an acknowledgement (Raft, figure 2)."""
        self.effects.after.append((to, message))

    def save_state(self) -> None:
        self.effects.records.append(self.state_record())

    def state_record(self) -> list:
        return ["state", self.term, self.vote, self.commit]

    def append_entry(self, data: Dict[str, Any]) -> Entry:
        entry = Entry(self.log.last_index + 1, self.term, data)
        self.add_to_log(entry)
        return entry

    def add_to_log(self, entry: Entry) -> None:
        self.log.append(entry)
        self.notice_config(entry)
        self.effects.records.append(["entry", *entry])

    def become_follower(self, term: int, leader: Optional[str]) -> None:
        """A new term, or someone else leads in this one. The vote of a term stays what it was: there is one in a term (Raft §5.2)."""
        assert term >= self.term
        if term > self.term:
            self.term, self.vote = term, None
            self.save_state()
        self.effects.refused_reads += self.abandon_reads()
        if self.change is not None:
            self.effects.changes.append((self.change["request"], "given-up"))
        self.change = self.transfer = None
        self.progress = {}
        self.role, self.leader = "follower", leader
        self.verified = self.leader_commit = 0
        self.incoming = None
        self.leader_silence = 0
        self.reset_election_timer()
