"""One gateway connection: frames out in order, frames in at a bounded pace, and one way to end.

A frame goes straight to the connection; only what a reader does not take waits here, where it is counted. What a newcomer
would get wrong: whoever delivers an event never waits for anybody, so a slow reader is cut and resumes.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from appliance.gateway.codec import Deflater, Sent
from appliance.gateway.zstd_stream import ZstdStream
from appliance.http.websocket import BINARY, TEXT, frame

log = logging.getLogger(__name__)

UNKNOWN = 4000
UNKNOWN_OPCODE = 4001
MALFORMED = 4002
NOT_IDENTIFIED = 4003
REFUSED = 4004
IDENTIFIED_TWICE = 4005
BAD_SEQUENCE = 4007
TOO_MANY_FRAMES = 4008
TIMED_OUT = 4009
INVALID_SHARD = 4010
INVALID_VERSION = 4012
TOO_SLOW = 1013

FRAMES, FRAMES_SECONDS = 120, 60.0
# A reader who lets more than this wait is cut, and resumes.
SLOW_EVENTS, SLOW_BYTES = 1000, 4 << 20
# And all of them together, or two dozen devices of one guest could take a hundred megabytes.
ALL_SLOW_BYTES = 24 << 20
# What a client may have said before it was acted on, beside the frame that is being acted on: a minute's messages of a
# few lines each.
WAITING_BYTES = 128 * 1024
type OnFrame = Callable[[bytes], Awaitable[None]]


class Ended(Exception):
    """Raised by whoever handles a frame to close the socket with `code`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Wire(Protocol):
    """What a `WebSocket` does for us."""

    is_clear: bool
    """Whether frames may go out: the connection is open, and what was written has been taken."""
    put: Callable[[bytes], None]
    """Sends a frame without asking, so only while `is_clear`."""

    def known(self) -> None: ...

    def write(self, whole: bytes, /) -> None: ...

    def close(self, code: int, /) -> None: ...

    def abort(self) -> None: ...


class Backlog:
    """What waits for slow readers, of all sockets together; if it is too much, whoever is owed most is cut."""

    def __init__(self, most: int = ALL_SLOW_BYTES) -> None:
        self._most = most
        self._bytes = 0
        self._behind: set[Socket] = set()

    def grow(self, socket: "Socket", size: int) -> None:
        """So much more waits for this one."""
        self._behind.add(socket)
        self._bytes += size
        while self._bytes > self._most:
            max(self._behind, key=lambda one: one.pending_bytes).give_up()

    def shrink(self, socket: "Socket", size: int) -> None:
        """So much less."""
        self._bytes -= size
        if not socket.pending_bytes:
            self._behind.discard(socket)


