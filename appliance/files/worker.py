"""The worker for foreign bytes, as the server sees it: started for the first job, let go after a minute without one.

What a newcomer would get wrong: ending it. On a box it is systemd's process and somebody else's, so we may send it no signal;
we let go of the pipe that came with the job instead, and the kernel ends it, whatever it is doing.
"""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from appliance.file_worker import protocol
from appliance.file_worker.protocol import (
    OUTPUTS,
    Answers,
    BadMessage,
    Converting,
    GoOn,
    Jobs,
    Reports,
)

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
# What the kernel's own clock in the worker (SIGALRM) has on top before we let go ourselves.
_GRACE_SECONDS = 5.0

type Tell = Callable[[float], Awaitable[bool]]
"""Is told the share of a conversion that is done, and answers when it may go on; False: it is not wanted any more."""


class WorkerUnavailable(Exception):
    """No worker could be started; it says nothing about the file."""


class WorkerDied(Exception):
    """The worker ended, hung or said nonsense in the middle of the job."""


class NotWanted(Exception):
    """The conversion was stopped."""


class _Line:
    """A connection to one worker, and its process if we have started it."""

    def __init__(self, connection: socket.socket, process: asyncio.subprocess.Process | None) -> None:
        self.connection, self.process = connection, process

    async def close(self) -> None:
        """End it; a child is waited for."""
        self.connection.close()
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()


def files_socket(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where systemd listens for us: `HEARTH_FILES_SOCKET`; None: the worker is a child of ours."""
    chosen = environment.get("HEARTH_FILES_SOCKET")
    return Path(chosen) if chosen else None


class Worker:
    """One worker, of which there is a process only while there is work; it does one job at a time, and others wait.

    `address` as in `files_socket`; `environment` is what a child gets on top of ours.
    """

    def __init__(self, address: Path | None = None, environment: Mapping[str, str] | None = None) -> None:
        self._address = address
        self._environment = dict(environment or {})
        self._line: _Line | None = None
        self._idle: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Of the child, while there is one."""
        process = self._line.process if self._line else None
        return process.pid if process else None

    async def do(
        self, job: Jobs, source: IO[bytes], outputs: Sequence[IO[bytes]], stall_seconds: float, tell: Tell
    ) -> Answers:
        """One job and its answer; `stall_seconds`: the longest that nothing may be said of it.

        `WorkerUnavailable`, `WorkerDied`, `NotWanted`. Cancelled or failed, the worker's process has ended.
        """
        if len(outputs) != OUTPUTS:
            raise ValueError(f"{len(outputs)} outputs")
        async with self._turn:
            return await self._do(job, source, outputs, stall_seconds, tell)

    async def _do(
        self, job: Jobs, source: IO[bytes], outputs: Sequence[IO[bytes]], stall_seconds: float, tell: Tell
    ) -> Answers:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._line is not None and _has_ended(self._line):
            # For want of memory, say, while it had nothing to do: the next file is not to blame.
            await self.close()
        line = self._line = self._line or await self._begun()
        read, lifeline = os.pipe2(os.O_CLOEXEC)
        try:
            _send(line, job, [read, source.fileno(), *(output.fileno() for output in outputs)])
            os.close(read)
            read = -1
            report = await self._answer(line, stall_seconds, tell)
        except BaseException:
            self._line = None
            os.close(lifeline)
            lifeline = -1
            await line.close()
            raise
        finally:
            for end in (read, lifeline):
                if end >= 0:
                    os.close(end)
        self._idle = asyncio.create_task(self._let_go())
        return report

    async def close(self) -> None:
        """End the worker, if there is one."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    async def _let_go(self) -> None:
        await asyncio.sleep(IDLE_SECONDS)
        self._idle = None
        await self.close()

    async def _begun(self) -> _Line:
        try:
            return await (self._spawned() if self._address is None else self._connected(self._address))
        except OSError as error:
            raise WorkerUnavailable(str(error)) from error

    async def _connected(self, address: Path) -> _Line:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_CLOEXEC)
        try:
            # On a Unix socket this is done at once or not at all.
            connection.settimeout(0)
            connection.connect(str(address))
        except OSError:
            connection.close()
            raise
        return _Line(connection, None)

    async def _spawned(self) -> _Line:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(0)
        # What runs us without the user's own packages and folders must run the child so, too.
        isolation = ["-I"] if sys.flags.isolated else []
        command = [sys.executable, *isolation, "-m", "appliance.file_worker"]
        # Each thread's own arena would reserve 64 MB of the address space that it may have.
        environment = {**os.environ, "MALLOC_ARENA_MAX": "1", **self._environment}
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=theirs.fileno(), env=environment, start_new_session=True
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        return _Line(ours, process)

    async def _answer(self, line: _Line, stall_seconds: float, tell: Tell) -> Answers:
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with asyncio.timeout(stall_seconds + _GRACE_SECONDS):
                    body = await loop.sock_recv(line.connection, protocol.MAX_MESSAGE_BYTES)
            except TimeoutError as error:
                raise WorkerDied("said nothing for too long") from error
            except OSError as error:
                raise WorkerDied(str(error)) from error
            report = _report(body)
            if not isinstance(report, Converting):
                return report
            if not await tell(report.share):
                raise NotWanted
            _send(line, GoOn(), [])


def _has_ended(line: _Line) -> bool:
    """Whether the worker on a line has gone, or has said something that nobody has asked for."""
    try:
        line.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _report(body: bytes) -> Reports:
    if not body:
        raise WorkerDied("ended")
    try:
        return protocol.decode_report(body)
    except BadMessage as error:
        raise WorkerDied(f"said nonsense: {error}") from error


def _send(line: _Line, message: Jobs | GoOn, files: Sequence[int]) -> None:
    """Messages are a few bytes and the other side waits for them, so this never blocks."""
    try:
        socket.send_fds(line.connection, [protocol.encode(message)], list(files))
    except OSError as error:
        raise WorkerDied(str(error)) from error
