"""Threads in which nobody has written for as long as they say rest: they are archived, and open with the next message.

It sleeps until the next one is due, so an idle box is not woken for it, and looks once after each start. What a newcomer
would get wrong: a message moves a thread's moment without a word to anybody, so what is due is worked out anew, from the
messages, whenever it wakes.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from appliance.events import Bus, Event
from appliance.ids import now
from appliance.storage import Database
from appliance.storage.writer import StorageFailed
from appliance.threads import queries, view
from appliance.threads.events import ThreadCreated, ThreadUpdated

log = logging.getLogger(__name__)

# The clock of a box without a battery may be set meanwhile, so nothing is waited for longer than this.
LONGEST_SLEEP_SECONDS = 6 * 3600.0
# A moment later than needed, so that those that are due together go together.
_SLACK_SECONDS = 5.0
_AGAIN_SECONDS = 60.0
_AT_ONCE = 50


class Archiver:
    """Use `Archiver.open` as a context manager."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changed = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database, bus: Bus) -> AsyncGenerator[None]:
        """Archive what is due until the block ends."""
        archiver = cls(database)
        bus.subscribe(archiver._look_again, ThreadCreated, ThreadUpdated)
        working = asyncio.create_task(archiver._work())
        try:
            yield
        finally:
            working.cancel()
            await asyncio.wait([working])

    def _look_again(self, _: Event) -> None:
        self._changed.set()

    async def _work(self) -> None:
        while True:
            self._changed.clear()
            try:
                await archive_due(self._database)
                seconds = await self._until_next()
            except (sqlite3.Error, StorageFailed) as error:
                log.warning("idle threads could not be archived: %s", error)
                seconds = _AGAIN_SECONDS
            try:
                async with asyncio.timeout(seconds):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _until_next(self) -> float:
        async with self._database.read() as reader:
            row = await reader.one(queries.NEXT_DUE)
        if row is None or row.due_at is None:
            return LONGEST_SLEEP_SECONDS
        return min(max(row.due_at - now(), 0) / 1000 + _SLACK_SECONDS, LONGEST_SLEEP_SECONDS)


async def archive_due(database: Database) -> int:
    """Archive every thread that is due, some at a time, and tell those who see them; how many they were."""
    done = 0
    while True:
        async with database.transaction() as tx:
            due = await tx.all(queries.IDLE, now=tx.now, limit=_AT_ONCE)
            if due:
                await queries.archive(tx, due)
            for one in due:
                row = await view.row(tx, one.id)
                tx.emit(ThreadUpdated(guild_id=row.guild_id, channel_id=row.id, payload=view.wire(row)))
        done += len(due)
        if len(due) < _AT_ONCE:
            return done
