"""Single rules of the paper, each in a situation made for it. What happens when they meet is test_simulation.py's."""

import random
import unittest
from typing import Any, Dict, List, Optional

from raft import Entry, Raft, Recovered, Timing

TIMING = Timing(heartbeat=3, election_min=10, election_max=20, catch_up=50)
VOTERS = ["n1", "n2", "n3"]


def log_of(*terms: int) -> List[Entry]:
    first = Entry(1, 0, {"do": "config", "voters": VOTERS, "learners": [], "outgoing": []})
    return [first] + [Entry(index, term, {"do": "noop"}) for index, term in enumerate(terms, 2)]


class Rules(unittest.TestCase):
    def node(self, *terms: int, term: int = 0, vote: Optional[str] = None, commit: int = 1) -> Raft:
        self.raft = Raft("n1", Recovered(term, vote, commit, None, log_of(*terms)), TIMING, random.Random(1))
        return self.raft

    def turn(self, flush: bool = True) -> Any:
        """What the node sends: at once, and, once its disk has written, after."""
        effects = self.raft.end_turn()
        if flush:
            self.raft.persisted(effects.mark)
        return effects

    def ask(self, sender: str, message: Dict[str, Any]) -> Dict[str, Any]:
        self.raft.receive(sender, message)
        effects = self.turn()
        (answer,) = [answer for to, answer in effects.now + effects.after if to == sender]
        return answer

    def lead(self) -> None:
        for _ in range(TIMING.election_max):
            self.raft.tick()
        self.raft.receive("n2", {"kind": "vote", "term": self.raft.term + 1, "pre": True, "granted": True})
        self.turn()
        self.raft.receive("n2", {"kind": "vote", "term": self.raft.term, "pre": False, "granted": True})
        self.assertEqual(self.raft.role, "leader")
        self.turn()

    def acknowledge(self, peer: str, match: int, round_: int = 0, term: Optional[int] = None) -> None:
        answer = {"kind": "append-answer", "ok": True, "match": match, "round": round_}
        self.raft.receive(peer, {**answer, "term": self.raft.term if term is None else term})

    def request(self, term: int, index: int, last_term: int, **more: Any) -> Dict[str, Any]:
        request = {"kind": "vote-request", "term": term, "pre": False, "ordered": False, "last_index": index, "last_term": last_term}
        return {**request, **more}

    def append(self, term: int, previous: int, previous_term: int, entries: Any = (), commit: int = 1) -> Dict[str, Any]:
        place = {"previous": previous, "previous_term": previous_term, "entries": list(entries)}
        return {"kind": "append", "term": term, "commit": commit, "round": 1, **place}


class Elections(Rules):
    def test_one_vote_a_term(self) -> None:
        self.node()
        self.assertTrue(self.ask("n2", self.request(1, 1, 0))["granted"])
        self.assertFalse(self.ask("n3", self.request(1, 1, 0))["granted"])
        self.assertTrue(self.ask("n2", self.request(1, 1, 0))["granted"])
        self.assertTrue(self.ask("n3", self.request(2, 1, 0))["granted"])

    def test_a_vote_outlives_a_restart(self) -> None:
        self.node(term=1, vote="n2")
        self.assertFalse(self.ask("n3", self.request(1, 1, 0))["granted"])

    def test_a_vote_waits_for_the_disk(self) -> None:
        self.node()
        self.raft.receive("n2", self.request(1, 1, 0))
        effects = self.turn(flush=False)
        self.assertEqual((effects.now, len(effects.after)), ([], 1))
        self.assertIn(["state", 1, "n2", 1], effects.records)

    def test_no_vote_for_a_log_that_lacks_something(self) -> None:
        self.node(1, 2, term=2)
        self.assertFalse(self.ask("n2", self.request(3, 9, 1))["granted"])  # longer, and of an older term
        self.assertFalse(self.ask("n2", self.request(4, 2, 2))["granted"])  # of the same term, and shorter
        self.assertTrue(self.ask("n2", self.request(5, 3, 2))["granted"])

    def test_a_pre_vote_binds_nobody(self) -> None:
        self.node()
        for candidate in ("n2", "n3"):
            self.assertTrue(self.ask(candidate, self.request(1, 1, 0, pre=True))["granted"])
        self.assertEqual((self.raft.term, self.raft.vote), (0, None))

    def test_a_pre_vote_elects_nobody(self) -> None:
        self.node()
        for _ in range(TIMING.election_max):
            self.raft.tick()
        self.raft.receive("n2", {"kind": "vote", "term": 1, "pre": True, "granted": True})
        self.turn()
        self.assertEqual(self.raft.role, "candidate")
        self.raft.receive("n3", {"kind": "vote", "term": 1, "pre": True, "granted": True})
        self.assertEqual(self.raft.role, "candidate")

    def test_ones_own_vote_counts_when_it_is_on_disk(self) -> None:
        self.node()
        for _ in range(TIMING.election_max):
            self.raft.tick()
        self.raft.receive("n2", {"kind": "vote", "term": 1, "pre": True, "granted": True})
        effects = self.turn(flush=False)
        self.raft.receive("n2", {"kind": "vote", "term": 1, "pre": False, "granted": True})
        self.assertEqual(self.raft.role, "candidate")
        self.raft.persisted(effects.mark)
        self.assertEqual(self.raft.role, "leader")

    def test_who_hears_a_leader_votes_for_nobody_else(self) -> None:
        self.node()
        self.ask("n2", self.append(1, 1, 0))
        self.raft.receive("n3", self.request(7, 9, 1))
        effects = self.turn()
        self.assertEqual((effects.now, effects.after, self.raft.term), ([], [], 1))
        self.assertTrue(self.ask("n3", self.request(7, 9, 1, ordered=True))["granted"])

    def test_a_leader_that_nobody_answers_leaves(self) -> None:
        self.node()
        self.lead()
        for _ in range(2 * TIMING.election_max):
            self.raft.tick()
        self.assertEqual(self.raft.role, "follower")


