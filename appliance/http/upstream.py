"""The way to the HTTP server behind us: one Unix connection for each connection from outside, opened for its first request.

Nothing behind us waits for somebody outside but who reads a form. What a newcomer would get wrong: the server closes a
connection that has rested for a while, at the very moment perhaps in which the next request is on its way, so one that has rested
is not used again; and it may refuse a body while that still comes, and hang up. Then a transport that writes is broken at once and
what has come is lost with it, so a body goes out by a second descriptor, and the answer is read to its end.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, cast, override

import httptools

from appliance.http.request_parser import Request

PEER_HEADER = b"hearth-peer"
# Above this much that the outside has not taken, the server waits.
_FULL_BYTES = 64 * 1024
# A tenth of the time after which granian closes (`http1_header_read_timeout`, 30 s).
_REST_SECONDS = 3.0
# What is between us and the sender (RFC 9110, 7.6.1; RFC 9112, 6), or ours to say.
_OURS = frozenset({
    b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"expect",
    b"content-length", PEER_HEADER,
})  # fmt: skip


class Broken(Exception):
    """The HTTP server did not finish its response; `is_begun` says whether anything of it has gone out."""

    def __init__(self, *, is_begun: bool) -> None:
        super().__init__()
        self.is_begun = is_begun


class Body(Protocol):
    """The body of a request that is handed on while it comes."""

    is_whole: bool
    """Whether all of it has come."""

    async def next_piece(self) -> bytes:
        """Wait for more; empty at its end."""
        ...


class Upstream:
    """Use `exchange` for one request after another, and `close` in the end."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._connection: _Connection | None = None
        self._rested_at = 0.0
        self._is_over = False

    async def exchange(
        self, request: Request, peer: str, send: Callable[[bytes], Awaitable[None]], body: Body | None = None
    ) -> bool:
        """Have a request answered, each piece of the response by `send`; whether the outside may ask again.

        With `body`, that is what follows the request, which has none itself; the response may come before its end. Raises
        `Broken`, and whatever `send` raises.
        """
        connection = await self._connected()
        is_chunked = body is not None and not request.values(b"content-length")
        whole = serialize(request, peer, is_passed=body is not None)
        response = connection.ask(is_head=request.method == "HEAD")
        passing = None
        if body is None:
            connection.put(whole)
        else:
            passing = asyncio.create_task(_pass_on(whole, body, connection, is_chunked=is_chunked))
        is_begun = False
        try:
            while (piece := await connection.next_piece()) is not None:
                is_begun = True
                await send(piece)
        finally:
            is_passed = passing is None or (passing.done() and passing.result())
            if passing is not None:
                passing.cancel()
        if not response.is_over:
            self._drop()
            raise Broken(is_begun=is_begun)
        self._rested_at = asyncio.get_running_loop().time()
        if not (response.keeps_alive and is_passed):
            self._drop()
        return response.keeps_alive and (body is None or body.is_whole)

    def close(self) -> None:
        """Nobody waits for an answer any more, nor for a connection that is being opened."""
        self._is_over = True
        self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _connected(self) -> "_Connection":
        loop = asyncio.get_running_loop()
        if self._connection is not None and (
            self._connection.is_lost or loop.time() - self._rested_at > _REST_SECONDS
        ):
            self._drop()
        if self._connection is None:
            try:
                _, connection = await loop.create_unix_connection(_Connection, str(self._socket))
            except OSError:
                raise Broken(is_begun=False) from None
            self._connection = connection
        if self._is_over:
            self._drop()
            raise Broken(is_begun=False)
        return self._connection


