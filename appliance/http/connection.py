"""One connection from outside: its requests are read and answered, one after another, until it becomes a WebSocket or ends.

How much of it may be under way, and how long the other side may take, is in `flow_control.py`.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, override

from appliance.errors import ApplianceError
from appliance.http.connection_limits import ConnectionLimiter, Entry
from appliance.http.error_responses import refusal, response
from appliance.http.file_services import FileServices
from appliance.http.files import FILES
from appliance.http.flow_control import FlowControl
from appliance.http.handshake_queue import HandshakeQueue
from appliance.http.passing_body import PassingBody
from appliance.http.request_parser import Handshake, Passing, Refused, Request, RequestParser
from appliance.http.request_parser import Stage as Reading
from appliance.http.timeouts import Stage, Timeouts
from appliance.http.upstream import Broken, Upstream
from appliance.http.websocket import MessageHandler, WebSocket, adopt

WEBSOCKET_PATH = b"/ws"


class Services(NamedTuple):
    """What all connections of a port share; `http` is the socket of the server that answers."""

    http: Path
    listen: Callable[[WebSocket], MessageHandler] | None
    limit: Callable[[str, str], int]
    limiter: ConnectionLimiter
    timeouts: Timeouts
    handshakes: HandshakeQueue
    here: "set[Connection]"
    tasks: set[asyncio.Task[None]]
    passes: Callable[[Request], Passing | None]
    files: FileServices | None


class Connection(FlowControl):
    """From the first byte on, or from the end of the TLS handshake; `raw` is the TCP connection below."""

    def __init__(self, services: Services, entry: Entry, raw: asyncio.Transport, peer: str) -> None:
        super().__init__(services.limiter, services.timeouts, entry, raw)
        self._services = services
        self._peer = peer
        self._requests = RequestParser(WEBSOCKET_PATH, services.limit, services.passes)
        # TLS may hand over the first bytes before it says that it is done.
        self._early = b""
        self._upstream = Upstream(services.http)
        # The body that is handed on while it comes.
        self._body: PassingBody | None = None

    def begin(self, transport: asyncio.Transport) -> None:
        """The connection is there, and secured if it is to be."""
        if transport.is_closing() or self._raw.is_closing():
            # Cut during the handshake, of whose end nobody else tells us.
            self._transport = transport
            self.left()
            return
        self._open(transport)
        if self._early:
            early, self._early = self._early, b""
            self.data_received(early)

    @override
    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            self._early += data
            return
        if self._stage is Stage.LEAVING:
            # Read away, so that what it was told arrives before a reset does (RFC 9112, 9.6).
            return
        self._received += len(data)
        try:
            self._requests.feed(data)
        except Handshake as handshake:
            self._adopt(self._transport, handshake.data)
        except Refused as refused:
            self._refuse(refused.status, refused.limit)
        else:
            self._go_on(self._transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.left()

    def left(self) -> None:
        """The connection is no more."""
        self._gone.set()
        self._upstream.close()
        self.resume_writing()
        self._requests.forget()
        self._body = None
        self._services.here.discard(self)
        self._limiter.leave(self._entry)

    def close(self) -> None:
        """Send whoever it is away, once they have what was written."""
        if self._stage is Stage.WORKING and self._transport is not None and not self._transport.is_closing():
            # TLS is closed by both sides, so that theirs has to be read.
            self._transport.resume_reading()
        self._wait(Stage.LEAVING)
        (self._transport or self._raw).close()

    def check(self, now: float) -> None:
        """End it if its other side takes too long."""
        limit = self._timeouts.of(self._stage)
        if limit is not None and now - self._since >= limit:
            self._expire()
        elif self._is_owed_too_much(now) or self._is_unknown_too_long(now):
            self.cut()
        elif self._stage is Stage.BODY and self._sending.is_too_slow(now, self._received):
            if self._body is not None or self._is_lent:
                # Somebody works on what has come, and may be about to answer.
                self.cut()
            else:
                self._refuse(408)

    def _expire(self) -> None:
        if self._stage is Stage.HEAD:
            self._refuse(408)
        elif self._stage is Stage.IDLE:
            self.close()
        else:
            self._raw.abort()

    def _go_on(self, transport: asyncio.Transport) -> None:
        """After something was read."""
        reading = self._requests.stage
        if self._requests.head is not None:
            self._pass(transport, self._requests.head)
        elif reading is Reading.WHOLE:
            self._work(transport)
        elif reading is Reading.BODY:
            self._read_body(transport)
        elif reading is Reading.HEAD and self._stage is not Stage.HEAD:
            self._wait(Stage.HEAD)

    def _read_body(self, transport: asyncio.Transport) -> None:
        if not self._limiter.hold(self._entry, self._requests.held):
            self._refuse(503)
            return
        if self._stage is not Stage.BODY:
            self._wait(Stage.BODY)
            self._sending.rest()
            self._sending.is_too_slow(self._since, self._received)
            if self._requests.expects_word:
                transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _pass(self, transport: asyncio.Transport, head: Request) -> None:
        """Hand the body of a request on while it comes."""
        # Its next piece waits in the kernel until this one has been taken.
        transport.pause_reading()
        if self._requests.is_raw:
            self._begin(head, early=self._requests.leave())
            return
        is_whole = self._requests.stage is Reading.WHOLE
        piece = self._requests.take_piece()
        if not self.hold(len(piece)):
            self.cut()
            return
        if is_whole:
            self._requests.take()
        if self._body is not None:
            self._body.offer(piece, is_whole=is_whole)
            return
        self._body = PassingBody(self, transport, piece, is_whole=is_whole)
        if self._requests.expects_word:
            transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._begin(head)

    def _work(self, transport: asyncio.Transport) -> None:
        request = self._requests.take()
        if not self._limiter.hold(self._entry, len(request.body)):
            self._refuse(503)
            return
        # What comes before the answer has gone waits in the kernel.
        transport.pause_reading()
        self._begin(request)

    def _begin(self, request: Request, early: bytes = b"") -> None:
        self._sending.rest()
        self._stage, self._since = Stage.WORKING, self._loop.time()
        self._limiter.answer(self._entry, lambda: self._begin_answer(request, early))

    def _begin_answer(self, request: Request, early: bytes) -> None:
        task = asyncio.Task(self._serve(request, early), loop=self._loop, eager_start=True)
        if not task.done():
            self._services.tasks.add(task)
            task.add_done_callback(self._services.tasks.discard)

    async def _serve(self, request: Request, early: bytes) -> None:
        try:
            if self._services.files is not None and request.target.startswith(FILES):
                await self._services.files.serve(request, early, self)
                keeps_alive = request.keeps_alive
            else:
                keeps_alive = await self._upstream.exchange(request, self._peer, self.send, self._body)
        except Broken as error:
            if error.is_begun:
                self._raw.abort()
            else:
                self._refuse(500)
        except ApplianceError as error:
            self._say(error, request)
        except ConnectionError:
            self._raw.abort()
        else:
            self._answered(keeps_alive=keeps_alive)
        finally:
            self._limiter.answered(self._entry)

    def _say(self, error: ApplianceError, request: Request) -> None:
        """Answer with an error; of a PATCH there may be more to come, which nobody wants."""
        keeps_alive = request.keeps_alive and request.method != "PATCH"
        is_head = request.method == "HEAD"
        last = response(error, request.target, is_head=is_head, keeps_alive=keeps_alive)
        if not keeps_alive:
            self._end(last, is_unread=request.method == "PATCH")
        elif self._transport is not None and not self._transport.is_closing():
            self._transport.write(last)
            self._answered(keeps_alive=True)

    def _answered(self, *, keeps_alive: bool) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._limiter.release(self._entry)
        body, self._body = self._body, None
        if body is not None and not body.is_whole:
            # Answered before its end, such as somebody who may not send it.
            self._leave(self._transport)
            return
        if not keeps_alive:
            self.close()
            return
        self._wait(Stage.IDLE)
        self._transport.resume_reading()

    def _refuse(self, status: int, limit: int = 0) -> None:
        last = refusal(status, self._requests.target, limit)
        self._end(last, is_unread=self._requests.stage is Reading.BODY)

    def _end(self, last: bytes, *, is_unread: bool) -> None:
        """Send a last response; what somebody is still sending is read away, so that it arrives."""
        if self._transport is None or self._transport.is_closing() or self._stage is Stage.LEAVING:
            return
        self._limiter.release(self._entry)
        self._transport.write(last)
        if is_unread:
            self._leave(self._transport)
        else:
            self._requests.forget()
            self.close()

    def _leave(self, transport: asyncio.Transport) -> None:
        """Read away what still comes, for a moment."""
        self._wait(Stage.LEAVING)
        self._upstream.close()
        self._requests.forget()
        transport.resume_reading()

    def _adopt(self, transport: asyncio.Transport, data: bytes) -> None:
        if self._services.listen is None:
            self._refuse(400)
            return
        self._wait(Stage.SOCKET)
        adopt(self._services.listen, transport, data, self)