class Replication(Rules):
    def test_an_entry_of_an_earlier_term_is_not_committed_by_counting(self) -> None:
        """Figure 8: entry 2, of term 1, is on a majority, and may still be overwritten."""
        self.node(1, term=1)
        self.lead()
        self.acknowledge("n2", 2)
        self.assertEqual(self.raft.commit, 1)
        self.acknowledge("n2", 3)
        self.assertEqual(self.raft.commit, 3)

    def test_a_follower_cuts_only_what_conflicts(self) -> None:
        self.node(1, 1, 1, term=1)
        answer = self.ask("n2", self.append(1, 1, 0, log_of(1)[1:]))  # a late one: entry 2 alone
        self.assertEqual((answer["ok"], answer["match"], self.raft.log.last_index), (True, 2, 4))
        answer = self.ask("n2", self.append(2, 2, 1, [Entry(3, 2, {"do": "noop"})]))
        self.assertEqual((answer["match"], self.raft.log.last_index, self.raft.log.last_term), (3, 3, 2))

    def test_a_follower_refuses_what_does_not_follow(self) -> None:
        self.node(1, term=1)
        self.assertFalse(self.ask("n2", self.append(2, 5, 1))["ok"])
        self.assertFalse(self.ask("n2", self.append(2, 2, 2))["ok"])
        self.assertFalse(self.ask("n2", self.append(1, 2, 1))["ok"])  # of a deposed leader

    def test_a_follower_commits_no_further_than_it_agrees_with_the_leader(self) -> None:
        self.node(1, 1, 1, term=1)
        self.ask("n2", self.append(2, 2, 1, commit=4))
        self.assertEqual(self.raft.commit, 2)

    def test_an_acknowledgement_waits_for_the_disk(self) -> None:
        self.node()
        self.raft.receive("n2", self.append(1, 1, 0, [Entry(2, 1, {"do": "noop"})]))
        effects = self.turn(flush=False)
        self.assertEqual(effects.now, [])
        self.raft.receive("n2", self.append(1, 2, 1))  # a heartbeat meanwhile
        waiting = self.turn(flush=False)
        self.assertEqual([answer["match"] for _, answer in waiting.now], [])
        self.raft.persisted(effects.mark)
        self.assertEqual(self.ask("n2", self.append(1, 2, 1))["match"], 2)

    def test_a_leader_counts_its_own_log_when_its_disk_has_it(self) -> None:
        self.node()
        self.lead()
        self.raft.propose({"do": "put", "key": "x", "value": "a", "session": None})
        effects = self.turn(flush=False)
        self.acknowledge("n2", 3)
        self.acknowledge("n3", 3)
        self.assertEqual(self.raft.commit, 2)
        self.raft.persisted(effects.mark)
        self.assertEqual(self.raft.commit, 3)

    def test_acknowledgements_of_an_earlier_term_do_not_count(self) -> None:
        self.node(1, term=1)
        self.lead()
        self.acknowledge("n2", 3, term=1)
        self.assertEqual(self.raft.commit, 1)


