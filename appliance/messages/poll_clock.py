"""Closing polls when their time has come, also when it came while the box was off.

What a newcomer would get wrong: a sleep until the end of a poll. A box without a clock of its own gets the time from the
network some minutes after its start, so the clock is looked at again and again; and what counts is the row in the database.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from appliance.ids import Millis, now
from appliance.messages import voting
from appliance.storage import Database
from appliance.storage.writer import StorageFailed

log = logging.getLogger(__name__)

LONGEST_SLEEP_SECONDS = 30.0
SHORTEST_SLEEP_SECONDS = 0.05


class PollClock:
    """Knows when the next poll ends; without `kept` it closes nothing by itself."""

    def __init__(self) -> None:
        self._next: Millis | None = None
        self._changed = asyncio.Event()

    def expect(self, ends_at: Millis) -> None:
        """A poll ends then."""
        if self._next is None or ends_at < self._next:
            self._next = ends_at
            self._changed.set()

    @asynccontextmanager
    async def kept(self, database: Database) -> AsyncGenerator[None]:
        """Close what is due until the block ends."""
        closing = asyncio.create_task(self._run(database))
        try:
            yield
        finally:
            closing.cancel()
            await asyncio.wait([closing])

    async def _run(self, database: Database) -> None:
        while True:
            self._changed.clear()
            try:
                self._next = await voting.close_due(database)
            except (sqlite3.Error, StorageFailed) as error:
                log.warning("a poll could not be closed: %s", error)
                await asyncio.sleep(LONGEST_SLEEP_SECONDS)
                continue
            await self._wait()

    async def _wait(self) -> None:
        """Until the next poll ends, or one is made that ends before it."""
        while self._next is None or now() < self._next:
            seconds = None if self._next is None else self._seconds_left(self._next)
            try:
                await asyncio.wait_for(self._changed.wait(), seconds)
            except TimeoutError:
                continue
            self._changed.clear()

    def _seconds_left(self, ends_at: Millis) -> float:
        return min(max((ends_at - now()) / 1000, SHORTEST_SLEEP_SECONDS), LONGEST_SLEEP_SECONDS)
