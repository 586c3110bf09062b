"""A simulation that finds nothing proves nothing, unless it finds what is wrong: here the core is broken, one rule at a time."""

from typing import Any
from unittest import mock

from raft import Raft
from raft.log import Log
from registers import Registers
from test_simulation import Scenario

SEEDS = 100


class Bites(Scenario):
    def finds(self, *broken: Any) -> None:
        for patch in broken:
            patch.start()
            self.addCleanup(patch.stop)
        for seed in range(SEEDS):
            try:
                self.run_seed(seed)
            except (AssertionError, KeyError, IndexError):
                return
        self.fail(f"the simulation saw nothing wrong in {SEEDS} seeds")

    def test_votes_are_given_twice(self) -> None:
        on_vote_request = Raft.on_vote_request

        def forgetful(raft: Raft, sender: str, message: dict) -> None:
            if raft.role == "follower":
                raft.vote = None
            on_vote_request(raft, sender, message)

        self.finds(mock.patch.object(Raft, "on_vote_request", forgetful), mock.patch.object(Raft, "hears_leader", lambda _: False))

    def test_any_log_is_up_to_date(self) -> None:
        on_vote_request = Raft.on_vote_request

        def careless(raft: Raft, sender: str, message: dict) -> None:
            on_vote_request(raft, sender, {**message, "last_term": 10**6})

        self.finds(mock.patch.object(Raft, "on_vote_request", careless))

    def test_entries_are_acknowledged_before_they_are_on_disk(self) -> None:
        self.finds(mock.patch.object(Raft, "send_when_durable", Raft.send))

    def test_a_log_is_never_cut(self) -> None:
        def keeps(raft: Raft, entry: Any) -> None:
            if entry.index > raft.log.last_index:
                add(raft, entry)

        add = Raft.add_to_log
        self.finds(mock.patch.object(Raft, "cut_log_from", lambda *_: None), mock.patch.object(Raft, "add_to_log", keeps))

    def test_reads_ask_nobody(self) -> None:
        def at_once(raft: Raft) -> None:
            raft.effects.reads += raft.waiting_reads
            raft.waiting_reads = []

        self.finds(mock.patch.object(Raft, "begin_read_round", at_once))

    def test_a_snapshot_lacks_the_registers(self) -> None:
        load = Registers.load

        def forgets(registers: Registers, data: str) -> None:
            load(registers, data)
            registers.applied_hash = ""

        self.finds(mock.patch.object(Registers, "load", forgets))

    def test_compaction_forgets_where_the_log_begins(self) -> None:
        def wrong(log: Log, index: int, term: int) -> None:
            compact(log, index, term)
            log.base_term = 0

        compact = Log.compact
        self.finds(mock.patch.object(Log, "compact", wrong))
