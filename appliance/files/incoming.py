"""One file on its way: written, hashed and synced piece by piece, so that it can go on wherever its sender stopped.

The hash of what has come stays in memory between two requests; after a restart it is made anew from the file. What a newcomer
would get wrong: what counts is what is durable. A file may be longer than its row says, after a kill in the middle of a piece,
and is cut back to it.
"""

import contextlib
import hashlib
import os
from collections import OrderedDict
from collections.abc import Buffer
from pathlib import Path
from typing import Protocol, Self

from appliance import atomic_file
from appliance.files.room import NoRoom

_PIECE = 1 << 20
# The beginning of a file stays in memory, since it is looked at next. What comes behind it would push out everything else that a
# small box has there, and memory that was just used is cheaper to write to than memory that was not.
_STAYS = 8 << 20
# So many uploads that are going on at once are hashed only once. A hash takes half a kilobyte.
_MOST_HASHES = 64


class Hash(Protocol):
    """One of `hashlib`, which has no public name for what it makes."""

    def update(self, data: Buffer, /) -> None: ...

    def digest(self) -> bytes: ...

    def copy(self) -> Self: ...


class Hashes:
    """The hashes of what has come of each upload, the last used kept longest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[int, Hash]] = OrderedDict()

    def take(self, upload_id: str, offset: int) -> Hash | None:
        """The hash of the first `offset` bytes, if that is what is known."""
        known_offset, known = self._kept.pop(upload_id, (-1, None))
        return known if known_offset == offset else None

    def put(self, upload_id: str, offset: int, made: Hash) -> None:
        self._kept[upload_id] = (offset, made)
        while len(self._kept) > _MOST_HASHES:
            self._kept.popitem(last=False)

    def forget(self, upload_id: str) -> None:
        self._kept.pop(upload_id, None)


class IncomingFile:
    """An open file below `incoming/`. Everything in it blocks."""

    def __init__(self, descriptor: int, offset: int, hashed: Hash) -> None:
        self._descriptor = descriptor
        self.offset = offset
        self.hash = hashed

    @property
    def is_open(self) -> bool:
        return self._descriptor >= 0

    @classmethod
    def open(cls, file: Path, offset: int, known: Hash | None) -> "IncomingFile":
        """Go on at `offset`, or earlier if less of the file is there than that; `OSError`."""
        is_new = not file.exists()
        try:
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except FileNotFoundError:
            atomic_file.make_folder(file.parent, displaces=True)
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            if is_new:
                atomic_file.sync_folder(file.parent)
            found = os.fstat(descriptor).st_size
            if found < offset:
                offset, known = found, None
            os.ftruncate(descriptor, offset)
            return cls(descriptor, offset, known or _hash_of(descriptor, offset))
        except BaseException:
            os.close(descriptor)
            raise

    def write(self, piece: memoryview) -> None:
        """Append; `NoRoom` if the disk is full, and what was written then counts all the same."""
        while piece:
            try:
                written = os.pwrite(self._descriptor, piece, self.offset)
            except OSError as error:
                raise NoRoom from error
            self.hash.update(piece[:written])
            self.offset += written
            piece = piece[written:]

    def sync(self) -> None:
        """Put what was written on the disk; `NoRoom` if that cannot be."""
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise NoRoom from error
        if self.offset > _STAYS:
            os.posix_fadvise(self._descriptor, _STAYS, self.offset - _STAYS, os.POSIX_FADV_DONTNEED)

    def first(self, size: int) -> bytes:
        """The first bytes of the file."""
        return os.pread(self._descriptor, size, 0)

    def close(self) -> None:
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1


def _hash_of(descriptor: int, size: int) -> Hash:
    made = hashlib.sha256()
    at = 0
    while at < size:
        piece = os.pread(descriptor, min(_PIECE, size - at), at)
        if not piece:
            break
        made.update(piece)
        at += len(piece)
    return made
