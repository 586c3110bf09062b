"""Who belongs to the cluster: {"voters": [...], "learners": [...]}. Learners receive the log and do not count."""

from typing import Dict, List

Config = Dict[str, List[str]]


def majority(voters: List[str]) -> int:
    return len(voters) // 2 + 1


def members(config: Config) -> List[str]:
    return config["voters"] + config["learners"]


def same(one: Config, other: Config) -> bool:
    return all(sorted(one[part]) == sorted(other[part]) for part in ("voters", "learners"))


def voters_changed(one: Config, other: Config) -> int:
    return len(set(one["voters"]) ^ set(other["voters"]))
