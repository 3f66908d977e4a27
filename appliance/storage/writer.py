"""The one connection that writes, and the group commit.

A caller goes on only after the COMMIT that holds its rows, and the events it emitted go out only then.
What a newcomer would get wrong: transactions run one after another on one connection, but they do not commit
one by one. All that queued up while one ran share the next COMMIT, which is what makes `synchronous=FULL` affordable
on an SD card (docs/adr/0003-group-commit.md). So never await anything but the database inside a transaction.
"""

import asyncio
import logging
import sqlite3
from time import perf_counter
from types import TracebackType

from appliance import blocking
from appliance.errors import Unavailable
from appliance.events import Bus, Event
from appliance.ids import IdMaker
from appliance.storage.connection import Connection
from appliance.storage.memory import Memory
from appliance.storage.pace import Pace
from appliance.storage.reader import Transaction

log = logging.getLogger(__name__)

# A group this large is committed even while more callers wait, so that nobody waits without end.
LARGEST_GROUP = 64
# After so many transactions the journal is written into the file: some megabytes, as SQLite itself would wait for.
CHECKPOINT_AFTER = 256


class StorageFailed(Unavailable):
    key = "storage_failed"
    message = "The box could not save that. Its storage may be full; nothing was changed."


class Group:
    """The transactions that will share one COMMIT."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.size = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Writer:
    """Whoever writes takes turns here; `is_checkpoint_due` is set when the journal has grown."""

    def __init__(self, connection: Connection, bus: Bus, ids: IdMaker) -> None:
        self.connection = connection
        self.ids = ids
        self.memory = Memory()
        self.is_checkpoint_due = asyncio.Event()
        self._bus = bus
        self._turn = asyncio.Lock()
        # How many wait for it.
        self._queued = 0
        self._group: Group | None = None
        self._grown = asyncio.Event()
        self._pace = Pace()
        self._unmoved = 0

    async def begin(self) -> tuple[Group, str | None]:
        """Wait for one's turn and begin; the group that this is part of, and the name of the part."""
        self._queued += 1
        try:
            await self._turn.acquire()
        finally:
            self._queued -= 1
        try:
            if self._group and self._group.size >= LARGEST_GROUP:
                await self.connection.far(self._commit)
            savepoint = await self._begin()
        except BaseException:
            self._turn.release()
            raise
        group = self._group = self._group or Group()
        return group, savepoint

    async def finish(self, group: Group, events: list[Event]) -> None:
        """It is done: commit it, or let it be committed with what comes next, and wait until it is."""
        try:
            group.size += 1
            group.events += events
            if self._pace.is_quick and not self._queued:
                await self._commit()
            else:
                self._grown.set()
        finally:
            self._turn.release()
        if group.done.done():
            group.done.result()
        else:
            # Whoever is cancelled meanwhile must be able to rely on what they then read.
            await blocking.over(group.done)

    def give_up(self, group: Group, savepoint: str | None) -> None:
        """It failed: take it back, and keep those that finished before it in the same group."""
        try:
            self._undo(group, savepoint)
        finally:
            self._turn.release()

    async def commit_groups(self) -> None:
        """Commit whenever something waits; the lock is fair, so all who queued before share the COMMIT."""
        while True:
            await self._grown.wait()
            await self.flush()

    async def flush(self) -> None:
        """Commit what waits."""
        async with self._turn:
            self._grown.clear()
            if self._group:
                await self._commit()

    async def _begin(self) -> str | None:
        """Begin a group, or a part of the one there is; the name of that part."""
        if self._group is None:
            self.memory.begin(await self.connection.begin())
            return None
        savepoint = f"work{self._group.size}"
        self.connection.at_once(f"SAVEPOINT {savepoint}", {})
        return savepoint

    def _undo(self, group: Group, savepoint: str | None) -> None:
        self.memory.forget()
        if savepoint is None:
            self._group = None
            self.connection.rollback()
        elif self.connection.has_begun:
            self.connection.at_once(f"ROLLBACK TO {savepoint}", {})
        else:
            # A full card: SQLite itself took back all that was begun, so nobody of the group may be told that it is safe.
            self._group = None
            group.done.set_exception(StorageFailed())

    async def _commit(self) -> None:
        group, self._group = self._group, None
        if group is None:
            return
        if not self._pace.is_quick:
            await self.connection.far(self._commit_far, group)
            return
        began, error = perf_counter(), None
        try:
            self.connection.at_once("COMMIT", {})
        except sqlite3.Error as failure:
            error = failure
        self._settle(group, began, error)

    async def _commit_far(self, group: Group) -> None:
        began, error = perf_counter(), None
        try:
            # Not `commit()`, which says nothing if SQLite has rolled back meanwhile.
            await self.connection.thread.execute_fetchall("COMMIT")
        except sqlite3.Error as failure:
            error = failure
        self._settle(group, began, error)

    def _settle(self, group: Group, began: float, error: sqlite3.Error | None) -> None:
        """Tell everybody of the group what became of it."""
        if error is not None:
            log.error("a commit of %d transactions failed: %s", group.size, error)
            self.memory.forget()
            self.connection.rollback()
            group.done.set_exception(StorageFailed())
            return
        self._pace.took(perf_counter() - began)
        self._unmoved += group.size
        if self._unmoved >= CHECKPOINT_AFTER:
            self._unmoved = 0
            self.is_checkpoint_due.set()
        self._bus.publish(group.events)
        group.done.set_result(None)


class Work:
    """One transaction, as a context manager; a class, because a generator would cost each message as much as two of its rows."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._begun: tuple[Transaction, Group, str | None] | None = None

    async def __aenter__(self) -> Transaction:
        group, savepoint = await self._writer.begin()
        transaction = Transaction(self._writer.connection, self._writer.memory, self._writer.ids)
        self._begun = (transaction, group, savepoint)
        return transaction

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._begun is not None  # noqa: S101  nobody leaves before they have entered
        transaction, group, savepoint = self._begun
        if error is None:
            await self._writer.finish(group, transaction.events)
        else:
            self._writer.give_up(group, savepoint)
