"""What survives: one log file and the latest snapshot, in the directory that only this node uses.

A record is its length, its CRC-32 and JSON: ["state", term, vote, commit] or ["entry", index, term, data]. An entry whose index is in the log
already replaces that one and all after it. A record cut short by the end of the file was being written when the node died, and promised to
nobody: it is dropped. A whole record with a wrong checksum may have been promised: the node refuses to start.
"""

import fcntl
import json
import os
import struct
import zlib
from typing import Any, Dict, List, Optional

from raft import Entry, Recovered

HEAD = struct.Struct(">II")
# Longer than any record can be: two values of 64 KiB, in which every character is escaped.
RECORD_BYTES_MAX = 2**26


class StorageError(Exception):
    """The disk holds something that this node has not written there, or cannot keep what it is given."""


class Storage:
    """Its methods block, until what they were given is on disk. An error from the disk ends the node: after a failed fsync nobody knows what
    the disk holds, so that nothing may be promised any more."""

    def __init__(self, directory: str):
        self.directory = directory
        self.log_path = os.path.join(directory, "log")
        self.snapshot_path = os.path.join(directory, "snapshot")
        self.lock = os.open(os.path.join(directory, "lock"), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StorageError(f"{directory} is used by another process; give each node a directory of its own") from None
        self.file: Optional[int] = None

    def recover(self, first_voters: List[str]) -> Recovered:
        """What the disk remembers. An empty one begins with the first configuration, which every first voter knows to be committed."""
        if not os.path.exists(self.log_path):
            first = [["state", 0, None, 1 if first_voters else 0]]
            if first_voters:
                first.append(["entry", 1, 0, {"do": "config", "voters": sorted(first_voters), "learners": [], "outgoing": []}])
            self.begin_log(first)
        records, whole = read_records(self.log_path)
        self.file = os.open(self.log_path, os.O_WRONLY)
        os.ftruncate(self.file, whole)
        os.lseek(self.file, whole, os.SEEK_SET)
        os.fsync(self.file)
        snapshot = None
        if os.path.exists(self.snapshot_path):
            (snapshot,), _ = read_records(self.snapshot_path)
        return recovered_from(records, snapshot)

    def append(self, records: List[list]) -> None:
        write_whole(self.file, b"".join(encoded(record) for record in records))
        os.fdatasync(self.file)

    def begin_log(self, records: List[list]) -> None:
        """The log file begins anew, at once or not at all."""
        self.replace(self.log_path, records)
        if self.file is not None:
            os.close(self.file)
        self.file = os.open(self.log_path, os.O_WRONLY | os.O_APPEND)

    def save_snapshot(self, snapshot: Dict[str, Any]) -> None:
        self.replace(self.snapshot_path, [snapshot])

    def replace(self, path: str, records: List[Any]) -> None:
        temporary = path + ".new"
        file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            write_whole(file, b"".join(encoded(record) for record in records))
            os.fsync(file)
        finally:
            os.close(file)
        os.rename(temporary, path)
        directory = os.open(self.directory, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def encoded(record: Any) -> bytes:
    body = json.dumps(record, separators=(",", ":")).encode()
    return HEAD.pack(len(body), zlib.crc32(body)) + body


def write_whole(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def read_records(path: str) -> Any:
    """All whole records of a file, and how long they are together."""
    with open(path, "rb") as file:
        data = file.read()
    records, at = [], 0
    while at + HEAD.size <= len(data):
        length, checksum = HEAD.unpack_from(data, at)
        end = at + HEAD.size + length
        if length > RECORD_BYTES_MAX and path.endswith("log"):
            raise StorageError(f"{path}: the record at byte {at} claims to be {length} bytes long; the file was damaged")
        if end > len(data):
            break
        body = data[at + HEAD.size : end]
        if length == 0 or zlib.crc32(body) != checksum:
            raise StorageError(f"{path}: the record at byte {at} has a wrong checksum; the file was damaged")
        records.append(json.loads(body))
        at = end
    return records, at


def recovered_from(records: List[list], snapshot: Optional[Dict[str, Any]]) -> Recovered:
    term, vote, commit = 0, None, 0
    entries: List[Entry] = []
    for kind, *fields in records:
        if kind == "state":
            term, vote, commit = fields
        else:
            entry = Entry(*fields)
            while entries and entries[-1].index >= entry.index:
                entries.pop()
            entries.append(entry)
    # A snapshot is stored before the log file begins anew behind it: between the two, the log may lack, contradict or still hold what it covers.
    if snapshot is not None:
        entries = entries_after(snapshot, entries)
        commit = max(commit, snapshot["index"])
    last = entries[-1].index if entries else snapshot["index"] if snapshot is not None else 0
    return Recovered(term, vote, min(commit, last), snapshot, entries)


def entries_after(snapshot: Dict[str, Any], entries: List[Entry]) -> List[Entry]:
    """The entries that follow the snapshot in its own history."""
    index = snapshot["index"]
    if entries and entries[0].index == index + 1:
        return entries
    covered = [entry for entry in entries if entry.index == index]
    if covered and covered[0].term == snapshot["term"]:
        return [entry for entry in entries if entry.index > index]
    return []
