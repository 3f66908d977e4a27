"""The database: one writer, a few readers, and nothing else that may touch the file."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Self

import aiosqlite

from appliance.events import Bus
from appliance.ids import IdMaker
from appliance.storage.connection import Connection
from appliance.storage.migrate import migrate
from appliance.storage.reader import Reader
from appliance.storage.thread_reader import Lookup, ThreadReader
from appliance.storage.trouble import Trouble
from appliance.storage.writer import Work, Writer

log = logging.getLogger(__name__)

READERS = 2

_WRITERS_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "temp_store=MEMORY",
    # A connection of its own does that: a COMMIT that moved the whole journal would keep everybody waiting.
    "wal_autocheckpoint=0",
)


class Database:
    """Use `Database.open` as a context manager: a connection that leaks keeps the process alive (aiosqlite 0.22)."""

    def __init__(
        self, folder: Path, writer: Writer, readers: list[Connection], thread_reader: ThreadReader
    ) -> None:
        self.folder = folder
        """What belongs to the database and is too large for it lies beside it."""
        self._writer = writer
        self._thread_reader = thread_reader
        self._readers = readers
        # What a request has met that the start did not: a database is not read through when it is opened.
        self.trouble: Trouble | None = None
        self._idle: asyncio.Queue[Connection] = asyncio.Queue()
        for reader in readers:
            self._idle.put_nowait(reader)

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, bus: Bus) -> AsyncGenerator[Self]:
        """Open the file, bring it to the newest schema and keep it until the block ends."""
        async with AsyncExitStack() as stack:
            connection = await stack.enter_async_context(Connection.open(path, *_WRITERS_PRAGMAS))
            await migrate(connection.thread)
            ids = IdMaker()
            ids.never_below(await _highest_id(connection.thread))
            # Whoever waits for another process's lock does so without holding up the loop.
            await connection.thread.execute("PRAGMA busy_timeout=0")
            readers = [
                await stack.enter_async_context(Connection.open(path, "query_only=ON"))
                for _ in range(READERS)
            ]
            thread_reader = ThreadReader(path)
            stack.push_async_callback(thread_reader.close)
            checkpoints = await stack.enter_async_context(Connection.open(path))
            writer = Writer(connection, bus, ids)
            failure: Exception | None = None
            async with asyncio.TaskGroup() as tasks:
                working = [
                    tasks.create_task(writer.commit_groups()),
                    tasks.create_task(_checkpoint(checkpoints.thread, writer.is_checkpoint_due)),
                ]
                try:
                    yield cls(path.parent, writer, readers, thread_reader)
                except Exception as error:  # noqa: BLE001  raised again below
                    failure = error
                finally:
                    await writer.flush()
                    for task in working:
                        task.cancel()
            # The group would wrap it, and nobody expects what is their own in a group.
            if failure is not None:
                raise failure

    def reached_at(self, origin: Callable[[], str]) -> None:
        """Say where the box is reached, for `Reader.origin`; asked at each use, for an address may change."""
        for connection in (self._writer.connection, *self._readers):
            connection.origin = origin

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

    async def read_in_thread[Found](self, work: Callable[[Lookup], Found]) -> Found:
        """What `work` makes of what it reads, for what takes long: one at a time, while everybody else goes on."""
        return await self._thread_reader.run(work)

    def transaction(self) -> Work:
        """Reads and writes that happen together, as a context manager; left only once they are on the card."""
        return Work(self._writer)


async def _checkpoint(connection: aiosqlite.Connection, is_due: asyncio.Event) -> None:
    """Move the journal into the file whenever it has grown; nobody waits for it."""
    while True:
        await is_due.wait()
        is_due.clear()
        try:
            await connection.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error as error:
            # Nothing is lost by it: the journal holds everything, and is longer.
            log.warning("the journal could not be moved into the database: %s", error)


# Every table whose key is one number. A key that is no snowflake is a small number, and says nothing.
_ID_COLUMNS = """
    SELECT t.name, c.name
      FROM sqlite_schema t
      JOIN pragma_table_info(t.name) c
     WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.sql NOT LIKE 'CREATE VIRTUAL%'
       AND c.pk = 1 AND c.type IN ('INTEGER', 'BIGINT')
       AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) WHERE pk > 1)
"""


async def _highest_id(connection: aiosqlite.Connection) -> int:
    """The highest id that any table has: new ones go on above it, even if the clock has been set back."""
    highest = 0
    for table, column in await connection.execute_fetchall(_ID_COLUMNS):
        for (found,) in await connection.execute_fetchall(f'SELECT max("{column}") FROM "{table}"'):
            highest = max(highest, found or 0)
    return highest
