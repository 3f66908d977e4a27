"""One connection, one job after the other: the loop of the worker, and what it does before and after each job."""

import errno
import fcntl
import logging
import os
import resource
import select
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

from appliance.file_worker import locks, protocol, signatures
from appliance.file_worker.failing import CannotUnderstand, JobFailed
from appliance.file_worker.protocol import (
    FILES,
    LIFELINE,
    SHOWN,
    SMALL,
    SOURCE,
    Convert,
    Converted,
    Converting,
    Draw,
    Drawn,
    Failed,
    GoOn,
    Jobs,
    PageRead,
    ReadPage,
    Reason,
    Reports,
    Understood,
)
from hardware import codecs

log = logging.getLogger(__name__)

# The server lets go of an idle worker after a minute; this one is for a server that stands still.
_LONGEST_IDLE_SECONDS = 300.0
# A look takes 2 s on a PC for the largest picture, ten times as much on a Pi 3; files.md's measurements, in docs/adr/0020.
_LOOK_PROCESSOR_SECONDS = 60
# A megabyte of tags takes half a second on a PC, ten times as much on a Pi 3.
PAGE_PROCESSOR_SECONDS = 10
# A copy is as large as its source; a picture's may be a little larger.
_ROOM_BYTES = 32 << 20
# EFBIG is our own limit, which another time would not change.
_REASONS: dict[int | None, Reason] = {
    errno.ENOSPC: "no_room",
    errno.EDQUOT: "no_room",
    errno.EFBIG: "too_large",
}


class Gone(Exception):
    """The server has gone or has said something else: there is nobody to work for."""


def serve(connection: socket.socket, *, network_is_shut: bool = False) -> None:
    """Carry out jobs until the other side closes the connection. The first one says which doors can be shut."""
    connection.settimeout(_LONGEST_IDLE_SECONDS)
    is_locked = False
    while received := _received(connection):
        job, files = received
        if not is_locked:
            devices = _encoders() if isinstance(job, Convert) and job.hardware else ()
            locks.apply(devices, network_is_shut=network_is_shut)
            is_locked = True
        try:
            _bind_to_lifeline(files[LIFELINE])
            signal.alarm(job.seconds)
            report = carry_out(connection, job, files)
            signal.alarm(0)
        finally:
            for file in files:
                os.close(file)
        connection.send(protocol.encode(report))


def _received(connection: socket.socket) -> tuple[Jobs, list[int]] | None:
    try:
        received = protocol.receive(connection)
    except (TimeoutError, ConnectionError):
        return None
    if received is None:
        return None
    job, files = received
    if isinstance(job, GoOn) or len(files) != FILES:
        raise Gone
    return job, files


def _bind_to_lifeline(pipe: int) -> None:
    """Have the kernel end this process (SIGIO) when the other end of the pipe is closed, whatever it is doing then.

    The server may not send us signals: under systemd we run as somebody else.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    # It may have been closed before that.
    if select.select([pipe], [], [], 0)[0]:
        raise Gone


def _encoders() -> list[Path]:
    """The nodes at which FFmpeg may find its encoder; looked for before the locks, for it opens every node."""
    return [Path("/dev") / one.node for one in codecs.read() if one.role in {"encoder", "transcoder"}]


def carry_out(connection: socket.socket, job: Jobs, files: Sequence[int]) -> Reports:
    """One job and its answer. What the file does to us beyond that, the server notices by our end."""
    size = os.fstat(files[SOURCE]).st_size
    locks.allow_file_bytes(size + _ROOM_BYTES)
    try:
        if isinstance(job, ReadPage):
            locks.allow_processor_seconds(PAGE_PROCESSOR_SECONDS)
            return _read_page(job, files[SOURCE])
        content_type = signatures.content_type(os.pread(files[SOURCE], signatures.HEAD_BYTES, 0))
        if isinstance(job, Convert):
            return _convert(connection, job, content_type, files)
        locks.allow_processor_seconds(_LOOK_PROCESSOR_SECONDS)
        return _draw(content_type, files) if isinstance(job, Draw) else _look(content_type, files)
    except JobFailed as error:
        return Failed(error.reason, str(error)[:200])
    except OSError as error:
        return Failed(_REASONS.get(error.errno, "not_understood"), str(error)[:200])
    except Exception as error:  # noqa: BLE001  a library's surprise at a foreign file is an answer like any other
        log.warning("a file made a library raise %s", type(error).__name__)
        return Failed(
            "too_large" if isinstance(error, MemoryError) else "not_understood", type(error).__name__
        )


def _look(content_type: str, files: Sequence[int]) -> Understood:
    outputs = {number: files[number] for number in range(SMALL, FILES)}
    # Each brings its libraries, and FFmpeg's are 23 MB of memory.
    from appliance.file_worker import pictures  # noqa: PLC0415  see above

    if content_type in pictures.FORMATS:
        return pictures.look(content_type, files[SOURCE], outputs)
    if content_type.startswith(("audio/", "video/")):
        from appliance.file_worker import recordings  # noqa: PLC0415  see above

        return recordings.look(content_type, files[SOURCE], outputs)
    return Understood(content_type)


def _read_page(job: ReadPage, source: int) -> PageRead:
    from appliance.file_worker import pages  # noqa: PLC0415  few jobs need it

    return pages.read(source, job.address, job.charset)


def _draw(content_type: str, files: Sequence[int]) -> Drawn:
    from appliance.file_worker import emoji, pictures  # noqa: PLC0415  as in `_look`

    if content_type not in pictures.FORMATS:
        raise CannotUnderstand(content_type)
    return emoji.draw(content_type, files[SOURCE], files[SMALL])


def _convert(connection: socket.socket, job: Convert, content_type: str, files: Sequence[int]) -> Converted:
    from appliance.file_worker import converting, media  # noqa: PLC0415  FFmpeg's libraries are 23 MB of memory

    if content_type not in media.FORMATS:
        raise CannotUnderstand(content_type)
    locks.allow_file_bytes(resource.RLIM_INFINITY)
    locks.allow_processor_seconds(job.seconds)

    def tell(share: float) -> None:
        connection.send(protocol.encode(Converting(share)))
        answer = protocol.receive(connection)
        if answer is None or not isinstance(answer[0], GoOn):
            raise SystemExit(0)

    return converting.convert(
        content_type, files[SOURCE], files[SHOWN], tell, hardware=job.hardware and _encodes()
    )


def _encodes() -> bool:
    """Whether the board has an H.264 encoder and it passes its self-test; one that hangs, the server notices."""
    if codecs.h264_encoder(codecs.read()) is None:
        return False
    from hardware import encoder  # noqa: PLC0415  FFmpeg's libraries are 23 MB of memory

    tried = encoder.encode()
    if not tried.worked:
        log.warning("the board's encoder does not encode: %s", tried.problem)
    return tried.worked
