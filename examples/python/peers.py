"""Messages between nodes, over TCP: one connection for each direction, dialled by whoever sends on it.

A frame is its length, in four bytes, and JSON: a list of messages. The first frame says who dials whom, and knows the cluster's token. Raft needs
nothing of the network but that it sometimes delivers: what cannot be sent is dropped, and Raft sends it again.
"""

import asyncio
import hmac
import json
import struct
from typing import Any, Callable, Dict, List, Optional, Tuple

HEAD = struct.Struct(">I")
FRAME_BYTES_MAX = 2**26
# What waits to be sent to a peer; beyond it messages are dropped.
WAITING_BYTES_MAX = 2**24
REDIAL_S = 0.2
DIAL_S = 0.4
# The listener says that it hears, at least so often; a connection that is silent for longer is given up.
HEARD_EVERY_S = 0.5
SILENCE_S = 3.0


def frame(value: Any) -> bytes:
    body = json.dumps(value, separators=(",", ":")).encode()
    return HEAD.pack(len(body)) + body


async def read_frame(reader: asyncio.StreamReader) -> Any:
    (length,) = HEAD.unpack(await reader.readexactly(HEAD.size))
    if length > FRAME_BYTES_MAX:
        raise ValueError(f"a frame of {length} bytes")
    return json.loads(await reader.readexactly(length))


class Link:
    """The way to one peer: dials again and again, and sends while it is connected."""

    def __init__(self, me: str, peer: str, address: Tuple[str, int], token: str):
        self.hello = frame({"from": me, "to": peer, "token": token})
        self.address = address
        self.writer: Optional[asyncio.StreamWriter] = None

    def send(self, messages: List[Any]) -> None:
        if self.writer is not None and self.writer.transport.get_write_buffer_size() < WAITING_BYTES_MAX:
            self.writer.write(frame(messages))

    async def keep_connected(self) -> None:
        while True:
            try:
                await self.connect_once()
            except (OSError, asyncio.TimeoutError, EOFError):
                pass
            await asyncio.sleep(REDIAL_S)

    async def connect_once(self) -> None:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(*self.address), DIAL_S)
        try:
            writer.write(self.hello)
            # That a connection was accepted proves nothing; that the peer answers does.
            while await asyncio.wait_for(reader.read(1024), SILENCE_S):
                self.writer = writer
        finally:
            self.writer = None
            writer.transport.abort()


class Peers:
    def __init__(self, me: str, addresses: Dict[str, Tuple[str, int]], token: str, receive: Callable[[str, List[Any]], None]):
        self.me, self.token, self.receive = me, token, receive
        self.links = {peer: Link(me, peer, address, token) for peer, address in addresses.items() if peer != me}
        self.tasks: List[Any] = []

    async def start(self, host: str, port: int) -> None:
        await asyncio.start_server(self.accept, host, port, reuse_address=True)
        self.tasks = [asyncio.ensure_future(link.keep_connected()) for link in self.links.values()]

    def send(self, messages: List[Tuple[str, Any]]) -> None:
        """All that one turn has for a peer goes in one frame."""
        by_peer: Dict[str, List[Any]] = {}
        for peer, message in messages:
            by_peer.setdefault(peer, []).append(message)
        for peer, batch in by_peer.items():
            if peer in self.links:
                self.links[peer].send(batch)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hearing: Optional[asyncio.Future] = None
        try:
            hello = await asyncio.wait_for(read_frame(reader), SILENCE_S)
            known = hello["to"] == self.me and hello["from"] in self.links
            if not known or not hmac.compare_digest(hello["token"].encode(), self.token.encode()):
                return
            hearing = asyncio.ensure_future(self.say_that_it_hears(writer))
            while True:
                self.receive(hello["from"], await read_frame(reader))
        except (OSError, asyncio.TimeoutError, EOFError, ValueError, KeyError, TypeError, AttributeError):
            pass  # the connection ended, or who dialled is no peer
        finally:
            if hearing is not None:
                hearing.cancel()
            writer.transport.abort()

    async def say_that_it_hears(self, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b".")
            await asyncio.sleep(HEARD_EVERY_S)
