"""Whether the server is well, and the word to systemd that it is.

systemd restarts a server that keeps silent for `WatchdogSec`, so silence must mean that a restart would help: the loop
turns no more, or nobody gets at the database. What a newcomer would get wrong: a full card is no reason to keep silent.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import override

import msgspec

from appliance.daemon.sd_notify import notify, watchdog_seconds
from appliance.storage import Database, Select

log = logging.getLogger(__name__)

# Somebody who writes would wait that long for the first sign of life.
LONGEST_LAG_SECONDS = 2.0
_SAMPLE_SECONDS = 0.1


class Liveness(msgspec.Struct, frozen=True):
    """How late the loop was, and how long the database took; None if it did not answer in time."""

    lag_seconds: float
    storage_seconds: float | None

    @property
    def is_well(self) -> bool:
        return self.storage_seconds is not None and self.lag_seconds <= LONGEST_LAG_SECONDS

    @override
    def __str__(self) -> str:
        storage = "no answer" if self.storage_seconds is None else f"{self.storage_seconds * 1000:.1f} ms"
        return f"loop {self.lag_seconds * 1000:.0f} ms late, storage {storage}"


class _One(msgspec.Struct, frozen=True):
    one: int


class _Answered(Exception):
    """Ends the writer's transaction without a commit: one every few seconds would wear the card for nothing."""


_ONE = Select(_One, "SELECT 1 AS one")


async def look(database: Database, patience: float) -> Liveness:
    """Ask the loop and the database how they are, and wait at most `patience` seconds for the latter."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.sleep(_SAMPLE_SECONDS)
    asked = loop.time()
    lag = max(asked - began - _SAMPLE_SECONDS, 0.0)
    try:
        async with asyncio.timeout(patience):
            await _ask(database)
    except TimeoutError:
        return Liveness(lag, None)
    except sqlite3.Error as error:
        log.error("the database does not answer: %s", error)  # noqa: TRY400  the message says it all
        return Liveness(lag, None)
    return Liveness(lag, loop.time() - asked)


async def _ask(database: Database) -> None:
    async with database.read() as reader:
        await reader.one(_ONE)
    with suppress(_Answered):
        async with database.transaction() as transaction:
            await transaction.one(_ONE)
            raise _Answered


@asynccontextmanager
async def watched(database: Database, port: int) -> AsyncGenerator[None]:
    """Tell systemd that we are ready and, as long as that is true, that we are well; at the end, that we stop."""
    notify(f"READY=1\nSTATUS=Answers on port {port}")
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(_keep_telling(database, port))
        try:
            yield
        finally:
            notify("STOPPING=1\nSTATUS=Saying goodbye")
            watching.cancel()


async def _keep_telling(database: Database, port: int) -> None:
    seconds = watchdog_seconds()
    while seconds is not None:
        liveness = await look(database, patience=seconds)
        if liveness.is_well:
            notify(f"WATCHDOG=1\nSTATUS=Answers on port {port}: {liveness}")
        else:
            log.error("not well: %s", liveness)
            notify(f"STATUS=Not well: {liveness}")
        await asyncio.sleep(seconds / 2)
