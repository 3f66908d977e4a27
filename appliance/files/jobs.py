"""One job for the worker: its files are made and opened before, and what has come of it is synced and hashed after."""

import contextlib
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from appliance.blocking import in_thread, made_in_thread
from appliance.file_worker.protocol import (
    OUTPUTS,
    SMALL,
    Answers,
    Converted,
    Drawn,
    Failed,
    Jobs,
    PageRead,
    Rendition,
    Understood,
)
from appliance.files.files import Files
from appliance.files.model import Kind
from appliance.files.understood import Made, scratch
from appliance.files.worker import Tell, Worker

_PIECE_BYTES = 1 << 20


class SourceGone(Exception):
    """The content's file is not there, or cannot be read."""


async def run(
    files: Files, worker: Worker, sha256: bytes, job: Jobs, stall_seconds: float, tell: Tell
) -> tuple[Answers, list[Made]]:
    """Have the worker do a job on a content; its answer, and the files that it made, which are then the caller's.

    What `Worker.do` raises, `SourceGone`, and `OSError` where there is no room for the files.
    """
    source = await made_in_thread(_close, _opened, files.keeper.store.path_of(sha256))
    with source:
        return await run_on(files, worker, source, job, stall_seconds, tell)


async def run_on(
    files: Files, worker: Worker, source: IO[bytes], job: Jobs, stall_seconds: float, tell: Tell
) -> tuple[Answers, list[Made]]:
    """The same on an open file, which may have no name."""
    paths = [scratch(files) for _ in range(OUTPUTS)]
    made: list[Made] = []
    try:
        outputs = await made_in_thread(_close_all, _outputs, paths)
        try:
            report = await worker.do(job, source, outputs, stall_seconds, tell)
            made = await in_thread(_kept, _renditions(report), paths, outputs)
        finally:
            _close_all(outputs)
    finally:
        kept = {one.file for one in made}
        await in_thread(_remove, [path for path in paths if path not in kept])
    return report, made


async def go_on(_share: float) -> bool:
    """For a job of which nobody is told how far it is."""
    return True


async def discard(made: Sequence[Made]) -> None:
    """Delete what was made and is not wanted any more."""
    await in_thread(_remove, [one.file for one in made])


def _opened(source: Path) -> IO[bytes]:
    try:
        # Without waiting: were it ever a pipe, nobody would write into it.
        descriptor = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise SourceGone(str(error)) from error
    return os.fdopen(descriptor, "rb")


def _outputs(paths: Sequence[Path]) -> Sequence[IO[bytes]]:
    with contextlib.ExitStack() as stack:
        paths[0].parent.mkdir(mode=0o700, exist_ok=True)
        outputs = [
            stack.enter_context(os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "r+b"))
            for path in paths
        ]
        stack.pop_all()
        return outputs


def _close(file: IO[bytes]) -> None:
    file.close()


def _close_all(files: Sequence[IO[bytes]]) -> None:
    for file in files:
        file.close()


def _renditions(report: Answers) -> Sequence[Rendition]:
    match report:
        case Understood(renditions=renditions):
            return renditions
        case Converted(rendition=rendition):
            return (rendition,)
        case PageRead() | Drawn() | Failed():
            return ()


def _kept(renditions: Sequence[Rendition], paths: Sequence[Path], outputs: Sequence[IO[bytes]]) -> list[Made]:
    """Sync and hash what was made: the worker is not asked for the hash of what it wrote."""
    made: list[Made] = []
    for one in renditions:
        number = one.file - SMALL
        descriptor = outputs[number].fileno()
        os.fsync(descriptor)
        size = os.fstat(descriptor).st_size
        if size:
            made.append(
                Made(
                    kind=Kind(one.kind),
                    file=paths[number],
                    sha256=_hashed(descriptor),
                    size=size,
                    content_type=one.content_type,
                    width=one.width,
                    height=one.height,
                )
            )
    return made


def _hashed(descriptor: int) -> bytes:
    hashed = hashlib.sha256()
    at = 0
    while piece := os.pread(descriptor, _PIECE_BYTES, at):
        hashed.update(piece)
        at += len(piece)
    return hashed.digest()


def _remove(paths: Sequence[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
