from typing import Any, Dict, Optional


class Progress:
    """What a leader knows of one peer."""

    def __init__(self, next_index: int):
        self.match = 0  # the peer's disk holds the leader's log up to here
        self.next = next_index  # the first entry to send
        self.probing = True  # it is not known yet where the logs agree: one append at a time
        self.asked = False  # …and that one is on its way
        self.heard = True  # since quorum was last checked
        self.silence = 0  # ticks since it was heard
        self.acked_round = 0  # the latest round of heartbeats that it answered
        self.snapshot: Optional[Dict[str, Any]] = None  # what it is being sent instead of entries that are gone
        self.stored = 0  # how much of that it has
