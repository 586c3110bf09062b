import os
import tempfile
import unittest

from raft import Entry
from storage import Storage, StorageError

NOOP = {"do": "noop"}


def entry(index: int, term: int) -> list:
    return ["entry", index, term, NOOP]


class Disk(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def open(self, voters: tuple = ()) -> Storage:
        storage = Storage(self.directory)
        self.recovered = storage.recover(list(voters))
        self.addCleanup(self.close, storage)
        return storage

    def close(self, storage: Storage) -> None:
        for file in (storage.file, storage.lock):
            try:
                os.close(file)
            except OSError:
                pass  # closed before

    def reopen(self, storage: Storage) -> Storage:
        self.close(storage)
        return self.open()

    def places(self) -> list:
        return [(one.index, one.term) for one in self.recovered.entries]

    def test_an_empty_directory_begins_with_the_first_configuration(self) -> None:
        storage = self.open(("n2", "n1"))
        first = Entry(1, 0, {"do": "config", "voters": ["n1", "n2"], "learners": [], "outgoing": []})
        self.assertEqual((self.recovered.entries, self.recovered.commit), ([first], 1))
        self.reopen(storage)
        self.assertEqual((self.recovered.entries, self.recovered.commit), ([first], 1))

    def test_an_entry_replaces_those_from_its_index_on(self) -> None:
        storage = self.open()
        storage.append([["state", 2, "n3", 0], entry(1, 1), entry(2, 1), entry(3, 1)])
        storage.append([entry(2, 2)])
        self.reopen(storage)
        self.assertEqual(self.places(), [(1, 1), (2, 2)])
        self.assertEqual((self.recovered.term, self.recovered.vote), (2, "n3"))

    def test_a_record_cut_short_is_dropped_and_written_over(self) -> None:
        for length in range(1, 20):
            with self.subTest(length=length):
                storage = self.open()
                storage.append([entry(1, 1), entry(2, 1)])
                self.close(storage)
                path = os.path.join(self.directory, "log")
                os.truncate(path, os.path.getsize(path) - length)
                storage = self.open()
                self.assertEqual(self.places(), [(1, 1)])
                storage.append([entry(2, 5)])
                self.reopen(storage)
                self.assertEqual(self.places(), [(1, 1), (2, 5)])
                self.close(storage)
                os.remove(path)

    def test_a_damaged_record_is_refused(self) -> None:
        storage = self.open()
        storage.append([entry(1, 1), entry(2, 1)])
        self.close(storage)
        path = os.path.join(self.directory, "log")
        with open(path, "r+b") as file:
            file.seek(os.path.getsize(path) // 2)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))
        with self.assertRaisesRegex(StorageError, "log: the record at byte [0-9]+ "):
            self.open()

    def test_two_processes_cannot_share_a_directory(self) -> None:
        self.open()
        with self.assertRaisesRegex(StorageError, "used by another process"):
            Storage(self.directory)

    def test_killed_between_the_snapshot_and_the_new_log_file(self) -> None:
        config = {"voters": ["n1"], "learners": [], "outgoing": []}
        storage = self.open()
        storage.append([["state", 3, None, 0], entry(1, 1), entry(2, 1), entry(3, 3)])
        for term, kept in ((1, [(3, 3)]), (2, [])):  # the same history, and another one
            snapshot = {"index": 2, "term": term, "config_index": 1, "config": config, "data": "{}"}
            storage.save_snapshot(snapshot)
            storage = self.reopen(storage)
            self.assertEqual((self.recovered.snapshot, self.places()), (snapshot, kept))
            self.assertEqual(self.recovered.commit, 2)

    def test_the_log_begins_anew_behind_a_snapshot(self) -> None:
        config = {"voters": ["n1"], "learners": [], "outgoing": []}
        storage = self.open()
        storage.append([["state", 3, "n1", 0], *(entry(index, 1) for index in range(1, 9))])
        storage.save_snapshot({"index": 7, "term": 1, "config_index": 1, "config": config, "data": "{}"})
        storage.begin_log([["state", 3, "n1", 7], entry(8, 1)])
        storage.append([entry(9, 3)])
        self.reopen(storage)
        self.assertEqual(self.places(), [(8, 1), (9, 3)])
        self.assertEqual((self.recovered.term, self.recovered.vote, self.recovered.commit), (3, "n1", 7))


if __name__ == "__main__":
    unittest.main()