class Socket:
    """Both halves of a client's connection, and their end."""

    def __init__(
        self, wire: Wire, deflater: Deflater | ZstdStream | None = None, backlog: Backlog | None = None
    ) -> None:
        self._wire = wire
        self._backlog = backlog or Backlog()
        self._deflater = deflater
        self._loop = asyncio.get_running_loop()
        self._pending: deque[bytes] = deque()
        self.pending_bytes = 0
        self.is_behind = False
        # Nothing waits, nothing is over and nothing is compressed: an event goes out as it is.
        self._is_plain = deflater is None
        self._most_frames, self._most_bytes = SLOW_EVENTS, SLOW_BYTES
        self._heard: deque[bytes] = deque()
        self._on_frame: OnFrame | None = None
        self._working: asyncio.Task[None] | None = None
        self._ended: asyncio.Future[int] = self._loop.create_future()
        self._frames: deque[float] = deque(maxlen=FRAMES)
        self._deadline = 0.0
        self._deadline_code = TIMED_OUT
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_over(self) -> bool:
        return self._ended.done()

    def send(self, event: Sent, seq: int) -> None:
        """Send an event after what was sent before it; a reader who lets too much wait is cut."""
        wire = self._wire
        if self._is_plain and wire.is_clear:
            # The way of nearly all that a household hears, and so without a call that is not needed.
            wire.put(event.frame(seq))
        elif self._deflater is None:
            self._queue(event.frame(seq))
        else:
            self.write(event.text(seq))

    def write(self, text: bytes) -> None:
        """The same with what is no event."""
        if self._ended.done():
            return
        deflater = self._deflater
        whole = frame(TEXT, text) if deflater is None else frame(BINARY, deflater.deflate(text))
        if self.is_behind or not self._wire.is_clear:
            self._queue(whole)
        else:
            self._wire.write(whole)

    def _queue(self, whole: bytes) -> None:
        if self._ended.done():
            return
        self.is_behind, self._is_plain = True, False
        self._pending.append(whole)
        self.pending_bytes += len(whole)
        self._backlog.grow(self, len(whole))
        if len(self._pending) > self._most_frames or self.pending_bytes > self._most_bytes:
            self.give_up()

    def give_up(self) -> None:
        """Cut a reader who is too slow; what waits is not sent any more, and so not kept either."""
        self.end(TOO_SLOW)
        self._drop_pending()

    def known(self) -> None:
        """Whoever this is has said so: the connection no longer counts as a stranger's."""
        self._wire.known()
        if self._deflater is not None:
            self._deflater.begin()

    def expect_burst(self, frames: int, size: int) -> None:
        """Let this much more wait: it is written at once, and is not the reader's fault."""
        self._most_frames += frames
        self._most_bytes += size

    def end(self, code: int) -> None:
        """Close with this code, soon; the first code counts."""
        if not self._ended.done():
            self._is_plain = False
            self._ended.set_result(code)

    def expect_life(self, seconds: float, code: int = TIMED_OUT) -> None:
        """Close with `code` unless this is called again in time."""
        self._deadline, self._deadline_code = self._loop.time() + seconds, code
        # A later deadline is noticed when the timer fires, so a heartbeat costs no timer of its own.
        if self._timer is None or self._timer.when() > self._deadline:
            if self._timer is not None:
                self._timer.cancel()
            self._check_life()

    def received(self, message: bytes) -> None:
        """The client said something; whoever says too much at once is cut."""
        at = self._loop.time()
        if len(self._frames) == FRAMES and at - self._frames[0] < FRAMES_SECONDS:
            self.end(TOO_MANY_FRAMES)
            return
        if self._heard and sum(map(len, self._heard)) + len(message) > WAITING_BYTES:
            self.end(TOO_MANY_FRAMES)
            return
        self._frames.append(at)
        self._heard.append(message)
        self._go_on()

    def drained(self) -> None:
        """The client has taken what was written: what waited goes out."""
        while self._pending and self._wire.is_clear:
            whole = self._pending.popleft()
            self.pending_bytes -= len(whole)
            self._backlog.shrink(self, len(whole))
            self._wire.write(whole)
        self.is_behind = bool(self._pending)
        self._is_plain = not self.is_behind and self._deflater is None and not self._ended.done()

    def closed(self) -> None:
        """The connection has gone."""
        self.end(0)

    async def serve(self, on_frame: OnFrame) -> None:
        """Hand every frame to `on_frame`, one after another, until either side ends it."""
        self._on_frame = on_frame
        self._go_on()
        try:
            await asyncio.wait((self._ended,))
        finally:
            self._on_frame = None
            if self._timer is not None:
                self._timer.cancel()
            if self._working is not None:
                self._working.cancel()
                with suppress(asyncio.CancelledError):
                    await self._working
            self.end(UNKNOWN)
            self._close(self._ended.result())

    def _go_on(self) -> None:
        """Act on what was heard, here and now as far as nothing has to be waited for: a task's turn costs more than most frames."""
        if self._on_frame is None or (self._working is not None and not self._working.done()):
            return
        self._working = asyncio.Task(self._act(self._on_frame), loop=self._loop, eager_start=True)

    async def _act(self, on_frame: OnFrame) -> None:
        try:
            while self._heard and not self._ended.done():
                await on_frame(self._heard.popleft())
        except Ended as ended:
            self.end(ended.code)
        except Exception:
            # A defect of ours must not leave a client waiting: it resumes on a new socket.
            log.exception("a gateway connection failed")
            self.end(UNKNOWN)

    def _check_life(self) -> None:
        left = self._deadline - self._loop.time()
        if left <= 0:
            self.end(self._deadline_code)
        else:
            self._timer = self._loop.call_later(left, self._check_life)

    def _close(self, code: int) -> None:
        """Let what waits go out, then the close frame; the wire cuts the line of a client that takes neither."""
        if code not in {0, TOO_SLOW}:
            for whole in self._pending:
                self._wire.write(whole)
        self._drop_pending()
        if code:
            self._wire.close(code)

    def _drop_pending(self) -> None:
        size, self.pending_bytes = self.pending_bytes, 0
        self._pending.clear()
        self._backlog.shrink(self, size)
