"""The watchdog is fed while the storage answers and the loop turns, and never otherwise."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.events import Bus
from appliance.storage import Database
from appliance.watchdog import LONGEST_LAG_SECONDS, Liveness, look, watched
from tests.integration.ear import Ear, listening

pytestmark = pytest.mark.anyio


@pytest.fixture
def ear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "400000")
    with listening(tmp_path / "notify") as ear:
        yield ear


async def test_a_server_that_is_well_says_so_and_says_when_it_stops(tmp_path: Path, ear: Ear) -> None:
    async with Database.open(tmp_path / "hearth.db", Bus()) as database, watched(database, 443):
        await asyncio.sleep(0.3)

    first, *between, last = ear.heard()
    assert first == "READY=1\nSTATUS=Answers on port 443"
    assert between
    assert all(message.startswith("WATCHDOG=1\nSTATUS=Answers on port 443: loop ") for message in between)
    assert last.startswith("STOPPING=1")


async def test_nobody_is_told_that_all_is_well_while_the_writer_is_stuck(tmp_path: Path, ear: Ear) -> None:
    async with (
        Database.open(tmp_path / "hearth.db", Bus()) as database,
        database.transaction(),
        watched(database, 443),
    ):
        await asyncio.sleep(0.6)

    heard = ear.heard()
    assert [message for message in heard if "WATCHDOG=1" in message] == []
    assert any(message.startswith("STATUS=Not well: ") and "no answer" in message for message in heard)


async def test_looking_leaves_nothing_to_commit(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:
        journal = tmp_path / "hearth.db-wal"
        before = journal.stat()

        liveness = await look(database, patience=5)

        assert liveness.is_well
        assert (journal.stat().st_size, journal.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


async def test_a_loop_that_somebody_holds_up_is_late(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "hearth.db", Bus()) as database:
        looking = asyncio.create_task(look(database, patience=5))
        await asyncio.sleep(0)
        time.sleep(0.4)  # noqa: ASYNC251  that is what is to be noticed

        assert (await looking).lag_seconds >= 0.25


@pytest.mark.parametrize(
    ("liveness", "is_well"),
    [
        (Liveness(0.0, 0.001), True),
        (Liveness(LONGEST_LAG_SECONDS, 0.001), True),
        (Liveness(LONGEST_LAG_SECONDS + 0.1, 0.001), False),
        (Liveness(0.0, None), False),
    ],
)
def test_well_means_both(liveness: Liveness, is_well: bool) -> None:
    assert liveness.is_well is is_well
