"""Raft as a pure machine: what happened goes in, what is to be done comes out. No clock, no network, no disk in here."""

from .core import Effects, Raft, Recovered, Timing
from .log import Entry, Log

__all__ = ["Effects", "Entry", "Log", "Raft", "Recovered", "Timing"]
