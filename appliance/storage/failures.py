"""What SQLite's errors mean to the person whose request met one: a full or broken disk is no defect of ours."""

import sqlite3

from appliance.errors import Unavailable
from appliance.storage.writer import StorageFailed

_NO_WRITING = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_BUSY,
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class StorageDamaged(Unavailable):
    key = "storage_damaged"
    message = "The box cannot read this: its card or disk is damaged. Whoever looks after it finds what to do under Settings, Health."


def failure_of(error: sqlite3.Error) -> Unavailable | None:
    """What to tell of it; None for what only a defect in a statement brings."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _DAMAGED:
        return StorageDamaged()
    return StorageFailed() if code in _NO_WRITING else None
