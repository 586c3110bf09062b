"""Who belongs to the cluster: {"voters": [...], "learners": [...], "outgoing": [...]}.

Learners receive the log and do not count. While a configuration is joint, `outgoing` holds the voters of the one before, and everything needs a
majority of both halves (Raft §6); else it is empty.
"""

from typing import Callable, Dict, List

Config = Dict[str, List[str]]


def settled(voters: List[str], learners: List[str]) -> Config:
    return {"voters": voters, "learners": learners, "outgoing": []}


def majority(voters: List[str]) -> int:
    return len(voters) // 2 + 1


def halves(config: Config) -> List[List[str]]:
    return [config["voters"], config["outgoing"]] if config["outgoing"] else [config["voters"]]


def voters_of(config: Config) -> List[str]:
    """Whoever has a vote in one half or in both."""
    return config["voters"] + [voter for voter in config["outgoing"] if voter not in config["voters"]]


def members(config: Config) -> List[str]:
    voters = voters_of(config)
    return voters + [learner for learner in config["learners"] if learner not in voters]


def has_quorum(config: Config, counts: Callable[[str], bool]) -> bool:
    """Whether those who count are a majority of each half."""
    return all(sum(map(counts, voters)) >= majority(voters) for voters in halves(config))


def quorum_index(config: Config, index_of: Callable[[str], int]) -> int:
    """The highest index that a majority of each half has reached."""
    reached = [sorted(map(index_of, voters), reverse=True)[majority(voters) - 1] for voters in halves(config)]
    return min(reached)


def same(one: Config, other: Config) -> bool:
    return all(sorted(one[part]) == sorted(other[part]) for part in ("voters", "learners", "outgoing"))


def voters_changed(one: Config, other: Config) -> int:
    return len(set(one["voters"]) ^ set(other["voters"]))


def may_follow(one: Config, other: Config) -> bool:
    """Whether any quorum of the one overlaps with any quorum of the other: they differ by one voter, or the other enters or leaves the joint."""
    if other["outgoing"]:
        return not one["outgoing"] and sorted(other["outgoing"]) == sorted(one["voters"])
    if one["outgoing"]:
        return sorted(other["voters"]) == sorted(one["voters"])
    return voters_changed(one, other) <= 1
