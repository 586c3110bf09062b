"""HTTP/1.1 with keep-alive, as much of it as the contract needs: one request after the other on each of many connections."""

import asyncio
import json
from typing import Any, Awaitable, Callable, Dict, NamedTuple, Optional, Set, Union

HEAD_BYTES_MAX = 16 * 1024
# A compare-and-set carries two values of 64 KiB, and JSON may spell a byte as six characters.
BODY_BYTES_MAX = 1024 * 1024
CONNECTIONS_MAX = 1024
# A request comes whole within so long, or not at all; a connection may idle for longer.
REQUEST_S = 10.0
IDLE_S = 300.0

REASONS = {
    200: "OK", 202: "Accepted", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed",
    409: "Conflict", 412: "Precondition Failed", 413: "Content Too Large", 415: "Unsupported Media Type", 428: "Precondition Required",
    500: "Internal Server Error", 501: "Not Implemented", 503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip


class Request(NamedTuple):
    method: str
    path: str  # without the query
    headers: Dict[str, str]  # names in lower case
    body: bytes


class Response(NamedTuple):
    status: int
    body: Any
    headers: Dict[str, str] = {}


class Problem(Exception):
    """An answer that says no (RFC 9457). Its type decides what the lab may believe."""

    def __init__(self, status: int, type_: str, title: str, **more: Any):
        super().__init__(title)
        self.response = Response(
            status,
            {"type": type_, "title": title, "status": status, **more},
            {"content-type": "application/problem+json"},
        )


Handler = Callable[[Request], Union[Response, Awaitable[Response]]]


class HttpServer:
    def __init__(self, handler: Handler):
        self.handler = handler
        self.open: Set[asyncio.StreamWriter] = set()

    async def start(self, host: str, port: int) -> None:
        await asyncio.start_server(self.serve, host, port, limit=HEAD_BYTES_MAX, backlog=CONNECTIONS_MAX, reuse_address=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self.open) >= CONNECTIONS_MAX:
            writer.transport.abort()
            return
        self.open.add(writer)
        loop = asyncio.get_running_loop()
        limit = loop.call_later(IDLE_S, writer.transport.abort)
        try:
            while not reader.at_eof():
                limit.cancel()
                limit = loop.call_later(IDLE_S, writer.transport.abort)
                first = await reader.readexactly(1)  # idle until here
                limit.cancel()
                limit = loop.call_later(REQUEST_S, writer.transport.abort)
                try:
                    request = await self.read_request(first, reader, writer)
                except Problem as problem:
                    write(writer, problem.response, close=True)  # where the next request begins is not known
                    return
                limit.cancel()
                response = await self.answer(request)
                close = request.headers.get("connection", "").lower() == "close"
                write(writer, response, close, head_only=request.method == "HEAD")
                if close:
                    return
                limit = loop.call_later(REQUEST_S, writer.transport.abort)
                await writer.drain()
        except (OSError, EOFError):
            pass
        finally:
            limit.cancel()
            self.open.discard(writer)
            writer.close()

    async def answer(self, request: Request) -> Response:
        try:
            response = self.handler(request)
            return response if isinstance(response, Response) else await response
        except Problem as problem:
            return problem.response
        except Exception as error:  # a mistake of ours: nothing is known of what it did, and an untyped 500 says so
            print(f"{request.method} {request.path}: {error!r}", flush=True)
            return Response(500, {"title": "internal error", "status": 500})

    async def read_request(self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request:
        try:
            head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.LimitOverrunError:
            raise Problem(400, "bad-request", f"the head of a request is at most {HEAD_BYTES_MAX} bytes long") from None
        request_line, *lines = head.rstrip("\r\n").lstrip("\r\n").split("\r\n")
        parts = request_line.split(" ")
        if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
            raise Problem(400, "bad-request", "not a request of HTTP/1.1")
        headers: Dict[str, str] = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon or name != name.strip() or not name:
                raise Problem(400, "bad-request", "a header that is none")
            name = name.lower()
            if name == "content-length" and headers.get(name, value.strip()) != value.strip():
                raise Problem(400, "bad-request", "two lengths for one body")
            headers[name] = value.strip()
        if headers.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await self.read_body(headers, reader)
        return Request(parts[0], parts[1].partition("?")[0], headers, body)

    async def read_body(self, headers: Dict[str, str], reader: asyncio.StreamReader) -> bytes:
        if "transfer-encoding" in headers:
            if headers["transfer-encoding"].lower() != "chunked" or "content-length" in headers:
                raise Problem(400, "bad-request", "a body is sent with its length, or chunked")
            return await self.read_chunks(reader)
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            raise Problem(400, "bad-request", "content-length is a whole number")
        return await reader.readexactly(checked(int(length[:20])))

    async def read_chunks(self, reader: asyncio.StreamReader) -> bytes:
        body = b""
        while True:
            try:
                size = int((await reader.readuntil(b"\r\n")).split(b";")[0].strip(), 16)
            except (ValueError, asyncio.LimitOverrunError):
                raise Problem(400, "bad-request", "a chunk without its length") from None
            if size < 0:
                raise Problem(400, "bad-request", "a chunk of a negative length")
            checked(len(body) + size)
            chunk = await reader.readexactly(size + 2)
            if size == 0:
                return body
            body += chunk[:-2]


def checked(length: int) -> int:
    if length > BODY_BYTES_MAX:
        raise Problem(413, "too-large", f"a body is at most {BODY_BYTES_MAX} bytes long")
    return length


def write(writer: asyncio.StreamWriter, response: Response, close: bool, head_only: bool = False) -> None:
    body = json.dumps(response.body, separators=(",", ":")).encode()
    headers = {"content-type": "application/json", "content-length": str(len(body)), **response.headers}
    if close:
        headers["connection"] = "close"
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {response.status} {REASONS.get(response.status, '')}\r\n{lines}\r\n".encode("latin-1")
    writer.write(head if head_only else head + body)
