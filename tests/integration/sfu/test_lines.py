"""Calls over lines that lose packets and change."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.sfu import control
from tests.integration.sfu.lossy_line import LossyLine
from tests.integration.sfu.rig import ALL, Call, Client, media_process

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def call(tmp_path: Path) -> AsyncIterator[Call]:
    async with media_process(tmp_path) as media:
        server = await media.connect()
        one = Call(server)
        yield one
        await one.close()
        await server.close()


@contextlib.asynccontextmanager
async def over(client: Client, share: float, port: int) -> AsyncIterator[LossyLine]:
    """Put a line between the client and the media process on `port`."""
    line = LossyLine(("127.0.0.1", port), share)
    await line.open()
    client.rewrite = lambda sdp: re.sub(rf"127\.0\.0\.1 {port} typ", f"127.0.0.1 {line.port} typ", sdp)
    try:
        yield line
    finally:
        line.close()


async def media_port(call: Call) -> int:
    """Where the process listens, as its offers tell."""
    call.server.send(control.Join("scout", "elsewhere", "scout", "", ALL))
    offer = await call.server.until(lambda one: isinstance(one, control.Offered))
    call.server.send(control.Leave("scout"))
    assert isinstance(offer, control.Offered)
    return int(re.findall(r"127\.0\.0\.1 (\d+) typ", offer.sdp)[0])


async def test_lost_packets_are_repaired_on_both_ways(call: Call) -> None:
    port = await media_port(call)
    ann, bo = call.client("ann", camera=True), call.client("bo")
    async with over(ann, 0.05, port) as from_ann, over(bo, 0.05, port) as to_bo:
        ann.join()
        bo.join()

        frames = [await bo.frame_from("owner-of-ann", "camera") for _ in range(200)]
        await asyncio.sleep(0.5)

    assert len({frame.pts for frame in frames}) == 200
    # what was lost on the way to us came again: bo was sent nearly all that ann sent
    sent = from_ann.passed["up"] + from_ann.dropped["up"] - from_ann.repairs["up"]
    assert from_ann.dropped["up"] > 5
    assert from_ann.repairs["up"] >= 0.8 * from_ann.dropped["up"]
    assert to_bo.dropped["down"] > 5
    assert to_bo.repairs["down"] >= 0.8 * to_bo.dropped["down"]
    assert to_bo.passed["down"] + to_bo.dropped["down"] - to_bo.repairs["down"] >= 0.9 * (sent - 100)


async def test_media_follows_a_client_whose_address_changes(call: Call) -> None:
    port = await media_port(call)
    ann, bo = call.client("ann", voice=True), call.client("bo")
    async with over(bo, 0.0, port) as line:
        ann.join()
        bo.join()
        await bo.frame_from("owner-of-ann", "mic")

        await line.move()
        before = line.passed["down"]
        # aioice checks consent every five seconds, and the second check from elsewhere convinces
        async with asyncio.timeout(20):
            while line.passed["down"] < before + 20:  # noqa: ASYNC110  a counter has no event
                await asyncio.sleep(0.1)

    assert not [one for one in call.server.reports if isinstance(one, control.Lost) and one.peer == "bo"]
