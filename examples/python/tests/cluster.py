"""A small deterministic simulation: nodes of the core, disks that forget what was not flushed, and a network that loses, delays and cuts.

Everything is drawn from one seed, so that a failing seed fails again. The properties of Raft's figure 3 are asserted after every step.
"""

import json
import random
from typing import Any, Dict, List, Optional, Set, Tuple

from raft import Entry, Raft, Recovered, Timing
from registers import Registers

TIMING = Timing(heartbeat=3, election_min=10, election_max=20, catch_up=200)


class Disk:
    def __init__(self, voters: List[str]):
        self.state: list = ["state", 0, None, 1 if voters else 0]
        self.entries: List[Entry] = [Entry(1, 0, {"do": "config", "voters": voters, "learners": [], "outgoing": []})] if voters else []
        self.base = (0, 0)
        self.snapshot: Optional[Dict[str, Any]] = None

    def write(self, effects: Any) -> None:
        if effects.rewrite:
            self.entries = []
        for record in effects.records:
            if record[0] == "state":
                self.state = record
            else:
                entry = Entry(*json.loads(json.dumps(record[1:])))
                self.entries = [kept for kept in self.entries if kept.index < entry.index] + [entry]

    def recover(self) -> Recovered:
        entries, snapshot = self.entries, self.snapshot
        if snapshot is not None:
            held = [entry for entry in entries if entry.index >= snapshot["index"]]
            agrees = bool(held) and held[0][:2] == (snapshot["index"], snapshot["term"])
            begins_after = bool(held) and held[0].index == snapshot["index"] + 1 and entries[0] == held[0]
            entries = held[1:] if agrees else held if begins_after else []
        _, term, vote, commit = self.state
        commit = min(max(commit, snapshot["index"] if snapshot else 0), entries[-1].index if entries else snapshot["index"] if snapshot else 0)
        return Recovered(term, vote, commit, snapshot, entries)


class Node:
    def __init__(self, name: str, voters: List[str], seed: int):
        self.name, self.seed, self.lives = name, seed, 0
        self.disk = Disk(voters)
        self.start()

    def start(self) -> None:
        self.lives += 1
        recovered = self.disk.recover()
        self.raft = Raft(self.name, recovered, TIMING, random.Random(f"{self.seed}/{self.name}/{self.lives}"))
        self.registers = Registers()
        if recovered.snapshot:
            self.registers.load(recovered.snapshot["data"])
        self.alive = True
        self.unflushed: List[Any] = []
        self.unstored: List[Tuple[str, Dict[str, Any]]] = []
        self.waiting: Dict[int, Tuple[int, Any]] = {}


