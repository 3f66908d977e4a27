"""The portal's watchdog is fed while its port answers and time passes, and never otherwise."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.portal.watch import LONGEST_PAUSE_SECONDS, answers, look
from tests.integration.ear import Ear, listening
from tests.integration.portal.box import PortalBox
from tests.integration.portal.fake_network_manager import Air, fake_network_manager
from tests.ports import free_port

pytestmark = pytest.mark.anyio


@pytest.fixture
async def watched_box(tmp_path: Path) -> AsyncIterator[tuple[PortalBox, Ear]]:
    with listening(tmp_path / "notify") as ear:
        async with fake_network_manager(tmp_path, [Air(b"Maple-Net")], 1) as nm:
            box = PortalBox(tmp_path, nm, "127.0.0.1/8", "127.0.0.1")
            box.environment |= {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"}
            await box.start()
            try:
                yield box, ear
            finally:
                await box.phone.aclose()
                await box.stop()


async def test_it_is_ready_when_it_answers_and_says_how_far_setup_is(
    watched_box: tuple[PortalBox, Ear],
) -> None:
    box, ear = watched_box

    ready = await ear.until("READY=1")
    well = await ear.until("WATCHDOG=1\nSTATUS=Setup is asking")

    assert ready.startswith("READY=1\nSTATUS=Setup is ")
    assert (await box.phone.get("/")).status_code == 200
    assert well.count("\n") == 1


async def test_a_portal_that_stands_still_feeds_no_watchdog(watched_box: tuple[PortalBox, Ear]) -> None:
    box, ear = watched_box
    await ear.until("WATCHDOG=1")

    box.process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(0.2)
    ear.heard()
    await asyncio.sleep(1)
    heard = ear.heard()
    box.process.send_signal(signal.SIGCONT)

    assert heard == []
    await ear.until("WATCHDOG=1")


async def test_a_port_that_nobody_answers_is_trouble() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mute = silent.getsockname()[1]

        assert await look(0, "127.0.0.1", port, 0.2) == f"port {port} does not answer"
        assert await look(0, "127.0.0.1", mute, 0.2) == f"port {mute} does not answer"


@pytest.mark.parametrize(
    ("said", "well"),
    [(b"HTTP/1.1 302 Found\r\n\r\n", True), (b"HTTP/1.1 500 No\r\n\r\n", False), (b"\x00\xff\n", False), (b"", False)],
)  # fmt: skip
async def test_an_answer_is_one_without_an_error(said: bytes, well: bool) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(said)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        assert await answers("127.0.0.1", server.sockets[0].getsockname()[1]) is well


async def test_a_story_for_which_no_time_passes_is_trouble() -> None:
    assert "stood still for 121 s" in await look(LONGEST_PAUSE_SECONDS + 1, "127.0.0.1", free_port(), 0.2)
