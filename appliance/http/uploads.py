"""Taking files in: the bytes go from the connection into one buffer, and from there to the disk in a thread.

A buffer is filled, reading pauses, a thread writes it, reading goes on: a connection has at most 256 KiB here, and whoever
sends faster than the disk waits in the kernel. What a newcomer would get wrong: a phone's dead line lingers while its next one
goes on already, so the newer request ends the older one; and what came before a cut is kept.
"""

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import cast, override

from appliance import blocking
from appliance.http import tus
from appliance.http.connection_line import Line
from appliance.http.errors import Busy
from appliance.http.files import SYNC_BYTES, FileStore, Upload
from appliance.http.request_parser import Request

log = logging.getLogger(__name__)

BUFFER_BYTES = 256 * 1024
# With more uploads than this at once, each gets a smaller one: of what one address may hold (2 MiB) these are the half, and the
# other half is for sixteen more.
_FEW = 4
_SMALL_BYTES = 64 * 1024
# So that a sender far away need not wait for each 32 KiB to be read.
_WINDOW_BYTES = 256 * 1024


class Receiver(asyncio.BufferedProtocol):
    """Fills one buffer after another with the body of a request, `length` bytes of which are still to come."""

    def __init__(self, line: Line, length: int, size: int) -> None:
        self._line = line
        self._left = length
        self._buffer = memoryview(bytearray(min(size, length)))
        self._filled = 0
        self._is_full = asyncio.Event()
        self._is_lost = False
        self._transport: asyncio.Transport | None = None

    def begin(self) -> None:
        """Take the connection over; nothing is read before `fill`."""
        self._transport = self._line.lend(self)
        _widen(self._transport)

    def end(self) -> None:
        """Give the connection back, paused."""
        if not self._is_lost and self._transport is not None:
            self._transport.pause_reading()
            self._line.take_back()

    async def fill(self) -> memoryview:
        """A buffer that is full, or has all that is left; what there is, perhaps nothing, once the sender has gone."""
        self._filled = 0
        if self._left and not self._is_lost and self._transport is not None:
            self._is_full.clear()
            self._line.wait()
            self._transport.resume_reading()
            await self._is_full.wait()
            self._line.work()
        return self._buffer[: self._filled]

    @override
    def get_buffer(self, sizehint: int) -> memoryview:
        room = self._buffer[self._filled : self._filled + self._left]
        # While it closes, transports read on; an empty buffer is an error to them.
        return room or memoryview(bytearray(4096))

    @override
    def buffer_updated(self, nbytes: int) -> None:
        self._line.came(nbytes)
        if not self._left or self._filled == len(self._buffer):
            return
        self._filled += nbytes
        self._left -= nbytes
        if not self._left or self._filled == len(self._buffer):
            if self._transport is not None:
                self._transport.pause_reading()
            self._is_full.set()

    @override
    def pause_writing(self) -> None:
        self._line.pause_writing()

    @override
    def resume_writing(self) -> None:
        self._line.resume_writing()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._is_lost = True
        self._is_full.set()
        self._line.connection_lost(exc)


class Uploads:
    """Answers requests to the addresses of uploads; `disk` has the threads that write."""

    def __init__(self, store: FileStore, disk: ThreadPoolExecutor) -> None:
        self._store = store
        self._disk = disk
        self._open: dict[str, _Use] = {}

    async def serve(self, request: Request, early: bytes, line: Line) -> None:
        """Answer a request; `early` is what came of its body with its head.

        Raises `ApplianceError` before anything is answered, and `ConnectionError` if the sender went meanwhile.
        """
        if request.method == "OPTIONS":
            line.put(tus.options(request))
            return
        upload_id = tus.upload_id(request)
        piece = tus.piece(request, len(early)) if request.method == "PATCH" else None
        async with self._alone(upload_id, _Use(line, is_sending=piece is not None)):
            if request.method == "DELETE":
                await self._store.drop_upload(upload_id)
                line.put(tus.dropped(request))
                return
            upload = await self._store.open_upload(upload_id)
            try:
                if piece is not None:
                    tus.require_fit(piece, upload)
                    asks = b"100-continue" in request.values(b"expect")
                    await self._go_on(upload, piece, early, line, asks=asks)
                if upload.offset == upload.length:
                    await upload.finish()
                line.put(
                    tus.state(request, upload) if request.method == "HEAD" else tus.taken(request, upload)
                )
            finally:
                upload.close()

    async def _go_on(self, upload: Upload, piece: tus.Piece, early: bytes, line: Line, *, asks: bool) -> None:
        size = BUFFER_BYTES if len(self._open) <= _FEW else _SMALL_BYTES
        if not line.hold(min(size, piece.length)):
            size = _SMALL_BYTES
            if not line.hold(min(size, piece.length)):
                raise Busy
        if asks and not early:
            line.put(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            if early:
                await self._in_thread(upload.write, memoryview(early))
            if len(early) < piece.length:
                await self._receive(upload, Receiver(line, piece.length - len(early), size))
        finally:
            # Of what came before a cut, or before the disk was full, nothing is sent again.
            if upload.offset != piece.offset:
                await self._make_durable(upload)
        if upload.offset != piece.offset + piece.length:
            raise ConnectionResetError

    async def _receive(self, upload: Upload, receiver: Receiver) -> None:
        synced = upload.offset
        receiver.begin()
        try:
            while data := await receiver.fill():
                await self._in_thread(upload.write, data)
                if upload.offset - synced >= SYNC_BYTES:
                    await self._make_durable(upload)
                    synced = upload.offset
        finally:
            receiver.end()

    async def _make_durable(self, upload: Upload) -> None:
        await self._in_thread(upload.sync)
        await upload.note()

    async def _in_thread[**P](self, call: Callable[P, None], *arguments: P.args, **named: P.kwargs) -> None:
        """Have it done by a thread; not cancelled before that is over, since it uses our memory."""
        await blocking.over(asyncio.wrap_future(self._disk.submit(call, *arguments, **named)))

    @asynccontextmanager
    async def _alone(self, upload_id: str, use: "_Use") -> AsyncGenerator[None]:
        """Be the only one who has to do with an upload; whoever is sending to it is cut off, others are soon over."""
        while (older := self._open.get(upload_id)) is not None:
            if older.is_sending:
                older.line.cut()
            await older.is_over.wait()
        self._open[upload_id] = use
        try:
            yield
        finally:
            del self._open[upload_id]
            use.is_over.set()


class _Use:
    """A request that has to do with an upload."""

    def __init__(self, line: Line, *, is_sending: bool) -> None:
        self.line = line
        self.is_sending = is_sending
        self.is_over = asyncio.Event()


def _widen(transport: asyncio.Transport) -> None:
    connection = cast("socket.socket", transport.get_extra_info("socket"))
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _WINDOW_BYTES)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP, _WINDOW_BYTES)