class _Connection(asyncio.Protocol):
    """One Unix connection: takes the server's bytes up, no faster than they are asked for."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._second: socket.socket | None = None
        self._is_sending = False
        self._received = bytearray()
        self._news = asyncio.Event()
        self._response = _Response(is_head=False)
        self.is_lost = False

    def ask(self, *, is_head: bool) -> "_Response":
        """A request follows; its response is followed from here on."""
        self._response = _Response(is_head=is_head)
        self._received.clear()
        return self._response

    def put(self, data: bytes) -> None:
        """Send a whole request."""
        if self._transport is not None:
            self._transport.write(data)

    async def put_piece(self, data: bytes) -> bool:
        """Send a part of a request; returns when the server has taken it, or False if it takes no more."""
        if self._transport is None or self.is_lost:
            return False
        if self._second is None:
            self._second = _second(self._transport)
        self._is_sending = True
        try:
            await asyncio.get_running_loop().sock_sendall(self._second, data)
        except OSError:
            return False
        finally:
            self._is_sending = False
            self._end_second_if_lost()
        return True

    async def next_piece(self) -> bytes | None:
        """What has come since; None when the response is over, or the server has gone."""
        while not self._received:
            if self._response.is_over or self.is_lost:
                return None
            self._news.clear()
            await self._news.wait()
        piece = bytes(self._received)
        self._received.clear()
        if self._transport is not None:
            self._transport.resume_reading()
        return piece

    def close(self) -> None:
        self._lost()
        if self._transport is not None:
            self._transport.abort()

    def _lost(self) -> None:
        self.is_lost = True
        self._news.set()
        self._end_second_if_lost()

    def _end_second_if_lost(self) -> None:
        if self._second is None or not self.is_lost:
            return
        if self._is_sending:
            # The loop waits for it: closed under its eyes, it would wait for whatever has its number next.
            with suppress(OSError):
                self._second.shutdown(socket.SHUT_RDWR)
        else:
            self._second.close()
            self._second = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are no subclass of it.
        self._transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        try:
            self._response.feed(data)
        except httptools.HttpParserError:
            self.close()
            return
        self._received += data
        if len(self._received) > _FULL_BYTES and self._transport is not None:
            self._transport.pause_reading()
        self._news.set()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._lost()


def _second(transport: asyncio.Transport) -> socket.socket:
    """Another descriptor of the same connection."""
    first = cast("socket.socket", transport.get_extra_info("socket"))
    second = socket.fromfd(first.fileno(), socket.AF_UNIX, socket.SOCK_STREAM)
    second.settimeout(0)
    return second


async def _pass_on(head: bytes, body: Body, connection: "_Connection", *, is_chunked: bool) -> bool:
    """Hand a request on as its body comes, and as fast as it is taken; whether all of it was."""
    is_taken = await connection.put_piece(head)
    while is_taken and (piece := await body.next_piece()):
        is_taken = await connection.put_piece(b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece)
    return is_taken and (not is_chunked or await connection.put_piece(b"0\r\n\r\n"))


class _Response:
    """Follows one response to its end."""

    def __init__(self, *, is_head: bool) -> None:
        self._is_head = is_head
        self._parser = httptools.HttpResponseParser(self)
        self.is_over = False
        self.keeps_alive = True

    def feed(self, data: bytes) -> None:
        """Read on. Raises `httptools.HttpParserError`, for more than one response as well."""
        if self.is_over:
            raise httptools.HttpParserError("nobody asked")
        self._parser.feed_data(data)

    def on_headers_complete(self) -> None:
        """Called by the parser, which does not know what was asked: the answer to a HEAD ends here (RFC 9112, 6.3)."""
        self.keeps_alive = self._parser.should_keep_alive()
        self.is_over = self.is_over or self._is_head

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self.is_over = True


def serialize(request: Request, peer: str, *, is_passed: bool = False) -> bytes:
    """The request as the HTTP server gets it: where it comes from, what was said of it, and its body in one piece.

    If the body `is_passed` on, the head says only how it comes.
    """
    lines = [b"%b %b HTTP/1.1" % (request.method.encode("ascii"), request.target)]
    lines.append(b"%b: %b" % (PEER_HEADER, peer.encode("ascii")))
    lines += [b"%b: %b" % header for header in request.headers if header[0] not in _OURS]
    if is_passed:
        lengths = request.values(b"content-length")
        lines.append(b"content-length: %b" % lengths[0] if lengths else b"transfer-encoding: chunked")
    elif request.body or request.method not in {"GET", "HEAD"}:
        lines.append(b"content-length: %d" % len(request.body))
    if not request.keeps_alive:
        lines.append(b"connection: close")
    return b"\r\n".join((*lines, b"", request.body))
