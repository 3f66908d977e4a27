"""A muted person is neither heard nor shown as speaking, whatever their client sends."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.sfu import control
from appliance.sfu.control import Kind
from tests.integration.sfu.guest import Guest
from tests.integration.sfu.rig import ALL, Server, media_process

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with media_process(tmp_path) as media:
        server = await media.connect()
        yield server
        await server.close()


@pytest.mark.parametrize(
    ("allow", "active"),
    [
        (ALL, frozenset({"camera"})),
        (ALL, frozenset()),
        (ALL - {"mic"}, frozenset({"mic"})),
    ],
    ids=["muted by themselves", "deafened by themselves", "muted by a moderator"],
)
async def test_who_is_muted_is_not_forwarded_and_not_shown_as_speaking(
    server: Server, allow: frozenset[Kind], active: frozenset[Kind]
) -> None:
    peers: dict[str, Guest] = {name: Guest(server, name) for name in ("ann", "bo")}
    ann, bo = peers.values()
    server.on_offer = lambda offer: peers[offer.peer].offered(offer)
    await asyncio.gather(ann.join(), bo.join())
    numbers = iter(range(1, 10_000))

    async def talk(packets: int) -> int:
        before = bo.datagrams
        for _ in range(packets):
            ann.speak(77, next(numbers))
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)
        return bo.datagrams - before

    async def reports_while(packets: int) -> tuple[int, list[control.Reports]]:
        start = len(server.reports)
        arrived = await talk(packets)
        return arrived, [one for one in server.reports[start:] if isinstance(one, control.Speaking)]

    server.send(control.Allow("ann", ALL, frozenset({"mic"})))
    await talk(20)
    heard, _ = await reports_while(30)
    server.send(control.Allow("ann", allow, active))
    await asyncio.sleep(0.1)
    stopped = control.Speaking("ann", False) in server.reports
    silent, shown = await reports_while(50)
    server.send(control.Allow("ann", ALL, frozenset({"mic"})))
    again, shown_again = await reports_while(30)
    for guest in peers.values():
        guest.close()

    assert heard >= 25
    assert control.Speaking("ann", True) in server.reports
    assert stopped
    # A report of ours may come at any time, a packet of theirs not.
    assert silent <= 3
    assert shown == []
    assert again >= 25
    assert control.Speaking("ann", True) in shown_again
