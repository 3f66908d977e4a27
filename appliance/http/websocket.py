"""The server's end of a WebSocket (RFC 6455), written straight to the connection.

`websockets` reads and answers the handshake, and reads whatever comes in but what nearly always comes: a whole message in
one piece, which is read here in a fifteenth of the time. What goes out is one frame in one write.
What a newcomer would get wrong: a write never waits, so whoever writes has to look at `is_clear`.
"""

import asyncio
import socket
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Protocol, cast, override
from urllib.parse import parse_qs

from websockets.exceptions import InvalidState
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.speedups import apply_mask

from appliance.http.origin import is_own

# What our own clients send at the most fits four times over; the codec refuses smaller frames in its own words. Of a stranger
# a message is kept as far as that reads, and a little more to say so.
_MOST_BYTES, _MOST_OF_STRANGERS = 64 * 1024, 17 * 1024
# Above this much unsent, the next frames wait where they can be counted.
_FULL_BYTES = 64 * 1024
# The kernel would take megabytes of a reader who takes nothing, and they would be gone with the line; a session keeps one.
_KERNEL_BYTES = 128 * 1024
# A handshake is one packet. Whoever needs longer holds a place for nothing.
_HANDSHAKE_SECONDS = 10.0
_CLOSING_SECONDS = 2.0
# For the goodbye to somebody who floods us.
_FLOOD_SECONDS = 0.2
_FOREIGN = "Only Hearth's own page may connect here. Open Hearth under its own address."
# What the library reads (pings, pieces, several messages in one packet) costs fifteen times as much, however little it says.
# Pings come every twenty seconds, and the gateway hears two messages a second: so many at once, and then so many a second.
_FRAMES, _FRAMES_PER_SECOND = 256, 16
# It reads all that it is given: the smaller the pieces, the sooner somebody is stopped.
_SLICE_BYTES = 4 * 1024

TEXT, BINARY = 0x81, 0x82


def start(kind: int, size: int) -> bytes:
    """What an unmasked frame of kind `TEXT` or `BINARY` with so many bytes begins with (RFC 6455, 5.2)."""
    if size < 126:
        return bytes((kind, size))
    if size < 1 << 16:
        return bytes((kind, 126)) + size.to_bytes(2)
    return bytes((kind, 127)) + size.to_bytes(8)


def frame(kind: int, payload: bytes) -> bytes:
    """A whole unmasked frame."""
    return start(kind, len(payload)) + payload


def unframed(whole: bytes) -> bytes:
    """What is in a frame that `frame` made."""
    return whole[{126: 4, 127: 10}.get(whole[1], 2) :]


def only_message(data: bytes) -> bytes | None:
    """The message, if these bytes are one masked frame that is a whole message of less than 64 KiB, and nothing else."""
    # Not as a set, which would be made for each frame.
    if len(data) < 6 or (data[0] != TEXT and data[0] != BINARY):
        return None
    # Without the mask it comes out negative, and nothing is as long as that.
    size, at = data[1] - 128, 2
    if size == 126:
        size, at = data[2] << 8 | data[3], 4
    elif size == 127:
        return None
    if len(data) != at + 4 + size:
        return None
    return apply_mask(data[at + 4 :], data[at : at + 4])


def _size(frame: Frame) -> int:
    """How long a masked frame was; one that took longer than it needs is only ever thought shorter."""
    size = len(frame.data)
    return size + (6 if size < 126 else 8 if size < 1 << 16 else 14)


def _first(request: Request, name: str) -> str | None:
    """A header's value, the first if somebody sent several."""
    return next(iter(request.headers.get_all(name)), None)


class Owner(Protocol):
    """The connection that a WebSocket came in on: it is counted there, and told what becomes of it."""

    def known(self) -> None:
        """Somebody has said who they are."""
        ...

    def left(self) -> None:
        """The connection is no more."""
        ...


class MessageHandler(Protocol):
    """What a WebSocket calls: for each message, when it may be written to again, and when it is gone."""

    def received(self, message: bytes) -> None:
        """The other end said something."""
        ...

    def drained(self) -> None:
        """What was written has gone out; `is_clear` is true again."""
        ...

    def closed(self) -> None:
        """The connection is no more; comes once, and after it nothing."""
        ...


