"""The log: entries in order, each with the term of the leader that made it (Raft §5.3), beginning after the last snapshot (Raft §7)."""

from typing import Any, Dict, List, NamedTuple, Optional

Data = Dict[str, Any]


class Entry(NamedTuple):
    index: int
    term: int
    data: Data  # {"do": "noop" | "config" | "put" | "cas", ...}: see registers.py and membership.py


class Log:
    """Entries base_index+1 … last_index. What came before them is in the snapshot, of which the log knows only where it ends."""

    def __init__(self, base_index: int = 0, base_term: int = 0, entries: Optional[List[Entry]] = None):
        self.base_index = base_index
        self.base_term = base_term
        self.entries: List[Entry] = list(entries or [])

    @property
    def last_index(self) -> int:
        return self.base_index + len(self.entries)

    @property
    def last_term(self) -> int:
        return self.entries[-1].term if self.entries else self.base_term

    def term_at(self, index: int) -> Optional[int]:
        """The term of the entry at `index`, or None where this log does not know it: beyond its end, or before its base."""
        if index == self.base_index:
            return self.base_term
        if self.base_index < index <= self.last_index:
            return self.entries[index - self.base_index - 1].term
        return None

    def entry(self, index: int) -> Entry:
        return self.entries[index - self.base_index - 1]

    def slice(self, first: int, count: int, characters: int) -> List[Entry]:
        """Entries from `first` on: one at least, at most `count`, and no more once they are so long together."""
        chosen: List[Entry] = []
        start = first - self.base_index - 1
        for entry in self.entries[start : start + count]:
            characters -= sum(len(text) for text in entry.data.values() if isinstance(text, str))
            if chosen and characters < 0:
                break
            chosen.append(entry)
        return chosen

    def append(self, entry: Entry) -> None:
        assert entry.index == self.last_index + 1, "a log has no gaps"
        assert entry.term >= self.last_term, "terms in a log never decrease"
        self.entries.append(entry)

    def truncate_from(self, index: int) -> None:
        assert index > self.base_index, "what is in a snapshot is committed, and never taken back"
        del self.entries[index - self.base_index - 1 :]

    def compact(self, index: int, term: int) -> None:
        """A snapshot holds everything up to `index`: the entries it covers go; those that follow it in the same history stay."""
        if self.term_at(index) == term:
            del self.entries[: index - self.base_index]
        else:
            self.entries = []
        self.base_index, self.base_term = index, term
