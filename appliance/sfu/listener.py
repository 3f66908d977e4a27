"""The Unix socket on which the server talks to us. Calls go on while nobody is connected."""

import asyncio
import contextlib
import logging
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

from appliance.sfu import control

log = logging.getLogger(__name__)

# A server that has not read this much is stuck; it will connect again and get a fresh `State`.
_MAX_BUFFERED_BYTES = 8 << 20


class SocketTaken(Exception):
    """Another media process is alive behind this socket."""


class Listener:
    """Takes connections, reads commands, and sends every report to everyone connected."""

    def __init__(
        self, path: Path, greet: Callable[[], list[control.Report]], obey: Callable[[control.Commands], None]
    ) -> None:
        self._path = path
        self._greet = greet
        self._obey = obey
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._inode = 0

    async def open(self) -> None:
        """Begin to listen; `SocketTaken` if somebody does already."""
        bound = _bind(self._path)
        self._inode = self._path.stat().st_ino
        self._server = await asyncio.start_unix_server(self._serve, sock=bound)

    @property
    def is_alive(self) -> bool:
        """Whether the server can still find us: we listen, and the file is the one that we made."""
        if self._server is None or not self._server.is_serving():
            return False
        try:
            return self._path.stat().st_ino == self._inode
        except OSError:
            return False

    async def close(self) -> None:
        """Stop listening, part with everyone, and leave no file behind."""
        if self._server is None:
            return
        self._server.close()
        for writer in list(self._writers):
            writer.close()
        self._path.unlink(missing_ok=True)

    def send(self, report: control.Report) -> None:
        """Tell the server, if one is there."""
        frame = _frame(report)
        for writer in list(self._writers):
            if writer.transport.get_write_buffer_size() > _MAX_BUFFERED_BYTES:
                log.warning("the server does not read what we report; cutting its connection")
                writer.transport.abort()
                continue
            writer.write(frame)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        log.info("the server has connected")
        for report in self._greet():
            writer.write(_frame(report))
        self._writers.add(writer)
        try:
            while await self._serve_one(reader):
                pass
        except control.BadFrame as error:
            log.warning("the server sent what is no message: %s", error)
        finally:
            self._writers.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
            log.info("the server has disconnected")

    async def _serve_one(self, reader: asyncio.StreamReader) -> bool:
        """Carry out the next command; False when there will be none. One that is wrong is refused, and the next is read."""
        try:
            body = await control.read_frame(reader)
            if body is None:
                return False
            command = control.decode_command(body)
        except control.BadMessage as error:
            log.warning("the server sent what is no command: %s", error)
            if error.peer is not None:
                self.send(control.Refused(error.peer, "bad_command", str(error)))
            return True
        try:
            self._obey(command)
        # The connection is everybody's: what goes wrong with one peer's command must not cut the others off.
        except Exception:
            log.exception("a command was not carried out")
        return True


def _frame(report: control.Report) -> bytes:
    """The report as bytes, or nothing if it cannot be said: the others still can."""
    try:
        return control.encode(report)
    except control.Unsendable as error:
        log.error("a report cannot be sent: %s", error)  # noqa: TRY400  the sentence says it all
        return b""


def _bind(path: Path) -> socket.socket:
    """A listening socket at `path`, which never exists without someone who accepts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_socket() and _is_alive(path):
        raise SocketTaken(f"another media process listens on {path}")
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # A folder that was opened to its group and to nobody else is shared on purpose: on the box, with the server.
    is_shared = path.parent.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH) == stat.S_IXGRP
    before = os.umask(0o117 if is_shared else 0o177)
    try:
        bound.bind(str(fresh))
        bound.listen()
        fresh.replace(path)
    except BaseException:
        bound.close()
        raise
    finally:
        os.umask(before)
    return bound


def _is_alive(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
