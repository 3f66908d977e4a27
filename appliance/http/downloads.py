"""Sending files: in the loop, one piece a turn over all downloads, so that a message waits for one piece at the most.

What a newcomer would get wrong: a loop of writes never gives the turn back while the kernel takes everything, so after each
piece the turn is given to whatever else is ready (`WriteQueue`); and a read from a card may take tens of milliseconds, so the
loop reads only what is in memory already (`RWF_NOWAIT`), and a thread the rest.
"""

import asyncio
import errno
import os
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from appliance.http.connection_line import Line
from appliance.http.errors import NoSuchFile
from appliance.http.file_response import answer
from appliance.http.files import FileStore
from appliance.http.ranges import Part
from appliance.http.request_parser import Request

_LEAST_BYTES, _MOST_BYTES = 16 * 1024, 256 * 1024
_FIRST_BYTES = 64 * 1024
# What one write may take of the loop: a Pi 4, whose cipher is software, gets to 16 or 32 KiB by it.
_WRITE_SECONDS = 0.0005
# How much one measurement moves what is known of the pace.
_WEIGHT = 1 / 16
# What is on its way to somebody far away (a tenth of a second, 40 Mbit/s) is more than a connection usually may have in the
# kernel. With more downloads than a few at once they do with the usual, or readers who take nothing could have all memory.
_WIDE_BYTES = 512 * 1024
_FEW = 8
# Some file systems cannot say whether they would have to wait.
_CANNOT_SAY = frozenset({errno.EAGAIN, errno.EOPNOTSUPP, errno.EINVAL})


class WriteQueue:
    """Whose turn it is to write, over all downloads of a port, and how much at a time."""

    def __init__(self, cpu_time: Callable[[], float] = time.thread_time) -> None:
        self._lock = asyncio.Lock()
        self._cpu_time = cpu_time
        self._seconds_per_byte = _WRITE_SECONDS / _FIRST_BYTES

    @property
    def piece_bytes(self) -> int:
        """How large a piece is at the moment: whole records of TLS, which are 16 KiB."""
        affordable = int(_WRITE_SECONDS / self._seconds_per_byte) if self._seconds_per_byte else _MOST_BYTES
        return max(_LEAST_BYTES, min(affordable, _MOST_BYTES) // _LEAST_BYTES * _LEAST_BYTES)

    async def write(self, line: Line, data: bytes | bytearray) -> None:
        """Write a piece when it is its turn, and let everything else have one before the next."""
        async with self._lock:
            began = self._cpu_time()
            line.put(data)
            self._learn(self._cpu_time() - began, len(data))
            await asyncio.sleep(0)

    def _learn(self, seconds: float, size: int) -> None:
        # A small piece costs what a system call costs, and says nothing of the pace.
        if size >= _LEAST_BYTES:
            self._seconds_per_byte += (seconds / size - self._seconds_per_byte) * _WEIGHT


class Downloads:
    """Answers requests for files; `disk` has the threads that read what is not in memory."""

    def __init__(self, store: FileStore, disk: ThreadPoolExecutor) -> None:
        self._store = store
        self._disk = disk
        self._writes = WriteQueue()
        self._under_way = 0

    async def serve(self, request: Request, line: Line) -> None:
        """Answer a GET or a HEAD. `NoSuchFile` before anything is written; `OSError` if the file cannot be read to its end."""
        target, _, query = request.target.decode("latin-1").partition("?")
        served = await self._store.find(target, query)
        if served is None:
            raise NoSuchFile
        try:
            reader = await FileReader.open(served.path, self._disk)
        except FileNotFoundError:
            # Deleted between the look and the opening.
            raise NoSuchFile from None
        with reader:
            head, part = answer(request, served, reader.size)
            line.put(head)
            if part.size <= _WIDE_BYTES or self._under_way >= _FEW:
                await self._send(reader, part, line)
                return
            self._under_way += 1
            line.widen(_WIDE_BYTES)
            try:
                await self._send(reader, part, line)
            finally:
                self._under_way -= 1
                line.widen(0)

    async def _send(self, reader: "FileReader", part: Part, line: Line) -> None:
        at, end = part.first, part.first + part.size
        while at < end:
            data = await reader.read(at, min(self._writes.piece_bytes, end - at))
            await self._writes.write(line, data)
            at += len(data)
            await line.taken()


class FileReader:
    """An open file; a context manager that closes it, even while a thread reads."""

    def __init__(self, descriptor: int, size: int, disk: ThreadPoolExecutor) -> None:
        self._descriptor = descriptor
        self.size = size
        self._disk = disk
        self._reading: Future[int] | None = None

    @classmethod
    async def open(cls, path: Path, disk: ThreadPoolExecutor) -> "FileReader":
        """Open a file that lies on a card which may sleep."""
        opening = disk.submit(_open, path)
        try:
            descriptor, size = await asyncio.shield(asyncio.wrap_future(opening))
        except asyncio.CancelledError:
            opening.add_done_callback(_close_opened)
            raise
        return cls(descriptor, size, disk)

    def __enter__(self) -> "FileReader":
        return self

    def __exit__(self, *_: object) -> None:
        if self._reading is None:
            os.close(self._descriptor)
        else:
            # The number would be another file's while the thread reads from it.
            self._reading.add_done_callback(lambda _: os.close(self._descriptor))

    async def read(self, at: int, size: int) -> bytearray:
        """The next bytes: at least one, and at most `size`. `OSError` if there are none."""
        data = bytearray(size)
        try:
            got = os.preadv(self._descriptor, [data], at, os.RWF_NOWAIT)
        except OSError as error:
            if error.errno not in _CANNOT_SAY:
                raise
            got = await self._read_in_thread(data, at)
        if not got:
            raise OSError(errno.EIO, "the file is shorter than it was")
        if got < size:
            del data[got:]
        return data

    async def _read_in_thread(self, data: bytearray, at: int) -> int:
        self._reading = self._disk.submit(os.preadv, self._descriptor, [data], at)
        got = await asyncio.shield(asyncio.wrap_future(self._reading))
        self._reading = None
        return got


def _open(path: Path) -> tuple[int, int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    size = os.fstat(descriptor).st_size
    with suppress(OSError):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_SEQUENTIAL)
    return descriptor, size


def _close_opened(opening: "Future[tuple[int, int]]") -> None:
    if opening.exception() is None:
        os.close(opening.result()[0])
