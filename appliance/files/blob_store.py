"""The two folders that files lie in: `incoming/` on their way, `blobs/ab/abcd…` for good, each under its SHA-256.

Both are on one file system, so that a file comes to its place by one rename. The order is: the file is written and synced,
renamed, its folder synced, and only then a row says that it is there; and the other way round when it goes. Nothing here knows
of rows. What a newcomer would get wrong: everything in this module blocks, so it is called in a thread.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from appliance import atomic_file

BLOBS, INCOMING = "blobs", "incoming"
_FANNED = 2
_HEX = frozenset("0123456789abcdef")


class BlobStore:
    """Below the data folder; its folders are made when the first file comes."""

    def __init__(self, folder: Path) -> None:
        self.blobs = folder / BLOBS
        self.incoming = folder / INCOMING

    def path_of(self, sha256: bytes) -> Path:
        """Where a content lies, or would lie."""
        name = sha256.hex()
        return self.blobs / name[:_FANNED] / name

    def path_of_incoming(self, name: str) -> Path:
        return self.incoming / name

    def prepare(self) -> None:
        """Make the folder for what comes in."""
        atomic_file.make_folder(self.incoming, displaces=True)

    def keep(self, file: Path, sha256: bytes, size: int) -> None:
        """Move a file that is whole and synced to its place; it is there for certain when this returns. `OSError`."""
        target = self.path_of(sha256)
        if _is_there(target, size):
            file.unlink(missing_ok=True)
        else:
            atomic_file.make_folder(target.parent, displaces=True)
            file.replace(target)
        # Also for one that was there: whoever brought it may have died before this.
        atomic_file.sync_folder(target.parent)

    def remove(self, sha256: bytes) -> None:
        """Delete a content; nothing if it is gone."""
        self.path_of(sha256).unlink(missing_ok=True)

    def remove_incoming(self, name: str) -> None:
        self.path_of_incoming(name).unlink(missing_ok=True)

    def sweep(self, is_kept: Callable[[str], bool], is_expected: Callable[[str], bool]) -> int:
        """Delete what nobody knows: contents that are not kept, by their hash in hex, and incoming files that are not expected.

        The number of those that were deleted.
        """
        strangers = [file for file in _files_in(self.blobs) if not (_is_hash(file) and is_kept(file.name))]
        strangers += [file for file in _files_in(self.incoming) if not is_expected(file.name)]
        for file in strangers:
            file.unlink(missing_ok=True)
        return len(strangers)


def _is_there(file: Path, size: int) -> bool:
    try:
        return file.stat().st_size == size
    except FileNotFoundError:
        return False


def _is_hash(file: Path) -> bool:
    name = file.name
    return len(name) == 64 and _HEX.issuperset(name) and file.parent.name == name[:_FANNED]


def _files_in(folder: Path) -> Iterator[Path]:
    """Every file below a folder of ours, which has one level of folders in it."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files_in(Path(entry.path))
            else:
                yield Path(entry.path)
