"""Gives the pure machine time, disk and network, and clients their answers.

All of it runs in one thread, turn by turn: whatever came since the last turn is put into the machine together, and its effects are carried out
together. Only the disk has a thread of its own. While it writes, what the next turns want written gathers, and shares one flush (group commit).
"""

import asyncio
import os
import random
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Awaitable, Callable, Dict, List, Optional, Tuple

from peers import Peers
from raft import Effects, Entry, Raft, Recovered, Timing
from registers import Registers
from settings import Settings
from storage import Storage

# Below the 2 s after which the lab's clients give up: an honest "maybe" is better than none.
ANSWER_S = 1.5
CATCH_UP_S = 30.0
TICKS_IN_HEARTBEAT = 5


class NotLeader(Exception):
    """This node does not lead, and certainly appended nothing."""

    def __init__(self, leader: Optional[str]):
        super().__init__(leader)
        self.leader = leader


class Maybe(Exception):
    """It was appended, or may have been; whether it takes effect is not known here."""


def ends_the_node(call: Callable[..., None]) -> Callable[..., None]:
    """A machine that broke a rule, or a disk that failed, may promise nothing any more."""

    def guarded(*arguments: Any) -> None:
        try:
            call(*arguments)
        except Exception:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)

    return guarded


class Driver:
    def __init__(self, settings: Settings, storage: Storage, recovered: Recovered):
        self.settings = settings
        self.storage = storage
        self.tick_s = settings.heartbeat_ms / TICKS_IN_HEARTBEAT / 1000
        ticks = lambda ms: max(1, round(ms / 1000 / self.tick_s))  # noqa: E731
        timing = Timing(
            heartbeat=TICKS_IN_HEARTBEAT,
            election_min=ticks(settings.election_ms[0]),
            election_max=ticks(settings.election_ms[1]),
            catch_up=ticks(CATCH_UP_S * 1000),
        )
        self.raft = Raft(settings.id, recovered, timing, random.Random())
        self.registers = Registers()
        if recovered.snapshot is not None:
            self.registers.load(recovered.snapshot["data"])
        self.peers = Peers(settings.id, settings.peers, settings.token, self.receive)
        self.disk = ThreadPoolExecutor(max_workers=1)
        self.turn_is_due = False
        # What the disk is to do: effects whose records are to be written, and a snapshot, with what to tell the machine then.
        self.unflushed: List[Effects] = []
        self.unstored: Optional[Tuple[Dict[str, Any], Callable[[Dict[str, Any]], None]]] = None
        self.flushing = False
        self.disk_has_work = asyncio.Event()
        self.snapshot_wanted = False
        # Who waits for what.
        self.writes: Dict[int, Tuple[int, asyncio.Future]] = {}  # index -> (term, the answer)
        self.changes: Dict[int, asyncio.Future] = {}
        self.change_number = 0
        self.said = ("", 0)

    async def start(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.last_tick = self.loop.time()
        await self.peers.start(*self.settings.listen_peer)
        self.disk_task = asyncio.ensure_future(self.serve_disk())
        self.on_tick()

    # ---- What happens.

    @ends_the_node
    def on_tick(self) -> None:
        now = self.loop.time()
        missed = int((now - self.last_tick) / self.tick_s) - 1
        self.last_tick = now
        self.raft.tick(max(0, missed))
        self.turn()
        self.loop.call_later(self.tick_s, self.on_tick)

    @ends_the_node
    def receive(self, sender: str, messages: List[Dict[str, Any]]) -> None:
        for message in messages:
            if message["kind"] == "append":
                message["entries"] = [Entry(*entry) for entry in message["entries"]]
            self.raft.receive(sender, message)
        self.take_turn_soon()

    async def write(self, data: Dict[str, Any]) -> Optional[Dict[str, Any]]:
        """What the state machine answers, once the command is committed and applied."""
        place = self.raft.propose(data)
        if place is None:
            raise self.not_leader()
        index, term = place
        answer = self.loop.create_future()
        self.writes[index] = (term, answer)
        self.take_turn_soon()
        return await self.in_time(answer, Maybe())

    async def read(self, key: str) -> Optional[str]:
        answer = self.loop.create_future()
        if not self.raft.read((key, answer)):
            raise self.not_leader()
        self.take_turn_soon()
        return await self.in_time(answer, NotLeader(None))  # a read has no effect, so that a refusal is always true

    async def change(self, target: Dict[str, List[str]], if_match: int) -> str:
        self.change_number += 1
        outcome = self.raft.change_config(self.change_number, target, if_match)
        if outcome == "not-leader":
            raise self.not_leader()
        if outcome != "begun":
            return outcome
        self.take_turn_soon()
        self.changes[self.change_number] = self.loop.create_future()
        return await self.changes[self.change_number]

    async def transfer(self, to: str) -> None:
        if not self.raft.transfer_to(to):
            raise self.not_leader()
        self.take_turn_soon()
        for _ in range(int(ANSWER_S / self.tick_s)):
            if self.raft.leader == to:
                return
            await asyncio.sleep(self.tick_s)
        raise Maybe()

    def compact(self) -> None:
        self.snapshot_wanted = True
        self.take_turn_soon()

    def not_leader(self) -> NotLeader:
        return NotLeader(None if self.raft.role == "leader" else self.raft.leader)

    async def in_time(self, answer: asyncio.Future, otherwise: Exception) -> Any:
        limit = self.loop.call_later(ANSWER_S, fail, answer, otherwise)
        try:
            return await answer
        finally:
            limit.cancel()

    # ---- What is done about it.

    def take_turn_soon(self) -> None:
        """After everything that has come by now: so it shares one turn, one flush and one round of messages."""
        if not self.turn_is_due:
            self.turn_is_due = True
            self.loop.call_soon(self.turn)

    @ends_the_node
    def turn(self) -> None:
        self.turn_is_due = False
        effects = self.raft.end_turn()
        if effects.restore is not None:
            self.registers.load(effects.restore["data"])
        self.peers.send(effects.now)
        self.write_down(effects)
        self.apply_committed()
        for key, answer in effects.reads:
            succeed(answer, self.registers.values.get(key))
        for _, answer in effects.refused_reads:
            fail(answer, self.not_leader())
        for number, outcome in effects.changes:
            succeed(self.changes.pop(number, None), outcome)
        if self.raft.role != "leader" and self.writes:
            for _, answer in self.writes.values():
                fail(answer, Maybe())
            self.writes.clear()
        self.begin_snapshot_if_due(effects)
        self.say_role()

    def write_down(self, effects: Effects) -> None:
        """What waits for the disk waits for all that was to be written before it, too."""
        if effects.records or self.unflushed or self.flushing:
            if effects.records or effects.after:
                self.unflushed.append(effects)
                self.disk_has_work.set()
        else:
            self.peers.send(effects.after)

    def apply_committed(self) -> None:
        while self.registers.applied_index < self.raft.commit:
            entry = self.raft.log.entry(self.registers.applied_index + 1)
            answer = self.registers.apply(entry)
            term, waiting = self.writes.pop(entry.index, (0, None))
            if term == entry.term:
                succeed(waiting, answer)
            elif waiting is not None:
                fail(waiting, Maybe())  # another leader's entry took its place

    def begin_snapshot_if_due(self, effects: Effects) -> None:
        if effects.store is not None:
            self.unstored = (effects.store, self.raft.snapshot_stored)
        elif self.unstored is None and self.raft.storing is None:
            length = self.registers.applied_index - self.raft.log.base_index
            if length >= self.settings.snapshot_entries or (self.snapshot_wanted and length > 0):
                self.unstored = (self.registers.snapshot(self.raft), self.raft.compacted)
            self.snapshot_wanted = False
        if self.unstored is not None:
            self.disk_has_work.set()

    def say_role(self) -> None:
        if self.said != (self.raft.role, self.raft.term):
            self.said = (self.raft.role, self.raft.term)
            print(f"term {self.raft.term}: {self.raft.role}, commit {self.raft.commit}", flush=True)

    # ---- The disk.

    async def serve_disk(self) -> None:
        while True:
            await self.disk_has_work.wait()
            self.disk_has_work.clear()
            try:
                await self.flush()
                await self.store()
            except Exception:
                traceback.print_exc()
                sys.stderr.flush()
                os._exit(1)

    async def flush(self) -> None:
        batch, self.unflushed = self.unflushed, []
        if not batch:
            return
        self.flushing = True
        await self.loop.run_in_executor(self.disk, self.flush_batch, batch)
        self.flushing = False
        self.peers.send([message for effects in batch for message in effects.after])
        self.raft.persisted(batch[-1].mark)
        self.turn()

    def flush_batch(self, batch: List[Effects]) -> None:
        records: List[list] = []
        rewrite = False
        for effects in batch:
            rewrite = rewrite or effects.rewrite
            records = effects.records if effects.rewrite else records + effects.records
        if rewrite:
            self.storage.begin_log(records)
        elif records:
            self.storage.append(records)

    async def store(self) -> None:
        if self.unstored is None:
            return
        snapshot, then = self.unstored
        await self.loop.run_in_executor(self.disk, self.storage.save_snapshot, snapshot)
        # A snapshot of the leader's may have come meanwhile; it is stored next.
        if self.unstored == (snapshot, then):
            self.unstored = None
        then(snapshot)
        self.turn()
        if self.unstored is not None or self.unflushed:
            self.disk_has_work.set()


def succeed(future: Optional[asyncio.Future], value: Any) -> None:
    if future is not None and not future.done():
        future.set_result(value)


def fail(future: asyncio.Future, error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