class Reads(Rules):
    def test_a_read_waits_for_an_entry_of_the_leaders_own_term(self) -> None:
        self.node()
        self.lead()
        self.raft.read("r")
        self.turn()
        self.acknowledge("n2", 1, round_=self.raft.round)
        self.assertEqual(self.turn().reads, [])
        self.acknowledge("n2", 2)
        self.turn()
        self.acknowledge("n2", 2, round_=self.raft.round)
        self.assertEqual(self.turn().reads, ["r"])

    def test_the_answer_to_an_earlier_round_confirms_nothing(self) -> None:
        self.node()
        self.lead()
        self.acknowledge("n2", 2)
        self.turn()
        before = self.raft.round
        self.raft.read("r")
        self.turn()
        self.acknowledge("n2", 2, round_=before)
        self.assertEqual(self.turn().reads, [])
        self.acknowledge("n2", 2, round_=before + 1)
        self.assertEqual(self.turn().reads, ["r"])

    def test_reads_are_refused_when_leadership_is_lost(self) -> None:
        self.node()
        self.lead()
        self.raft.read("r")
        self.raft.receive("n2", self.append(9, 1, 0))
        self.assertEqual(self.turn().refused_reads, ["r"])


class Membership(Rules):
    def change(self, voters: List[str]) -> str:
        return self.raft.change_config("c", {"voters": voters, "learners": [], "outgoing": []}, self.raft.config_index)

    def test_no_change_before_an_entry_of_the_leaders_own_term_is_committed(self) -> None:
        self.node()
        self.lead()
        self.assertEqual(self.change(["n1", "n2"]), "in-progress")
        self.acknowledge("n2", 2)
        self.assertEqual(self.change(["n1", "n2"]), "begun")
        self.assertEqual(self.change(["n1", "n2"]), "in-progress")

    def test_a_change_is_on_top_of_what_is_in_force(self) -> None:
        self.node()
        self.lead()
        self.acknowledge("n2", 2)
        self.assertEqual(self.change(VOTERS), "done")
        self.assertEqual(self.raft.change_config("c", {"voters": ["n1", "n2"], "learners": [], "outgoing": []}, 7), "stale")

    def test_a_newcomer_catches_up_before_it_votes_and_only_then_is_it_done(self) -> None:
        self.node()
        self.lead()
        self.acknowledge("n2", 2)
        self.assertEqual(self.change([*VOTERS, "n4"]), "begun")
        self.turn()
        self.assertEqual(self.raft.config, {"voters": VOTERS, "learners": ["n4"], "outgoing": []})
        self.acknowledge("n2", 3)
        self.assertEqual(self.turn().changes, [])
        self.acknowledge("n4", 3)
        self.turn()
        self.assertEqual(self.raft.config, {"voters": [*VOTERS, "n4"], "learners": [], "outgoing": []})
        self.acknowledge("n2", 4)
        self.assertEqual(self.turn().changes, [])  # two of four are no majority
        self.acknowledge("n3", 4)
        self.assertEqual(self.turn().changes, [("c", "done")])

    def test_several_voters_at_once_need_both_majorities(self) -> None:
        self.node()
        self.lead()
        self.acknowledge("n2", 2)
        self.assertEqual(self.change(["n1", "n4", "n5"]), "begun")
        self.turn()
        for peer in ("n2", "n4", "n5"):
            self.acknowledge(peer, 3)  # all are learners, and have caught up
        self.turn()
        joint = {"voters": ["n1", "n4", "n5"], "learners": [], "outgoing": VOTERS}
        self.assertEqual((self.raft.config, self.raft.config_index), (joint, 4))
        self.acknowledge("n4", 4)
        self.acknowledge("n5", 4)
        self.assertEqual((self.turn().changes, self.raft.commit), ([], 3))  # all of the new half, one of the old
        self.acknowledge("n3", 4)
        self.assertEqual((self.turn().changes, self.raft.commit), ([], 4))
        self.assertEqual(self.raft.config, {"voters": ["n1", "n4", "n5"], "learners": [], "outgoing": []})
        self.acknowledge("n4", 5)
        self.assertEqual(self.turn().changes, [("c", "done")])

    def test_whoever_leads_leaves_a_joint_configuration(self) -> None:
        self.raft = Raft("n1", Recovered(1, None, 1, None, log_of()), TIMING, random.Random(1))
        joint = {"do": "config", "voters": ["n1", "n4", "n5"], "learners": [], "outgoing": VOTERS}
        self.ask("n2", self.append(1, 1, 0, [Entry(2, 1, joint)]))
        for _ in range(TIMING.election_max):
            self.raft.tick()
        for pre in (True, False):
            for peer in ("n2", "n4"):
                self.assertNotEqual(self.raft.role, "leader")
                self.raft.receive(peer, {"kind": "vote", "term": 2, "pre": pre, "granted": True})
                self.turn()
        self.assertEqual(self.raft.role, "leader")
        for peer in ("n2", "n4"):
            self.acknowledge(peer, 3)
        self.turn()
        self.assertEqual(self.raft.config, {"voters": ["n1", "n4", "n5"], "learners": [], "outgoing": []})

    def test_a_newcomer_that_does_not_catch_up_is_let_go(self) -> None:
        self.node()
        self.lead()
        self.acknowledge("n2", 2)
        self.change([*VOTERS, "n4"])
        outcome: List[Any] = []
        for _ in range(TIMING.catch_up + 10):
            self.raft.tick()
            outcome += self.turn().changes
            self.acknowledge("n2", self.raft.log.last_index)
        outcome += self.turn().changes
        self.assertEqual((outcome, self.raft.config["voters"]), ([("c", "not-caught-up")], VOTERS))
        self.assertEqual(self.raft.config["learners"], [])

    def test_a_leader_that_is_removed_leaves_once_that_is_committed(self) -> None:
        self.node()
        self.lead()
        self.acknowledge("n2", 2)
        self.change(["n2", "n3"])
        self.turn()
        self.turn()
        self.assertEqual(self.raft.role, "leader")
        self.acknowledge("n2", 3)
        self.assertEqual(self.raft.commit, 2)  # its own log does not count any more
        self.acknowledge("n3", 3)
        effects = self.turn()
        self.assertEqual((effects.changes, self.raft.role), ([("c", "done")], "follower"))
        self.assertIn("timeout-now", [message["kind"] for _, message in effects.now])
        self.assertFalse(self.raft.may_campaign())

    def test_a_configuration_is_undone_with_its_entry(self) -> None:
        self.node()
        self.lead()
        self.acknowledge("n2", 2)
        self.change(["n1", "n2"])
        self.turn()
        self.assertEqual(self.raft.config["voters"], ["n1", "n2"])
        self.ask("n2", self.append(9, 2, self.raft.log.term_at(2), [Entry(3, 9, {"do": "noop"})]))
        self.assertEqual((self.raft.config["voters"], self.raft.config_index), (VOTERS, 1))


