"""One WebSocket: frames out in order, frames in at a bounded pace, and one way to end.

Granian's `send` starts at once and returns a future, so a fan-out is a plain loop of calls. What a newcomer would get
wrong: two sends under way on one socket can overtake each other there, so there is never more than one; what comes
meanwhile waits here and is drained from its done-callback, without a task for any frame. Servers whose `send` is an
ordinary coroutine get a task around it, which is slower and otherwise the same.
"""

import asyncio
import inspect
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol, cast

from appliance.asgi import Receive, Send
from appliance.gateway.codec import Deflater
from appliance.gateway.session import SLOW_BYTES, SLOW_EVENTS

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
TOO_SLOW = 1013

FRAMES, FRAMES_SECONDS = 120, 60.0
# A reader that takes nothing would hold the close frame back for ever; after this the connection is simply cut.
_CLOSING_SECONDS = 2.0

type OnFrame = Callable[[str | bytes], Awaitable[None]]


class _Flight(Protocol):
    """A send under way: granian's future, or a task around a coroutine."""

    def done(self) -> bool: ...

    def add_done_callback(self, callback: Callable[[Any], object], /) -> object: ...

    def __await__(self) -> Any: ...


class Ended(Exception):
    """Raised by whoever handles a frame to close the socket with `code`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Socket:
    """The writing half, and the end of both."""

    def __init__(self, send: Send, deflater: Deflater | None = None) -> None:
        self._send = send
        self._deflater = deflater
        self._loop = asyncio.get_running_loop()
        self._pending: deque[tuple[str, int]] = deque()
        self._pending_bytes = 0
        self._most_frames, self._most_bytes = SLOW_EVENTS, SLOW_BYTES
        self._flight: _Flight | None = None
        self._awaiting = False
        self._ended: asyncio.Future[int] = self._loop.create_future()
        self._frames: deque[float] = deque(maxlen=FRAMES)
        self._deadline = 0.0
        self._deadline_code = TIMED_OUT
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        return len(self._pending)

    @property
    def is_over(self) -> bool:
        return self._ended.done()

    def write(self, text: str, size: int = 64) -> None:
        """Send a frame after those before it; a reader who lets too much wait is cut."""
        if self._ended.done():
            return
        flight = self._flight
        if flight is None or (not self._pending and flight.done()):
            self._launch(text)
            return
        self._pending.append((text, size))
        self._pending_bytes += size
        if len(self._pending) > self._most_frames or self._pending_bytes > self._most_bytes:
            self.end(TOO_SLOW)
        elif not self._awaiting:
            self._awaiting = True
            flight.add_done_callback(self._landed)

    def expect_burst(self, frames: int, size: int) -> None:
        """Let this much more wait: it is written at once, and is not the reader's fault."""
        self._most_frames += frames
        self._most_bytes += size

    def end(self, code: int) -> None:
        """Close with this code, soon; the first code counts."""
        if not self._ended.done():
            self._ended.set_result(code)

    def expect_life(self, seconds: float, code: int = TIMED_OUT) -> None:
        """Close with `code` unless this is called again in time."""
        self._deadline, self._deadline_code = self._loop.time() + seconds, code
        # A later deadline is noticed when the timer fires, so a heartbeat costs no timer of its own.
        if self._timer is None or self._timer.when() > self._deadline:
            if self._timer is not None:
                self._timer.cancel()
            self._check_life()

    async def serve(self, receive: Receive, on_frame: OnFrame) -> None:
        """Hand every frame to `on_frame`, one after another, until either side ends it."""
        reading = asyncio.create_task(self._read(receive, on_frame))
        try:
            await asyncio.wait((reading, self._ended), return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self._timer is not None:
                self._timer.cancel()
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
            self.end(UNKNOWN)
        await self._close(self._ended.result())

    def _launch(self, text: str) -> None:
        self._flight = self._start(text)

    def _start(self, text: str) -> _Flight | None:
        """Begin to send; None if the connection has gone, which the reading half is about to notice."""
        if self._deflater is None:
            sending = self._send({"type": "websocket.send", "text": text})
        else:
            sending = self._send({"type": "websocket.send", "bytes": self._deflater.deflate(text)})
        if inspect.iscoroutine(sending):
            task = self._loop.create_task(sending)
            task.add_done_callback(_forget)
            return task
        # What granian returns for a closed connection is an awaitable without anything to wait for.
        return cast("_Flight", sending) if hasattr(sending, "add_done_callback") else None

    def _landed(self, _: object) -> None:
        self._awaiting = False
        if self._pending and not self._ended.done():
            text, size = self._pending.popleft()
            self._pending_bytes -= size
            self._launch(text)
            if self._flight is None:
                self._pending.clear()
            elif self._pending:
                self._awaiting = True
                self._flight.add_done_callback(self._landed)

    async def _read(self, receive: Receive, on_frame: OnFrame) -> None:
        try:
            while not self._ended.done():
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    self.end(0)
                elif message["type"] == "websocket.receive":
                    self._count()
                    await on_frame(message.get("text") or message.get("bytes") or b"")
        except Ended as ended:
            self.end(ended.code)
        except Exception:
            # A defect of ours must not leave a client waiting: it resumes on a new socket.
            log.exception("a gateway connection failed")
            self.end(UNKNOWN)

    def _count(self) -> None:
        at = self._loop.time()
        if len(self._frames) == FRAMES and at - self._frames[0] < FRAMES_SECONDS:
            raise Ended(TOO_MANY_FRAMES)
        self._frames.append(at)

    def _check_life(self) -> None:
        left = self._deadline - self._loop.time()
        if left <= 0:
            self.end(self._deadline_code)
        else:
            self._timer = self._loop.call_later(left, self._check_life)

    async def _close(self, code: int) -> None:
        """Let what waits go out, then the close frame; both only as long as the client takes them."""
        if code == 0:
            return
        # OSError and RuntimeError: how servers say that the connection has gone meanwhile.
        with suppress(TimeoutError, OSError, RuntimeError):
            async with asyncio.timeout(_CLOSING_SECONDS):
                if self._flight is not None and not self._flight.done():
                    await self._flight
                while self._pending and code != TOO_SLOW:
                    if (flight := self._start(self._pending.popleft()[0])) is None:
                        return
                    await flight
                await self._send({"type": "websocket.close", "code": code, "reason": ""})


def _forget(task: asyncio.Task[None]) -> None:
    """A send that failed is noticed by the reading half; its error says nothing more."""
    if not task.cancelled():
        task.exception()
