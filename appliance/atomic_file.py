"""A file that is written whole or not at all, and is on the disk when the call returns.

Everything that the product writes beside its database goes through here. What a newcomer would get wrong: a rename is atomic,
but neither what was written nor the rename is on the disk before an fsync of the file and of its folder (fsync(2)); after a power cut a
file that was only renamed may be there and empty.
"""

import contextlib
import os
import shutil
from pathlib import Path

_BESIDE = ".new"
_DAMAGED = ".damaged"


def write(file: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace a file; whenever the power goes, the old content or the new one is there. `OSError` leaves the old one."""
    beside = file.with_name(file.name + _BESIDE)
    # What an earlier power cut left there may have another mode, or be no file.
    _clear(beside)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(beside, flags, mode), "wb") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if file.is_dir() and not file.is_symlink():
            _set_aside(file)
        beside.replace(file)
    except OSError:
        # On a full disk even a few kilobytes are worth taking back.
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    sync_folder(file.parent)


def make_folder(folder: Path, *, displaces: bool = False) -> None:
    """Make a folder and those above it, each of them on the disk.

    Where it `displaces`, a file in its place is set aside: inside our own data folder, where nobody else puts anything.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    if displaces and (folder.is_symlink() or folder.exists()):
        _set_aside(folder)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Put the folder's list of names on the disk: files that were made, renamed or deleted in it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _set_aside(thing: Path) -> None:
    """Rename what should not be there; nothing that might be somebody's is deleted but an older thing set aside."""
    aside = thing.with_name(thing.name + _DAMAGED)
    _clear(aside)
    thing.rename(aside)


def _clear(thing: Path) -> None:
    if thing.is_dir() and not thing.is_symlink():
        shutil.rmtree(thing)
    else:
        thing.unlink(missing_ok=True)