class WebSocket(asyncio.Protocol):
    """From the first byte of its handshake on; `listen` is asked for the handler when that is over.

    `put` sends a frame, as `frame` makes it, and may be called while `is_clear`: the connection is open, and what was
    written before has been taken.
    """

    def __init__(
        self, listen: "Callable[[WebSocket], MessageHandler]", transport: asyncio.Transport, owner: Owner
    ) -> None:
        self._protocol = ServerProtocol(max_size=_MOST_OF_STRANGERS)
        self._transport = transport
        self._listen = listen
        self._owner = owner
        self._handler: MessageHandler | None = None
        self._is_open, self._is_over = True, False
        self._parts: list[bytes] = []
        # Of what came in: how much the library has not made a frame of yet.
        self._unread = 0
        # Answers to a ping that a reader who is behind has not taken; only the last is owed (RFC 6455, 5.5.3).
        self._pong = b""
        self.is_clear = True
        self.put: Callable[[bytes], None] = transport.write
        self.query: dict[str, list[str]] = {}
        self.host = ""
        transport.set_write_buffer_limits(high=_FULL_BYTES)
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_BYTES)
        self._loop = asyncio.get_running_loop()
        self._frames, self._counted_at = float(_FRAMES), self._loop.time()
        self._is_failed = self._has_eof = False
        self._timer: asyncio.TimerHandle | None = self._loop.call_later(_HANDSHAKE_SECONDS, transport.abort)

    def known(self) -> None:
        """Whoever this is has said so, and is counted by account from here on."""
        self._protocol.max_message_size = _MOST_BYTES
        self._owner.known()

    def write(self, whole: bytes) -> None:
        """Send a frame, or let it wait for its turn; nothing if the connection has gone or is being closed."""
        if self._is_open and not self._transport.is_closing():
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
        self._say_no_more()
        self._transport.abort()

    def shake(self, handshake: bytes) -> None:
        """Answer the request that began it all; before anything else comes in."""
        self._read_on(handshake)

    @override
    def data_received(self, data: bytes) -> None:
        if self._handler is not None and not self._unread and not self._parts:
            message = only_message(data)
            if message is not None and self._protocol.state is State.OPEN:
                self._handler.received(message)
                return
        for at in range(0, len(data), _SLICE_BYTES):
            self._read_on(data[at : at + _SLICE_BYTES])
        if self._protocol.close_expected():
            self._expect_end()

    @override
    def eof_received(self) -> bool:
        self._say_no_more()
        self._receive_eof()
        self._flush()
        # The transport closes itself, but not before what was written has been taken.
        self._expect_end()
        return False

    @override
    def pause_writing(self) -> None:
        self.is_clear = False

    @override
    def resume_writing(self) -> None:
        self.is_clear = self._is_open
        if self._pong and self.is_clear:
            self._transport.write(self._pong)
            self._pong = b""
        if self._handler is not None:
            self._handler.drained()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._say_no_more()
        self._is_over = True
        self._stop_timer()
        self._owner.left()
        # The handler knows us and we know it, and the library reads in a generator that knows the library: without an end they
        # would keep all that was said until cycles are looked for, which is seldom.
        if not self._has_eof:
            self._receive_eof()
        self._parts.clear()
        handler, self._handler = self._handler, None
        if handler is not None:
            handler.closed()

    def _read_on(self, data: bytes) -> None:
        if self._is_failed:
            return
        self._unread += len(data)
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._unread = 0
                self._shake_hands(event)
            elif isinstance(event, Frame) and self._is_affordable():
                self._unread -= _size(event)
                self._read(event)
        self._flush()

    def _shake_hands(self, request: Request) -> None:
        self.query = parse_qs(request.path.partition("?")[2])
        self.host = _first(request, "Host") or "localhost"
        # A page of another site may open a WebSocket without asking; only our own is let in (RFC 6455, 10.2).
        if is_own(_first(request, "Origin"), self.host, _first(request, "Sec-Fetch-Site")):
            response = self._protocol.accept(request)
        else:
            response = self._protocol.reject(HTTPStatus.FORBIDDEN, _FOREIGN)
        self._protocol.send_response(response)
        if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            return
        self._stop_timer()
        self._flush()
        self._handler = self._listen(self)

    def _is_affordable(self) -> bool:
        """Count a frame that the library had to read; whoever sends too many is sent away."""
        if self._is_failed:
            return False
        now = self._loop.time()
        earned = (now - self._counted_at) * _FRAMES_PER_SECOND
        self._frames, self._counted_at = min(self._frames + earned, _FRAMES) - 1, now
        if self._frames >= 0:
            return True
        self._is_failed = True
        self._protocol.fail(CloseCode.POLICY_VIOLATION)
        self._say_no_more()
        # Not read to its end as a connection that closes is: it would flood us meanwhile.
        self._transport.pause_reading()
        self._loop.call_later(_FLOOD_SECONDS, self._transport.abort)
        return False

    def _read(self, event: Frame) -> None:
        if event.opcode in {Opcode.TEXT, Opcode.BINARY}:
            self._parts = [bytes(event.data)]
        elif event.opcode is Opcode.CONT:
            self._parts.append(bytes(event.data))
        else:
            # Pings are answered by the protocol, a goodbye is followed by the end of the connection.
            return
        if event.fin and self._handler is not None:
            whole = b"".join(self._parts)
            self._parts.clear()
            self._handler.received(whole)

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if self._transport.is_closing():
                return
            if data and not self.is_clear and self._protocol.state is State.OPEN:
                self._pong = data
            elif data:
                self._transport.write(data)
            elif not self._is_failed:
                # The end of what we say; half-closing is not possible over TLS, and nothing more is wanted.
                self._transport.close()

    def _receive_eof(self) -> None:
        self._has_eof = True
        self._protocol.receive_eof()

    def _say_no_more(self) -> None:
        self._is_open = self.is_clear = False

    def _expect_end(self) -> None:
        self._say_no_more()
        if self._timer is None and not self._is_over:
            self._timer = self._loop.call_later(_CLOSING_SECONDS, self._transport.abort)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def adopt(
    listen: Callable[[WebSocket], MessageHandler], transport: asyncio.Transport, data: bytes, owner: Owner
) -> WebSocket:
    """Take a connection over; `data` is what came in of its handshake so far."""
    websocket = WebSocket(listen, transport, owner)
    transport.set_protocol(cast("Any", websocket))
    # Apart, because what the library makes of a handshake does not tell how long it was.
    head, end, rest = data.partition(b"\r\n\r\n")
    websocket.shake(head + end)
    if rest:
        websocket.data_received(rest)
    return websocket
