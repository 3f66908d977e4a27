"""Reading that takes long, in a thread and on a connection of its own: one at a time, while everybody else goes on.

FTS5 looks at no clock inside one step, so a search cannot be begun where everybody waits and moved to a thread once it turns out
to be long, as `Connection.select` does. What a newcomer would get wrong: whoever is cancelled leaves; their reading goes on to its
end, and the next one waits for it.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from appliance.storage.select import Select, Value


class Lookup:
    """A consistent view of the database at one moment, in the thread."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def all[Row: msgspec.Struct](self, query: Select[Row], **args: Value) -> list[Row]:
        return [query.row(*row) for row in self._raw.execute(query.sql, args)]

    def one[Row: msgspec.Struct](self, query: Select[Row], **args: Value) -> Row | None:
        rows = self.all(query, **args)
        return rows[0] if rows else None


class ThreadReader:
    """The thread with its connection, which is opened when somebody first needs it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._raw: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, "thread-reader")

    async def run[Found](self, work: Callable[[Lookup], Found]) -> Found:
        """What `work` makes of what it reads; it may use nothing but its argument."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, work)

    async def close(self) -> None:
        """Wait for the last reading, and close the connection."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _read[Found](self, work: Callable[[Lookup], Found]) -> Found:
        raw = self._raw = self._raw or self._open()
        raw.execute("BEGIN")
        try:
            return work(Lookup(raw))
        finally:
            raw.rollback()

    def _open(self) -> sqlite3.Connection:
        raw = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        raw.execute("PRAGMA query_only=ON")
        return raw

    def _close(self) -> None:
        if self._raw is not None:
            self._raw.close()
