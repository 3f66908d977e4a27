"""The database: one writer with group commit, a few readers, and nothing else that may touch the file.

A caller of `transaction()` goes on only after the COMMIT that holds its rows, and the events it emitted go out only
then. What a newcomer would get wrong: transactions run one after another on one connection, but they do not commit
one by one. All that queued up while one ran share the next COMMIT, which is what makes `synchronous=FULL` affordable
on an SD card (docs/adr/0003-group-commit.md). So never await anything but the database inside a transaction.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Self

import aiosqlite
import msgspec

from appliance.errors import Unavailable
from appliance.events import Bus, Event
from appliance.ids import Millis, ids, now
from appliance.storage.migrate import migrate
from appliance.storage.select import Select, Value

log = logging.getLogger(__name__)

READERS = 2
# A group this large is committed even while more callers wait, so that nobody waits without end.
LARGEST_GROUP = 64


class StorageFailed(Unavailable):
    key = "storage_failed"
    message = "The box could not save that. Its storage may be full; nothing was changed."


class Reader:
    """A consistent view of the database at one moment, for reading only."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self.now: Millis = now()
        self._connection = connection

    async def all[Row: msgspec.Struct](self, query: Select[Row], **args: Value) -> list[Row]:
        rows = await self._connection.execute_fetchall(query.sql, args)
        return [query.row(*row) for row in rows]

    async def one[Row: msgspec.Struct](self, query: Select[Row], **args: Value) -> Row | None:
        rows = await self.all(query, **args)
        return rows[0] if rows else None


class Transaction(Reader):
    """One unit of work: everything in it happens, or nothing does."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        super().__init__(connection)
        self.events: list[Event] = []

    async def run(self, sql: str, **args: Value) -> int:
        """Execute an INSERT, UPDATE or DELETE and return how many rows it touched."""
        # A cursor would cost a second trip to the connection's thread, only to be closed.
        return len(list(await self._connection.execute_fetchall(f"{sql} RETURNING 1", args)))

    async def run_many(self, sql: str, rows: Sequence[dict[str, Value]]) -> None:
        """Execute one write for each row."""
        await self._connection.executemany(sql, rows)

    def emit(self, event: Event) -> None:
        """Tell the world once the rows are safe."""
        self.events.append(event)


class _Group:
    """The transactions that will share one COMMIT."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.size = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Database:
    """Use `Database.open` as a context manager: a connection that leaks keeps the process alive (aiosqlite 0.22)."""

    def __init__(self, writer: aiosqlite.Connection, readers: list[aiosqlite.Connection], bus: Bus) -> None:
        self._writer = writer
        self._bus = bus
        self._writing = asyncio.Lock()
        self._group: _Group | None = None
        self._grown = asyncio.Event()
        self._idle: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        for reader in readers:
            self._idle.put_nowait(reader)

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, bus: Bus) -> AsyncGenerator[Self]:
        """Open the file, bring it to the newest schema and keep it until the block ends."""
        async with AsyncExitStack() as stack:
            writer = await stack.enter_async_context(aiosqlite.connect(path, isolation_level=None))
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",
                "foreign_keys=ON",
                "busy_timeout=5000",
                "temp_store=MEMORY",
            ):
                await writer.execute(f"PRAGMA {pragma}")
            await migrate(writer)
            await _continue_ids(writer)
            readers: list[aiosqlite.Connection] = []
            for _ in range(READERS):
                reader = await stack.enter_async_context(aiosqlite.connect(path, isolation_level=None))
                await reader.execute("PRAGMA query_only=ON")
                readers.append(reader)
            database = cls(writer, readers, bus)
            async with asyncio.TaskGroup() as tasks:
                committer = tasks.create_task(database._commit_groups())
                try:
                    yield database
                finally:
                    await database._flush()
                    committer.cancel()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Reader]:
        """Several reads that see the same moment, beside any write."""
        connection = await self._idle.get()
        try:
            await connection.execute("BEGIN")
            yield Reader(connection)
        finally:
            await asyncio.shield(connection.rollback())
            self._idle.put_nowait(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        """Reads and writes that happen together; left only once they are on the card."""
        async with self._writing:
            if self._group and self._group.size >= LARGEST_GROUP:
                await self._commit()
            group = self._group = self._group or _Group()
            savepoint = f"work{group.size}" if group.size else None
            transaction = Transaction(self._writer)
            try:
                await self._writer.execute(f"SAVEPOINT {savepoint}" if savepoint else "BEGIN IMMEDIATE")
                yield transaction
            except BaseException:
                await asyncio.shield(self._undo(group, savepoint))
                raise
            group.size += 1
            group.events += transaction.events
            self._grown.set()
        await asyncio.shield(group.done)

    async def _undo(self, group: _Group, savepoint: str | None) -> None:
        """Take back one transaction and keep those that finished before it in the same group."""
        if savepoint is None:
            self._group = None
            group.done.cancel()
            await self._writer.rollback()
            return
        try:
            await self._writer.execute(f"ROLLBACK TO {savepoint}")
        except sqlite3.OperationalError as error:
            # The SAVEPOINT itself failed, so there is nothing to take back.
            log.warning("a transaction did not start: %s", error)

    async def _commit_groups(self) -> None:
        """Commit whenever something waits; the lock is fair, so all who queued before share the COMMIT."""
        while True:
            await self._grown.wait()
            await self._flush()

    async def _flush(self) -> None:
        async with self._writing:
            self._grown.clear()
            if self._group:
                await self._commit()

    async def _commit(self) -> None:
        group, self._group = self._group, None
        if group is None:
            return
        try:
            await self._writer.execute("COMMIT")
        except sqlite3.Error as error:
            log.error("a commit of %d transactions failed: %s", group.size, error)  # noqa: TRY400  the message says it all
            await self._writer.rollback()
            group.done.set_exception(StorageFailed())
        else:
            self._bus.publish(group.events)
            group.done.set_result(None)


async def _continue_ids(connection: aiosqlite.Connection) -> None:
    """Ids go on above the highest that exists, even if the clock has been set back."""
    for table in ("message", "channel", "guild", "role", "account", "session"):
        for (highest,) in await connection.execute_fetchall(f"SELECT max(id) FROM {table}"):
            ids.never_below(highest or 0)
