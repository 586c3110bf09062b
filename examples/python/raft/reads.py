"""Chapter 3: linearizable reads without the log (thesis §6.4).

A leader may have been deposed without knowing it yet. So it notes its commit index, asks a majority, in a round of heartbeats that begins
after the read came, whether it still leads, and then answers from what it has applied.
"""

from typing import Any, List

from .configuration import has_quorum

# Rounds that may be open; reads that come meanwhile share the next one.
OPEN_ROUNDS = 4


class Reads:
    def read(self, request: Any) -> bool:
        """Asks for a read. False if this node does not lead; else the request comes back in Effects.reads or Effects.refused_reads."""
        if self.role != "leader":
            return False
        self.waiting_reads.append(request)
        return True

    def begin_read_round(self) -> None:
        # Until an entry of its own term is committed, a leader may not know of everything that is (Raft §8).
        if not self.waiting_reads or self.commit < self.first_index or len(self.read_rounds) >= OPEN_ROUNDS:
            return
        reads, self.waiting_reads = self.waiting_reads, []
        self.broadcast_heartbeat()
        # Rounds are numbered: the answer to an earlier one says nothing of the time after the read came (etcd#20418).
        self.read_rounds.append((self.round, self.commit, reads))
        self.confirm_reads()

    def confirm_reads(self) -> None:
        while self.read_rounds:
            round_, commit, reads = self.read_rounds[0]
            if not has_quorum(self.config, lambda voter: voter == self.me or self.progress[voter].acked_round >= round_):
                return
            self.read_rounds.pop(0)
            assert commit <= self.commit  # the driver applies what is committed before it answers reads
            self.effects.reads += reads

    def abandon_reads(self) -> List[Any]:
        open_reads = self.waiting_reads + [read for _, _, reads in self.read_rounds for read in reads]
        self.waiting_reads, self.read_rounds = [], []
        return open_reads
