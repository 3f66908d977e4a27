"""A few megabytes that are kept free for the day on which nothing else is.

On a full disk SQLite cannot even open a database for reading, because its shared index is a file (sqlite.org/wal.html). So a file
without meaning takes up some room, and gives it back at a start that finds no other: then people can sign in, read, and delete.
"""

import logging
import os
import shutil
from pathlib import Path

log = logging.getLogger(__name__)

BYTES = 8 * 1024 * 1024
# Only a disk with plenty of room is asked for it.
_AMPLE_BYTES = 32 * BYTES
_SHORT_BYTES = 2 * 1024 * 1024


def settle(folder: Path) -> None:
    """Keep the reserve in this folder, or give it back if the disk is full; a disk that refuses is no reason not to start."""
    file = folder / "reserve"
    try:
        free = shutil.disk_usage(folder).free
        if free < _SHORT_BYTES and file.exists():
            file.unlink()
            log.warning("the disk is full: the reserve of %d MB is used up from now on", BYTES >> 20)
        elif free > _AMPLE_BYTES and not (file.exists() and file.stat().st_size == BYTES):
            _make(file)
    except OSError as error:
        log.warning("no room could be kept in reserve: %s", error)


def _make(file: Path) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, BYTES)
    finally:
        os.close(descriptor)
