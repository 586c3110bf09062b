"""Chapter 1: elections (Raft §5.2, §5.4.1), with PreVote (thesis §9.6) and CheckQuorum (thesis §6.2)."""

from typing import Any, Dict

from .configuration import has_quorum, voters_of


class Elections:
    def reset_election_timer(self) -> None:
        """Timeouts are drawn, so that one node is first and wins before the others wake (Raft §5.2)."""
        self.election_elapsed = 0
        self.election_timeout = self.random.randint(self.timing.election_min, self.timing.election_max)

    def tick_election(self) -> None:
        self.leader_silence += 1
        self.election_elapsed += 1
        if self.election_elapsed >= self.election_timeout:
            self.reset_election_timer()
            if self.may_campaign():
                self.ask_before_election()

    def ask_before_election(self) -> None:
        """PreVote: asks who would vote for this node, and changes nobody's term. A node that was cut off, or removed, disturbs nobody."""
        self.role, self.leader = "pre-candidate", None
        self.votes = {self.me: True}
        self.ask_for_votes(self.term + 1, pre=True, ordered=False)
        self.count_votes()

    def begin_election(self, ordered: bool = False) -> None:
        """`ordered`: the leader itself asked for it, so that nobody is to defend that leader."""
        self.elections_started += 1
        self.term, self.vote = self.term + 1, self.me
        self.save_state()
        self.role, self.leader = "candidate", None
        self.votes = {}  # its own vote counts in persisted()
        self.reset_election_timer()
        self.ask_for_votes(self.term, pre=False, ordered=ordered)

    def ask_for_votes(self, term: int, pre: bool, ordered: bool) -> None:
        request = {
            "kind": "vote-request",
            "term": term,
            "pre": pre,
            "ordered": ordered,
            "last_index": self.log.last_index,
            "last_term": self.log.last_term,
        }
        for peer in voters_of(self.config):
            if peer != self.me:
                self.send_when_durable(peer, request)

    def hears_leader(self) -> bool:
        return self.role == "leader" or (self.leader is not None and self.leader_silence < self.timing.election_min)

    def on_vote_request(self, sender: str, message: Dict[str, Any]) -> None:
        """Whether the sender may vote is not asked, nor whether this node is a voter: either may know an older configuration than the
        other, and the candidate counts only the voters of its own (thesis §4.2.2)."""
        term, pre = message["term"], message["pre"]
        if self.hears_leader() and not message["ordered"]:
            return  # there is a leader; whoever does not hear it may have been removed (thesis §4.2.3)
        if term > self.term and not pre:
            self.become_follower(term, None)
        # Its log must hold all that may be committed (Raft §5.4.1).
        up_to_date = (message["last_term"], message["last_index"]) >= (self.log.last_term, self.log.last_index)
        free = self.vote in (None, sender) and self.leader is None
        if pre:
            granted = up_to_date and (term > self.term or (term == self.term and free))
        else:
            granted = up_to_date and term == self.term and self.vote in (None, sender)
        if granted and not pre:
            self.vote = sender
            self.save_state()
            self.reset_election_timer()
        answer = {"kind": "vote", "term": term if granted else self.term, "pre": pre, "granted": granted}
        self.send_when_durable(sender, answer)

    def on_vote(self, sender: str, message: Dict[str, Any]) -> None:
        term, pre, granted = message["term"], message["pre"], message["granted"]
        if term > self.term and not (pre and granted):
            self.become_follower(term, None)
            return
        # A pre-vote binds nobody, and a vote of another term is for another election: neither elects anyone.
        if self.role != ("pre-candidate" if pre else "candidate"):
            return
        if granted and term != (self.term + 1 if pre else self.term):
            return
        self.votes[sender] = granted
        self.count_votes()

    def count_votes(self) -> None:
        if has_quorum(self.config, lambda voter: self.votes.get(voter) is True):
            if self.role == "pre-candidate":
                self.begin_election()
            else:
                self.become_leader()
        elif not has_quorum(self.config, lambda voter: self.votes.get(voter) is not False):  # it cannot be won any more
            self.become_follower(self.term, None)

    def on_timeout_now(self, sender: str, message: Dict[str, Any]) -> None:
        """The leader wants this node to lead in its place (thesis §3.10)."""
        if message["term"] == self.term and self.leader == sender and self.may_campaign():
            self.begin_election(ordered=True)