class Snapshots(Rules):
    CONFIG = {"voters": VOTERS, "learners": [], "outgoing": []}

    def chunk(self, offset: int, text: str, done: bool, index: int = 7) -> Dict[str, Any]:
        head = {"kind": "snapshot", "term": 3, "index": index, "last_term": 3, "config_index": 1, "config": self.CONFIG}
        return {**head, "offset": offset, "chunk": text, "done": done}

    def test_chunks_are_taken_in_order(self) -> None:
        self.node()
        self.assertEqual(self.ask("n2", self.chunk(0, "abc", False))["stored"], 3)
        self.assertEqual(self.ask("n2", self.chunk(6, "ghi", True))["stored"], 3)
        self.assertEqual(self.ask("n2", self.chunk(0, "abc", False))["stored"], 3)
        self.raft.receive("n2", self.chunk(3, "def", True))
        snapshot = self.turn().store
        self.assertEqual(snapshot["data"], "abcdef")
        self.assertFalse(self.raft.may_campaign())
        self.raft.snapshot_stored(snapshot)
        effects = self.turn()
        self.assertEqual(effects.restore, snapshot)
        self.assertTrue(effects.rewrite)
        self.assertEqual([answer["match"] for _, answer in effects.after], [7])
        self.assertEqual((self.raft.commit, self.raft.log.base_index, self.raft.log.last_index), (7, 7, 7))

    def test_a_snapshot_holds_the_configuration_at_its_place(self) -> None:
        self.node()
        self.lead()
        self.acknowledge("n2", 2)
        self.raft.change_config("c", {"voters": ["n1", "n2"], "learners": [], "outgoing": []}, 1)
        self.turn()
        self.assertEqual(self.raft.config["voters"], ["n1", "n2"])
        self.assertEqual(self.raft.config_at(2), (1, self.CONFIG))

    def test_a_snapshot_of_what_the_log_holds_cuts_nothing(self) -> None:
        self.node(3, 3, 3, term=3)
        answer = self.ask("n2", self.chunk(0, "abc", True, index=3))
        self.assertEqual((answer["match"], self.raft.commit, self.raft.log.last_index), (3, 3, 4))

    def test_a_snapshot_older_than_what_is_committed_is_ignored(self) -> None:
        self.node(1, 1, term=1, commit=3)
        answer = self.ask("n2", self.chunk(0, "abc", True, index=2))
        self.assertEqual((answer["match"], self.raft.log.base_index, self.raft.storing), (2, 0, None))


if __name__ == "__main__":
    unittest.main()
