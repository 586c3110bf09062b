"""A submission that starts, takes connections, and never says anything."""

import os
import socket

host, port = os.environ["RAFT_LISTEN_CLIENT"].rsplit(":", 1)
with socket.create_server((host, int(port)), backlog=256) as listener:
    held = []
    while True:
        held.append(listener.accept())
