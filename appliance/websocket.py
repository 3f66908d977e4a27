"""The server's end of a WebSocket (RFC 6455), written straight to the connection.

`websockets` reads and answers the handshake, and reads whatever comes in; what goes out is one frame in one write, made of bytes
that all recipients share. What a newcomer would get wrong: a write never waits, so whoever writes has to look at `is_full`.
"""

import asyncio
import socket
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Protocol, cast, override
from urllib.parse import parse_qs

from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

# What our own clients send at the most fits four times over; the codec refuses smaller frames in its own words.
_MOST_BYTES = 64 * 1024
# Above this much unsent, the next frames wait where they can be counted.
_FULL_BYTES = 64 * 1024
# The kernel would take megabytes of a reader who takes nothing, and they would be gone with the line; a session keeps one.
_KERNEL_BYTES = 128 * 1024
# A handshake is one packet. Whoever needs longer holds a place for nothing.
_HANDSHAKE_SECONDS = 10.0
_CLOSING_SECONDS = 2.0

TEXT, BINARY = 0x81, 0x82


def frame(kind: int, payload: bytes) -> bytes:
    """A whole unmasked frame of kind `TEXT` or `BINARY` (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((kind, size)) + payload
    if size < 1 << 16:
        return bytes((kind, 126)) + size.to_bytes(2) + payload
    return bytes((kind, 127)) + size.to_bytes(8) + payload


class Listener(Protocol):
    """Whoever has a WebSocket hears of three things."""

    def heard(self, message: str | bytes) -> None:
        """The other end said something."""
        ...

    def drained(self) -> None:
        """What was written has gone out; `is_full` is false again."""
        ...

    def closed(self) -> None:
        """The connection is no more; comes once, and after it nothing."""
        ...


class WebSocket(asyncio.Protocol):
    """From the first byte of its handshake on; `listener` is asked for when that is over."""

    def __init__(self, listen: "Callable[[WebSocket], Listener]", transport: asyncio.Transport) -> None:
        self._protocol = ServerProtocol(max_size=_MOST_BYTES)
        self._transport = transport
        self._listen = listen
        self._listener: Listener | None = None
        self._is_over = False
        self._parts: list[bytes] = []
        self._kind = Opcode.TEXT
        self.is_full = False
        self.query: dict[str, list[str]] = {}
        self.host = ""
        transport.set_write_buffer_limits(high=_FULL_BYTES)
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_BYTES)
        loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = loop.call_later(_HANDSHAKE_SECONDS, transport.abort)

    def write(self, whole: bytes) -> None:
        """Send a frame, as `frame` makes it; nothing if the connection has gone or is being closed."""
        if not self._is_over and not self._transport.is_closing():
            self._transport.write(whole)

    def close(self, code: int) -> None:
        """Say goodbye, and cut the line if the other end does not do the same soon."""
        try:
            self._protocol.send_close(code)
        except InvalidState:
            # The other end was faster.
            return
        self._flush()
        self._expect_end()

    def abort(self) -> None:
        """Cut the line; what was not sent yet is lost."""
        self._transport.abort()

    @override
    def data_received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._shake_hands(event)
            elif isinstance(event, Frame):
                self._read(event)
        self._flush()
        if self._protocol.close_expected():
            self._expect_end()

    @override
    def eof_received(self) -> bool:
        self._protocol.receive_eof()
        self._flush()
        # The transport closes itself.
        return False

    @override
    def pause_writing(self) -> None:
        self.is_full = True

    @override
    def resume_writing(self) -> None:
        self.is_full = False
        if self._listener is not None:
            self._listener.drained()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._is_over = True
        self._stop_timer()
        if self._listener is not None:
            self._listener.closed()

    def _shake_hands(self, request: Request) -> None:
        self.query = parse_qs(request.path.partition("?")[2])
        self.host = request.headers.get("Host", "localhost")
        response = self._protocol.accept(request)
        self._protocol.send_response(response)
        if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            return
        self._stop_timer()
        self._flush()
        self._listener = self._listen(self)

    def _read(self, event: Frame) -> None:
        if event.opcode in {Opcode.TEXT, Opcode.BINARY}:
            self._kind, self._parts = event.opcode, [bytes(event.data)]
        elif event.opcode is Opcode.CONT:
            self._parts.append(bytes(event.data))
        else:
            # Pings are answered by the protocol, a goodbye is followed by the end of the connection.
            return
        if event.fin and self._listener is not None:
            whole = b"".join(self._parts)
            self._listener.heard(whole.decode(errors="replace") if self._kind is Opcode.TEXT else whole)

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if self._transport.is_closing():
                return
            if data:
                self._transport.write(data)
            else:
                # The end of what we say; half-closing is not possible over TLS, and nothing more is wanted.
                self._transport.close()

    def _expect_end(self) -> None:
        if self._timer is None and not self._is_over:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_CLOSING_SECONDS, self._transport.abort)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def adopt(listen: Callable[[WebSocket], Listener], transport: asyncio.Transport, data: bytes) -> WebSocket:
    """Take a connection over; `data` is what came in of its handshake so far."""
    websocket = WebSocket(listen, transport)
    transport.set_protocol(cast("Any", websocket))
    websocket.data_received(data)
    return websocket
