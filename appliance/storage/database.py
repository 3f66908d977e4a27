"""The database: one writer with group commit, a few readers, and nothing else that may touch the file.

A caller of `transaction()` goes on only after the COMMIT that holds its rows, and the events it emitted go out only
then. What a newcomer would get wrong: transactions run one after another on one connection, but they do not commit
one by one. All that queued up while one ran share the next COMMIT, which is what makes `synchronous=FULL` affordable
on an SD card (docs/adr/0003-group-commit.md). So never await anything but the database inside a transaction.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Self

import aiosqlite
import msgspec

from appliance.errors import Unavailable
from appliance.events import Bus, Event
from appliance.ids import Millis, ids, now
from appliance.storage.connection import Connection
from appliance.storage.migrate import migrate
from appliance.storage.pace import Pace
from appliance.storage.select import Select, Value

log = logging.getLogger(__name__)

READERS = 2
# A group this large is committed even while more callers wait, so that nobody waits without end.
LARGEST_GROUP = 64
# After so many transactions the journal is written into the file: some megabytes, as SQLite itself would wait for.
CHECKPOINT_AFTER = 256

_WRITERS_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "temp_store=MEMORY",
    # A connection of its own does that: a COMMIT that moved the whole journal would keep everybody waiting.
    "wal_autocheckpoint=0",
)


class StorageFailed(Unavailable):
    key = "storage_failed"
    message = "The box could not save that. Its storage may be full; nothing was changed."


class Reader:
    """A consistent view of the database at one moment, for reading only."""

    def __init__(self, connection: Connection) -> None:
        self.now: Millis = now()
        self._connection = connection

    async def all[Row: msgspec.Struct](self, query: Select[Row], **args: Value) -> list[Row]:
        return [query.row(*row) for row in await self._connection.select(query.sql, args)]

    async def one[Row: msgspec.Struct](self, query: Select[Row], **args: Value) -> Row | None:
        rows = await self.all(query, **args)
        return rows[0] if rows else None


class Transaction(Reader):
    """One unit of work: everything in it happens, or nothing does."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.events: list[Event] = []

    async def run(self, sql: str, **args: Value) -> int:
        """Execute an INSERT, UPDATE or DELETE and return how many rows it touched."""
        sql = f"{sql} RETURNING 1"
        if not sql.startswith("DELETE"):
            return len(self._connection.at_once(sql, args))
        # What is deleted may take years of messages with it.
        thread = self._connection.thread
        return len(list(await self._connection.far(thread.execute_fetchall, sql, args)))

    async def run_many(self, sql: str, rows: Sequence[dict[str, Value]]) -> None:
        """Execute one write for each row."""
        await self._connection.far(self._connection.thread.executemany, sql, rows)

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

    def __init__(self, writer: Connection, readers: list[Connection], bus: Bus) -> None:
        self._connection = writer
        self._bus = bus
        self._writing = asyncio.Lock()
        # How many wait for it.
        self._queued = 0
        self._group: _Group | None = None
        self._grown = asyncio.Event()
        self._pace = Pace()
        self._unmoved = 0
        self._is_checkpoint_due = asyncio.Event()
        self._idle: asyncio.Queue[Connection] = asyncio.Queue()
        for reader in readers:
            self._idle.put_nowait(reader)

    @property
    def _writer(self) -> aiosqlite.Connection:
        return self._connection.thread

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, bus: Bus) -> AsyncGenerator[Self]:
        """Open the file, bring it to the newest schema and keep it until the block ends."""
        async with AsyncExitStack() as stack:
            writer = await stack.enter_async_context(Connection.open(path, *_WRITERS_PRAGMAS))
            await migrate(writer.thread)
            await _continue_ids(writer.thread)
            # Whoever waits for another process's lock does so without holding up the loop.
            await writer.thread.execute("PRAGMA busy_timeout=0")
            readers = [
                await stack.enter_async_context(Connection.open(path, "query_only=ON"))
                for _ in range(READERS)
            ]
            checkpoints = await stack.enter_async_context(Connection.open(path))
            database = cls(writer, readers, bus)
            failure: Exception | None = None
            async with asyncio.TaskGroup() as tasks:
                working = [
                    tasks.create_task(database._commit_groups()),
                    tasks.create_task(database._checkpoint(checkpoints.thread)),
                ]
                try:
                    yield database
                except Exception as error:  # noqa: BLE001  raised again below
                    failure = error
                finally:
                    await database._flush()
                    for task in working:
                        task.cancel()
            # The group would wrap it, and nobody expects what is their own in a group.
            if failure is not None:
                raise failure

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Reader]:
        """Several reads that see the same moment, beside any write."""
        connection = await self._idle.get()
        try:
            connection.at_once("BEGIN", {})
            yield Reader(connection)
        finally:
            connection.rollback()
            self._idle.put_nowait(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        """Reads and writes that happen together; left only once they are on the card."""
        self._queued += 1
        try:
            await self._writing.acquire()
        finally:
            self._queued -= 1
        try:
            if self._group and self._group.size >= LARGEST_GROUP:
                await self._connection.far(self._commit)
            savepoint = await self._begin()
            group = self._group = self._group or _Group()
            transaction = Transaction(self._connection)
            try:
                yield transaction
            except BaseException:
                self._undo(group, savepoint)
                raise
            group.size += 1
            group.events += transaction.events
            if self._pace.is_quick and not self._queued:
                await self._commit()
            else:
                self._grown.set()
        finally:
            self._writing.release()
        await asyncio.shield(group.done)

    async def _begin(self) -> str | None:
        """Begin a group, or a part of the one there is; the name of that part."""
        if self._group is None:
            await self._connection.begin()
            return None
        savepoint = f"work{self._group.size}"
        self._connection.at_once(f"SAVEPOINT {savepoint}", {})
        return savepoint

    def _undo(self, group: _Group, savepoint: str | None) -> None:
        """Take back one transaction and keep those that finished before it in the same group."""
        if savepoint is None:
            self._group = None
            self._connection.rollback()
        elif self._connection.has_begun:
            self._connection.at_once(f"ROLLBACK TO {savepoint}", {})
        else:
            # A full card: SQLite itself took back all that was begun, so nobody of the group may be told that it is safe.
            self._group = None
            group.done.set_exception(StorageFailed())

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
        if self._pace.is_quick:
            with self._settling(group):
                self._connection.at_once("COMMIT", {})
        else:
            await self._connection.far(self._finish, group)

    async def _finish(self, group: _Group) -> None:
        with self._settling(group):
            # Not `commit()`, which says nothing if SQLite has rolled back meanwhile.
            await self._connection.thread.execute_fetchall("COMMIT")

    @contextmanager
    def _settling(self, group: _Group) -> Generator[None]:
        """Around a COMMIT: tell everybody of the group what became of it."""
        began = perf_counter()
        try:
            yield
        except sqlite3.Error as error:
            log.error("a commit of %d transactions failed: %s", group.size, error)  # noqa: TRY400  the message says it all
            self._connection.rollback()
            group.done.set_exception(StorageFailed())
        else:
            self._pace.took(perf_counter() - began)
            self._unmoved += group.size
            if self._unmoved >= CHECKPOINT_AFTER:
                self._unmoved = 0
                self._is_checkpoint_due.set()
            self._bus.publish(group.events)
            group.done.set_result(None)

    async def _checkpoint(self, connection: aiosqlite.Connection) -> None:
        """Move the journal into the file whenever it has grown; nobody waits for it."""
        while True:
            await self._is_checkpoint_due.wait()
            self._is_checkpoint_due.clear()
            try:
                await connection.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")
            except sqlite3.Error as error:
                # Nothing is lost by it: the journal holds everything, and is longer.
                log.warning("the journal could not be moved into the database: %s", error)


async def _continue_ids(connection: aiosqlite.Connection) -> None:
    """Ids go on above the highest that exists, even if the clock has been set back."""
    for table in ("message", "channel", "guild", "role", "account", "session"):
        for (highest,) in await connection.execute_fetchall(f"SELECT max(id) FROM {table}"):
            ids.never_below(highest or 0)
