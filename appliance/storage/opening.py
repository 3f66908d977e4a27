"""Opening the household's database, or finding out in words why that cannot be.

What a newcomer would get wrong: SQLite takes an empty file for a new database. On a box where people live that would look like
a box that nobody has set up, and the first stranger who opened it could; so whether the box has been in use is asked of
another file. A database that cannot be used is never deleted and never moved, but by `hearth set-aside-database`.
"""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from appliance import atomic_file
from appliance.events import Bus
from appliance.ids import iso, now
from appliance.storage.database import Database
from appliance.storage.migrate import DatabaseTooNew
from appliance.storage.trouble import Trouble

FILE = "hearth.db"
IN_USE = Path("secrets", "sign-in.key")
"""Made right after the first database was: where it is, there was one."""
# A page of the database is 4 KB, its shared index 32: with less than this nothing works.
_ROOM_BYTES = 256 * 1024


class DatabaseUnusable(Exception):
    """It cannot be opened; the text is one line for a log."""

    def __init__(self, trouble: Trouble, text: str) -> None:
        super().__init__(text)
        self.trouble = trouble


@asynccontextmanager
async def open_database(folder: Path, bus: Bus) -> AsyncGenerator[Database]:
    """The household's database in the data folder; `DatabaseUnusable` says why it cannot be opened."""
    file = folder / FILE
    _require_content(file)
    async with AsyncExitStack() as stack:
        with telling(file):
            database = await stack.enter_async_context(Database.open(file, bus))
        with contextlib.suppress(OSError):
            # Before the file that says so: the database is there.
            atomic_file.sync_folder(folder)
        yield database


@contextlib.contextmanager
def telling(file: Path) -> Generator[None]:
    """What SQLite says of this file while the block runs, as `DatabaseUnusable`."""
    try:
        yield
    except DatabaseTooNew as error:
        raise DatabaseUnusable(
            Trouble.NEWER, f"{file} cannot be opened: {error}. Update Hearth, or restore an older backup."
        ) from error
    except sqlite3.Error as error:
        raise DatabaseUnusable(_trouble(file, error), f"{file} cannot be used: {error}") from error


def was_in_use(folder: Path) -> bool:
    """Whether there was a database once."""
    return (folder / IN_USE).exists()


def _require_content(file: Path) -> None:
    if not was_in_use(file.parent):
        return
    try:
        size = file.stat().st_size
    except FileNotFoundError as error:
        raise DatabaseUnusable(Trouble.GONE, f"{file} is gone") from error
    except OSError:
        # SQLite says it better.
        return
    if size == 0:
        raise DatabaseUnusable(Trouble.DAMAGED, f"{file} is empty")


def _trouble(file: Path, error: sqlite3.Error) -> Trouble:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return Trouble.DAMAGED
    if code == sqlite3.SQLITE_FULL or _is_full(file.parent):
        return Trouble.FULL
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM} or not _may_use(file):
        return Trouble.PROTECTED
    return Trouble.DAMAGED


def _may_use(file: Path) -> bool:
    """Whether the rights on file and folder are those that SQLite needs; it makes files of its own beside the database."""
    return os.access(file.parent, os.W_OK) and (not file.exists() or os.access(file, os.R_OK | os.W_OK))


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _ROOM_BYTES
    except OSError:
        return False


def is_whole(folder: Path) -> bool:
    """Whether SQLite finds nothing wrong with the database; it takes as long as reading all of it, and changes nothing."""
    file = folder / FILE
    if not file.is_file() or file.stat().st_size == 0:
        return False
    try:
        with contextlib.closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as database:
            [(said,)] = database.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.Error:
        return False
    return bool(said == "ok")


def set_aside(folder: Path) -> Path | None:
    """Rename the database with what belongs to it, so that the next start makes a new one; the name, or None if there is none.

    Only for whoever asks for it: what is set aside may still be mended, and nothing here ever deletes it.
    """
    file = folder / FILE
    mark = iso(now())[:19].replace(":", "-")
    aside = folder / f"{FILE}.{mark}"
    found = file.exists()
    for end in ("", "-wal", "-shm"):
        part = file.with_name(file.name + end)
        if part.exists():
            part.rename(aside.with_name(aside.name + end))
    # Everybody is new then: no token of before is good for somebody else's account.
    (folder / IN_USE).unlink(missing_ok=True)
    for changed in (folder / IN_USE.parent, folder):
        if changed.is_dir():
            atomic_file.sync_folder(changed)
    return aside if found else None