class Cluster:
    def __init__(self, seed: int, voters: List[str], others: Tuple[str, ...] = ()):
        self.random = random.Random(seed)
        self.nodes = {name: Node(name, voters if name in voters else [], seed) for name in [*voters, *others]}
        self.cuts: Set[Tuple[str, str]] = set()
        self.loss = 0.0
        self.flight: List[Tuple[int, int, str, str, str]] = []
        self.now = self.sent = 0
        self.snapshot_every = 15
        self.flush_chance = self.random.choice([0.1, 0.8])  # a slow disk, or a fast one
        self.leaders: Dict[int, str] = {}
        self.committed: Dict[int, Tuple[int, str]] = {}  # index -> (term, data)
        self.committed_in: Dict[int, int] = {}  # index -> a term in which it was committed at the latest
        self.answers: Dict[Any, Any] = {}
        self.served: List[Tuple[Any, str, int, Any]] = []  # (read, node, applied, value)
        self.refused: Set[Any] = set()
        self.outcomes: Dict[Any, str] = {}

    # ---- What a test does.

    def step(self) -> None:
        """One tick of every living node, in a drawn order; messages arrive, and disks flush, when chance wills."""
        self.now += 1
        arriving = [item for item in self.flight if item[0] <= self.now]
        self.flight = [item for item in self.flight if item[0] > self.now]
        for _, _, sender, to, text in sorted(arriving):
            node = self.nodes[to]
            if node.alive and (sender, to) not in self.cuts:
                message = json.loads(text)
                if message["kind"] == "append":
                    message["entries"] = [Entry(*entry) for entry in message["entries"]]
                node.raft.receive(sender, message)
                if self.random.random() < 0.5:
                    self.carry_out(node)
        for node in self.random.sample(list(self.nodes.values()), len(self.nodes)):
            if node.alive:
                node.raft.tick()
                self.carry_out(node)
                if self.random.random() < self.flush_chance:
                    self.flush(node)

    def run(self, ticks: int) -> None:
        for _ in range(ticks):
            self.step()

    def leader(self) -> Optional[Node]:
        leading = [node for node in self.nodes.values() if node.alive and node.raft.role == "leader"]
        return max(leading, key=lambda node: node.raft.term, default=None)

    def until_leader(self, ticks: int = 400) -> Node:
        for _ in range(ticks):
            leader = self.leader()
            if leader is not None and leader.raft.commit >= leader.raft.first_index:
                return leader
            self.step()
        raise AssertionError(f"no leader within {ticks} ticks: {[(n.name, n.raft.role, n.raft.term) for n in self.nodes.values()]}")

    def propose(self, node: Node, data: Dict[str, Any], name: Any = None) -> bool:
        place = node.raft.propose(data)
        if place is not None:
            node.waiting[place[0]] = (place[1], name)
        return place is not None

    def kill(self, name: str) -> None:
        """What was not flushed is gone, or a part of it is not: a disk writes in order, and may have got anywhere."""
        node = self.nodes[name]
        node.alive = False
        for effects in node.unflushed[: self.random.randint(0, len(node.unflushed))]:
            node.disk.write(effects)
        for _, snapshot in node.unstored[: self.random.randint(0, len(node.unstored))]:
            node.disk.snapshot = snapshot

    def restart(self, name: str) -> None:
        self.nodes[name].start()
        self.check(self.nodes[name])

    def cut(self, one: str, other: str) -> None:
        self.cuts |= {(one, other), (other, one)}

    def isolate(self, name: str) -> None:
        for other in self.nodes:
            if other != name:
                self.cut(name, other)

    def heal(self) -> None:
        self.cuts, self.loss = set(), 0.0

    # ---- What a driver does.

    def carry_out(self, node: Node) -> None:
        effects = node.raft.end_turn()
        if effects.restore is not None:
            node.registers = Registers()
            node.registers.load(effects.restore["data"])
        for to, message in effects.now:
            self.deliver(node.name, to, message)
        node.unflushed.append(effects)
        if effects.store is not None:
            node.unstored.append(("received", effects.store))
        self.apply(node)
        for read in effects.reads:
            self.served.append((read, node.name, node.registers.applied_index, dict(node.registers.values)))
        self.refused |= set(effects.refused_reads)
        for request, outcome in effects.changes:
            self.outcomes[request] = outcome
        due = node.registers.applied_index - node.raft.log.base_index >= self.snapshot_every
        if due and not node.unstored:
            node.unstored.append(("own", node.registers.snapshot(node.raft)))
        self.check(node)

    def apply(self, node: Node) -> None:
        while node.registers.applied_index < node.raft.commit:
            entry = node.raft.log.entry(node.registers.applied_index + 1)
            text = (entry.term, json.dumps(entry.data, sort_keys=True))
            known = self.committed.setdefault(entry.index, text)
            self.committed_in.setdefault(entry.index, node.raft.term)
            assert known == text, f"{node.name} applied another entry at {entry.index} than somebody before it (State Machine Safety)"
            answer = node.registers.apply(entry)
            term, name = node.waiting.pop(entry.index, (None, None))
            if name is not None and term == entry.term:
                self.answers[name] = answer

    def flush(self, node: Node) -> None:
        if node.unstored:
            kind, snapshot = node.unstored.pop(0)
            node.disk.snapshot = snapshot
            (node.raft.compacted if kind == "own" else node.raft.snapshot_stored)(snapshot)
            self.carry_out(node)
        batch, node.unflushed = node.unflushed, []
        for effects in batch:
            node.disk.write(effects)
            for to, message in effects.after:
                self.deliver(node.name, to, message)
        if batch:
            node.raft.persisted(batch[-1].mark)
            self.carry_out(node)

    def deliver(self, sender: str, to: str, message: Dict[str, Any]) -> None:
        if to in self.nodes and self.random.random() >= self.loss:
            self.sent += 1
            delay = self.random.choice([1, 1, 1, 2, 2, 3])
            self.flight.append((self.now + delay, self.sent, sender, to, json.dumps(message)))

    def check(self, node: Node) -> None:
        raft = node.raft
        if raft.role == "leader":
            first = self.leaders.setdefault(raft.term, node.name)
            assert first == node.name, f"{first} and {node.name} both lead term {raft.term} (Election Safety)"
            for index, (term, _) in self.committed.items():
                if self.committed_in[index] < raft.term and index > raft.log.base_index:
                    assert raft.log.term_at(index) == term, f"{node.name} leads term {raft.term} without entry {index} (Leader Completeness)"
        assert raft.log.base_index <= node.registers.applied_index <= raft.commit <= raft.durable_index <= raft.log.last_index
