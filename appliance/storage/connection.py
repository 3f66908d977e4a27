"""One SQLite connection with two ways to it: short statements at once, long ones in aiosqlite's thread.

A trip to the thread costs many times what the statement itself does, so a statement that a message waits for runs where
it is called. What a newcomer would get wrong: that is only safe while the thread has nothing to do with the connection,
so whoever went to the thread waits until it is done, even if they are cancelled meanwhile.
"""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, Self

import aiosqlite

from appliance import blocking
from appliance.storage.select import Value

type Rows = Iterable[Any]

# Everybody on the box waits for a statement that runs at once. A page of history takes 0.3 ms on a PC and a few times
# that on a small board; what takes longer is stopped and begun again in the thread.
_SHORT_SECONDS = 0.004
# How often SQLite looks at the clock, in steps of its virtual machine; two thousand are some 100 µs.
_STEPS = 2000
# All that the server says to its database is a few hundred different statements.
_KEPT_STATEMENTS = 512
# Only `hearth setup-link` and the portal, other processes, ever hold the lock that a transaction needs, and for milliseconds.
_BUSY_SECONDS, _BUSY_PAUSE = 5.0, 0.005


class Connection:
    """Statements of one user at a time; `thread` is the same connection as aiosqlite knows it."""

    def __init__(self, raw: sqlite3.Connection, thread: aiosqlite.Connection) -> None:
        self.thread = thread
        self._raw = raw
        self._deadline = float("inf")
        self.origin: Callable[[], str] = str
        self._watch()

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, *pragmas: str) -> AsyncGenerator[Self]:
        """Open the file and set the pragmas; closed when the block ends."""
        made: list[sqlite3.Connection] = []

        def connect() -> sqlite3.Connection:
            raw = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, cached_statements=_KEPT_STATEMENTS
            )
            made.append(raw)
            return raw

        async with aiosqlite.Connection(connect, iter_chunk_size=64) as thread:
            for pragma in pragmas:
                await _patiently_set(thread, pragma)
            yield cls(made[0], thread)

    async def select(self, sql: str, args: dict[str, Value]) -> Rows:
        """Run a SELECT, at once if it is short."""
        self._deadline = perf_counter() + _SHORT_SECONDS
        try:
            return self._raw.execute(sql, args).fetchall()
        except sqlite3.OperationalError as error:
            # A SELECT that is stopped leaves its transaction as it was (sqlite3_interrupt).
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
        finally:
            self._deadline = float("inf")
        return await self.far(self.thread.execute_fetchall, sql, args)

    def at_once(self, sql: str, args: dict[str, Value]) -> list[Any]:
        """Run a statement that is known to be short."""
        return self._raw.execute(sql, args).fetchall()

    def change(self, sql: str, args: dict[str, Value]) -> int:
        """Run a short INSERT or UPDATE; how many rows it touched."""
        return self._raw.execute(sql, args).rowcount

    async def begin(self) -> int:
        """BEGIN IMMEDIATE; the file's `data_version`, another one if somebody else has written since.

        `sqlite3.OperationalError` if another process holds the lock for seconds.
        """
        patience = perf_counter() + _BUSY_SECONDS
        while True:
            try:
                self._raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not _may_pass(error, patience):
                    raise
                await asyncio.sleep(_BUSY_PAUSE)
            else:
                [(version,)] = self.at_once("PRAGMA data_version", {})
                return int(version)

    def rollback(self) -> None:
        """Take back whatever was begun; nothing if nothing was."""
        self._raw.rollback()

    @property
    def has_begun(self) -> bool:
        return self._raw.in_transaction

    async def far[**P, R](self, call: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """A call of aiosqlite's, which is over when this returns; being cancelled counts from then on."""
        # In the thread, looking at the clock would mean waiting for the interpreter each time.
        self._raw.set_progress_handler(None, 0)
        work = asyncio.ensure_future(call(*args, **kwargs))
        try:
            return await blocking.over(work)
        finally:
            self._watch()

    def _watch(self) -> None:
        self._raw.set_progress_handler(self._is_late, _STEPS)

    def _is_late(self) -> bool:
        return perf_counter() > self._deadline


def _may_pass(error: sqlite3.OperationalError, patience: float) -> bool:
    """Whether somebody else holds the file, and there is time left to wait for them."""
    return error.sqlite_errorcode == sqlite3.SQLITE_BUSY and perf_counter() <= patience


async def _patiently_set(thread: aiosqlite.Connection, pragma: str) -> None:
    """Set a pragma; SQLite itself does not wait while somebody else who opens a new file makes a WAL of its journal."""
    patience = perf_counter() + _BUSY_SECONDS
    while True:
        try:
            await thread.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            if not _may_pass(error, patience):
                raise
            await asyncio.sleep(_BUSY_PAUSE)
        else:
            return
