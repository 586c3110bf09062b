"""Chapter 4: changing who belongs to the cluster (Raft §6, thesis §4).

A configuration is an entry of the log, and a node uses the latest one in its log from the moment it is appended, committed or not. So two that
follow each other have to overlap: any quorum of the one and any quorum of the other have a node in common. They do when they differ by one
voter. A larger change goes through a joint configuration, which needs a majority of the old voters and one of the new, and leaves it again.
"""

from typing import Any, Dict, Tuple

from .configuration import Config, has_quorum, may_follow, members, same, settled, voters_changed, voters_of
from .log import Entry
from .progress import Progress

# So close to the end of the log a learner has caught up: under load the last entries are always on their way.
CAUGHT_UP_WITHIN = 256


class Membership:
    # ---- The configurations of the log.

    @property
    def config(self) -> Config:
        return self.configs[-1][1]

    @property
    def config_index(self) -> int:
        return self.configs[-1][0]

    def config_at(self, index: int) -> Tuple[int, Config]:
        """The configuration at a place of the log, and the index of its entry."""
        return [pair for pair in self.configs if pair[0] <= index][-1]

    def notice_config(self, entry: Entry) -> None:
        if entry.data["do"] == "config":
            config = {part: entry.data[part] for part in ("voters", "learners", "outgoing")}
            self.configs.append((entry.index, config))

    def forget_configs_from(self, index: int) -> None:
        """The log was cut: what was appended and not committed is undone."""
        self.configs = [pair for pair in self.configs if pair[0] < index]

    def may_campaign(self) -> bool:
        """A voter may, and so may one that is only being removed: it may be needed until its removal is committed (thesis §4.2.2). Not
        while a snapshot is about to replace the log."""
        known_committed = self.config_at(self.commit)[1]
        return self.storing is None and self.me in voters_of(self.config) + voters_of(known_committed)

    # ---- The leader.

    def meet_members(self) -> None:
        for peer in members(self.config):
            if peer != self.me and peer not in self.progress:
                self.progress[peer] = Progress(self.log.last_index + 1)

    def change_config(self, request: Any, target: Config, if_match: int) -> str:
        """Begins a change: "begun" (the outcome follows in Effects.changes), or why not."""
        if self.role != "leader":
            return "not-leader"
        # One at a time, and none before an entry of the leader's own term is committed: else two changes by two leaders could be under
        # way that do not overlap (the bug found in 2015).
        busy = self.change is not None or self.transfer is not None or bool(self.config["outgoing"])
        if busy or self.config_index > self.commit or self.commit < self.first_index:
            return "in-progress"
        if if_match != self.config_index:
            return "stale"
        if same(self.config, target):
            return "done"
        self.change = {
            "request": request,
            "target": target,
            "before": self.config,
            "stage": "catching-up",
            "ticks_left": self.timing.catch_up,
        }
        # A new voter first catches up as a learner, so that nothing waits for it (thesis §4.2.1).
        newcomers = [node for node in target["voters"] if node not in members(self.config)]
        if newcomers:
            self.propose_config(settled(self.config["voters"], self.config["learners"] + newcomers))
        return "begun"

    def propose_config(self, config: Config) -> None:
        assert may_follow(self.config, config), "configurations that follow each other overlap"
        self.append_entry({"do": "config", **config})
        self.meet_members()

    def tick_change(self) -> None:
        if self.change is not None:
            self.change["ticks_left"] -= 1
        if self.transfer is not None:
            self.transfer["ticks_left"] -= 1
            if self.transfer["ticks_left"] <= 0:
                self.transfer = None  # the other did not take over; this node leads on

    def advance_change(self) -> None:
        """Takes the next step of what is under way, if it can be taken."""
        self.advance_transfer()
        if self.config_index > self.commit or self.commit < self.first_index:
            return
        if self.config["outgoing"]:
            # The joint configuration is committed: whoever leads, and whoever asked for it, leaves it.
            self.propose_config(settled(self.config["voters"], self.config["learners"]))
            return
        if self.change is not None:
            self.advance_stage(self.change)
        if self.me not in voters_of(self.config) and self.config_index <= self.commit:
            self.retire()

    def advance_stage(self, change: Dict[str, Any]) -> None:
        if change["stage"] == "catching-up":
            if self.is_ready_for(change["target"]):
                change["stage"] = "changing"
                self.propose_config(self.towards(change["target"]))
            elif change["ticks_left"] <= 0:
                change["stage"] = "going-back"
                if not same(self.config, change["before"]):
                    self.propose_config(change["before"])
        elif change["stage"] == "changing":
            self.finish_change("done")
        elif change["stage"] == "going-back":
            self.finish_change("not-caught-up")

    def towards(self, target: Config) -> Config:
        """The next configuration on the way to a target."""
        if voters_changed(self.config, target) <= 1:
            return target
        return {**target, "outgoing": self.config["voters"]}

    def finish_change(self, outcome: str) -> None:
        self.effects.changes.append((self.change["request"], outcome))
        self.change = None

    def is_ready_for(self, target: Config) -> bool:
        """New voters have caught up, and quorums of what comes next are there."""
        newcomers = [node for node in target["voters"] if node not in self.config["voters"]]
        if not all(self.has_caught_up(node) for node in newcomers):
            return False
        return has_quorum(self.towards(target), lambda voter: voter == self.me or self.is_there(voter))

    def is_there(self, peer: str) -> bool:
        return peer in self.progress and self.progress[peer].silence < self.timing.election_max

    def has_caught_up(self, peer: str) -> bool:
        progress = self.progress.get(peer)
        if progress is None or progress.probing or progress.snapshot is not None:
            return False
        return progress.match + CAUGHT_UP_WITHIN >= self.log.last_index

    def on_committed(self, before: int) -> None:
        """The commit index has moved on from `before`."""
        if not before < self.config_index <= self.commit:
            return
        self.save_state()  # so that a removed node that is restarted knows that it was removed
        if self.role != "leader":
            return
        for peer in [peer for peer in self.progress if peer not in members(self.config)]:
            # The last word to a removed node: that its removal is committed.
            if self.log.term_at(self.progress[peer].next - 1) is not None:
                self.send_append(peer, self.progress[peer].next, 0)
            del self.progress[peer]

    def retire(self) -> None:
        """The leader is no voter any more, and that is committed: it has done its duty (thesis §4.2.2)."""
        self.broadcast_heartbeat()
        heir = self.most_advanced()
        if heir is not None:
            self.send(heir, {"kind": "timeout-now", "term": self.term})
        self.become_follower(self.term, None)

    def most_advanced(self) -> Any:
        voters = [voter for voter in self.config["voters"] if voter != self.me and self.is_there(voter)]
        return max(voters, key=lambda voter: self.progress[voter].match, default=None)

    # ---- Leadership transfer (thesis §3.10).

    def transfer_to(self, peer: str) -> bool:
        """Lets `peer` lead, if it can; that it does shows in who leads."""
        if self.role != "leader" or self.transfer is not None or self.change is not None or peer not in self.config["voters"]:
            return False
        if peer != self.me:
            self.transfer = {"to": peer, "asked": False, "ticks_left": self.timing.election_max}
        return True

    def advance_transfer(self) -> None:
        transfer = self.transfer
        if transfer is None or transfer["asked"]:
            return
        if self.progress[transfer["to"]].match == self.log.last_index:  # it could not be elected before
            transfer["asked"] = True
            self.send(transfer["to"], {"kind": "timeout-now", "term": self.term})
