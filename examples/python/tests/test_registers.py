import json
import random
import unittest

from raft import Entry, Raft, Recovered, Timing
from registers import Registers

TIMING = Timing(heartbeat=3, election_min=10, election_max=20, catch_up=100)


class ExactlyOnce(unittest.TestCase):
    def setUp(self) -> None:
        self.registers = Registers()

    def apply(self, data: dict) -> object:
        return self.registers.apply(Entry(self.registers.applied_index + 1, 1, data))

    def put(self, value: str, session: object = None) -> object:
        return self.apply({"do": "put", "key": "x", "value": value, "session": session})

    def cas(self, old: object, new: str, session: object = None) -> object:
        return self.apply({"do": "cas", "key": "x", "from": old, "to": new, "session": session})

    def test_compare_and_set(self) -> None:
        self.assertEqual(self.cas(None, "a"), {"swapped": True})
        self.assertEqual(self.cas("b", "c"), {"swapped": False, "value": "a"})
        self.assertEqual(self.registers.values, {"x": "a"})

    def test_the_second_request_gets_the_first_ones_answer(self) -> None:
        self.put("a")
        self.assertEqual(self.cas("a", "b", ["c1", 1]), {"swapped": True})
        self.put("other")
        self.assertEqual(self.cas("a", "b", ["c1", 1]), {"swapped": True})
        self.assertEqual(self.registers.values, {"x": "other"})

    def test_a_lower_number_takes_no_effect_any_more(self) -> None:
        self.put("new", ["c1", 7])
        self.assertIsNone(self.put("old", ["c1", 5]))
        self.assertEqual(self.registers.values, {"x": "new"})

    def test_a_snapshot_holds_the_sessions_and_the_hash(self) -> None:
        voters = {"do": "config", "voters": ["n1"], "learners": [], "outgoing": []}
        raft = Raft("n1", Recovered(1, None, 1, None, [Entry(1, 0, voters)]), TIMING, random.Random(1))
        self.apply(voters)
        self.cas(None, "a", ["c1", 1])
        raft.log.append(Entry(2, 1, {"do": "noop"}))
        snapshot = json.loads(json.dumps(self.registers.snapshot(raft)))
        self.assertEqual((snapshot["index"], snapshot["config_index"]), (2, 1))
        before, self.registers = self.registers, Registers()
        self.registers.load(snapshot["data"])
        self.assertEqual(self.registers.applied_hash, before.applied_hash)
        self.assertEqual(self.cas(None, "a", ["c1", 1]), {"swapped": True})


if __name__ == "__main__":
    unittest.main()
