"""How the box is, over HTTP: for those who look after it, from a copied board."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from appliance.admin import facts as gathering
from appliance.admin import watch as watching
from appliance.admin.facts import Facts, Sources
from appliance.admin.watch import Watch
from appliance.ids import AccountId
from appliance.network import certificates
from tests.integration.chat import ok, refused
from tests.integration.conftest import Server
from tests.patience import until
from tests.unit.hardware.boards import copied, write

pytestmark = pytest.mark.anyio

HEALTH = "/api/hearth/v1/health"


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    tls = certificates.ensure(tmp_path / "tls", "hearth", [], datetime.now(UTC))
    return Sources(tmp_path, copied("pi4", tmp_path), tls.chain, lambda: True, time.monotonic() - 3600)


@pytest.fixture
async def box(server: Server, sources: Sources) -> AsyncIterator[Server]:
    """The house on a Pi 4, which Ada looks after."""
    await appoint(server, server.ada)
    async with Watch.open(sources) as watch:
        server.client.app.state.watch = watch
        yield server


async def appoint(server: Server, account: AccountId) -> None:
    async with server.database.transaction() as tx:
        await tx.run("UPDATE account SET is_admin = 1 WHERE id = :id", id=account)


def rows(seen: Any) -> dict[str, str]:
    return {row["check"]: row["state"] for row in seen["rows"] if row["check"] != "disk_space"}


async def test_those_who_look_after_the_box_see_how_it_is(box: Server) -> None:
    seen = await ok(box, box.ada, "GET", HEALTH)

    assert seen["board"] == "Raspberry Pi 4 Model B Rev 1.4"
    assert (seen["slot"], seen["uptime_seconds"]) == ("A", 1990211)
    assert (seen["numbers"]["celsius"], seen["numbers"]["slows_down_celsius"]) == (51.121, 80)
    assert seen["numbers"]["memory_total"] == 1892904 * 1024
    assert seen["numbers"]["storage_total"] > 0
    expected = (
        "temperature",
        "undervoltage",
        "disk_errors",
        "keeping",
        "memory",
        "clock",
        "media_process",
        "certificate",
        "authority",
    )
    assert rows(seen) == dict.fromkeys(expected, "good")
    assert datetime.fromisoformat(seen["checked_at"]).tzinfo


async def test_members_are_refused_in_words(box: Server) -> None:
    for account in (box.bo, box.cy):
        reply = await box.request(account, "GET", HEALTH)

        assert (reply.status_code, reply.json()["key"]) == (403, "admins_only")
        assert reply.json()["message"].endswith(".")
    assert (await refused(box, None, "GET", HEALTH))[0] == 401


async def test_whoever_is_no_longer_admin_sees_nothing_more(box: Server) -> None:
    await ok(box, box.ada, "GET", HEALTH)
    async with box.database.transaction() as tx:
        await tx.run("UPDATE account SET is_admin = 0 WHERE id = :id", id=box.ada)

    assert (await refused(box, box.ada, "GET", HEALTH))[0] == 403


async def test_a_weak_power_supply_is_a_row_with_what_to_do(box: Server, sources: Sources) -> None:
    write(sources.root, "sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n")

    seen = await ok(box, box.ada, "GET", HEALTH)

    assert seen["verdict"] == "serious"
    assert seen["problems"] >= 1
    [row] = [row for row in seen["rows"] if row["check"] == "undervoltage"]
    assert (row["key"], row["state"]) == ("under_voltage", "serious")
    assert "power supply" in row["fix"]


async def test_an_answer_is_kept_for_some_seconds(box: Server, sources: Sources) -> None:
    first = await ok(box, box.ada, "GET", HEALTH)
    write(sources.root, "sys/class/thermal/thermal_zone0/temp", "79000\n")
    assert await ok(box, box.ada, "GET", HEALTH) == first

    box.client.app.state.watch._health_until = 0.0

    assert rows(await ok(box, box.ada, "GET", HEALTH))["temperature"] == "warning"


async def test_a_disk_that_hangs_is_an_answer_in_words_and_only_one_thread(
    box: Server, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, began = threading.Event(), list[float]()

    def hang(_: Sources) -> Facts:
        began.append(time.monotonic())
        released.wait(20)
        return gathering.gather(sources)

    monkeypatch.setattr(watching, "gather", hang)
    monkeypatch.setattr(watching, "LONGEST_LOOK_SECONDS", 0.05)
    try:
        replies = [await box.request(box.ada, "GET", HEALTH) for _ in range(3)]
    finally:
        released.set()

    assert {(reply.status_code, reply.json()["key"]) for reply in replies} == {(503, "health_unknown")}
    assert len(began) == 1
    monkeypatch.setattr(watching, "LONGEST_LOOK_SECONDS", 20)
    assert (await ok(box, box.ada, "GET", HEALTH))["problems"] == 0


def test_a_disk_that_hangs_for_good_does_not_hold_up_the_end(
    sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, over = threading.Event(), threading.Event()

    def hang(_: Sources) -> Facts:
        released.wait(10)
        over.set()
        return gathering.gather(sources)

    async def ask() -> None:
        async with Watch.open(sources) as watch:
            with pytest.raises(watching.NoAnswer):
                await watch.health()

    monkeypatch.setattr(watching, "gather", hang)
    monkeypatch.setattr(watching, "LONGEST_LOOK_SECONDS", 0.05)
    asyncio.run(ask())

    assert not over.is_set()
    released.set()
    assert over.wait(10)


async def test_many_who_ask_at_once_share_one_look(
    box: Server, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = list[Facts]()

    def counted(asked: Sources) -> Facts:
        time.sleep(0.05)
        write(sources.root, "proc/stat", "cpu 100 0 50 800 50 0 0 0 0 0\n")
        looks.append(gathering.gather(asked))
        return looks[-1]

    monkeypatch.setattr(watching, "gather", counted)

    answers = await asyncio.gather(*(ok(box, box.ada, "GET", HEALTH) for _ in range(8)))

    assert len(looks) == 1
    assert all(answer == answers[0] for answer in answers)


async def test_the_log_hears_of_a_problem_without_anybody_asking(
    sources: Sources, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.01)
    write(sources.root, "sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n")

    with caplog.at_level(logging.INFO):
        async with Watch.open(sources):
            await until(lambda: bool(caplog.messages))
            await asyncio.sleep(0.1)

    assert caplog.messages == ["problem began: under_voltage (serious)"]


async def test_a_data_folder_that_is_gone_is_a_problem_and_not_an_error(
    server: Server, sources: Sources
) -> None:
    await appoint(server, server.ada)
    gone = Sources(
        sources.folder / "gone", sources.root, sources.folder / "none.crt", lambda: False, time.monotonic()
    )
    server.client.app.state.watch = Watch(gone)

    seen = await ok(server, server.ada, "GET", HEALTH)

    assert rows(seen)["disk_errors"] == "serious"
    assert "media_process" not in rows(seen)  # it has had no time to start
    assert "certificate" not in rows(seen)
    assert seen["numbers"]["storage_total"] is None


async def test_a_check_with_a_defect_does_not_end_the_watch(
    sources: Sources, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(watching, "gather", lambda _: None)

    async with Watch.open(sources):
        await until(lambda: len(caplog.messages) >= 2)

    assert set(caplog.messages) == {"a look at the box failed"}
