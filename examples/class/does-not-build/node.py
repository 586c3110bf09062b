"""A submission that was handed in with half of an edit in it."""

import os


def status():
    return {"id": os.environ["RAFT_ID"], "role": "follower",
