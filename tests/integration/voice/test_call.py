"""A call through everything: op 4, the real SFU, and aiortc in the place of two browsers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiortc.mediastreams import AudioStreamTrack, MediaStreamTrack, VideoStreamTrack

from tests.integration.gateway.conftest import Box, Client, running
from tests.integration.sfu.rig import Media, media_process
from tests.integration.voice.browser import Browser

pytestmark = pytest.mark.anyio


def browser(box: Box, who: Any, client: Client, sends: dict[str, Callable[[], MediaStreamTrack]]) -> Browser:
    async def post(path: str, body: Any) -> int:
        status: int = (await box.request(who, "POST", path, json=body)).status_code
        return status

    return Browser(client, post, (str(box.guild), str(box.parlour)), sends)


async def _ready(box: Box) -> None:
    async with asyncio.timeout(20):
        while not box.voice.is_ready:  # noqa: ASYNC110  there is no event for tests only
            await asyncio.sleep(0.02)


@pytest.fixture
async def media(tmp_path: Path) -> AsyncIterator[Media]:
    async with media_process(tmp_path) as media:
        yield media


async def test_two_people_get_each_others_picture_and_sound_also_after_the_sfu_was_killed(
    tmp_path: Path,
) -> None:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, Box, tmp_path / "sfu.sock") as box:
        await box.furnish()
        async with media_process(tmp_path) as media:
            await _ready(box)
            ada = browser(box, box.ada, await box.online(box.ada), {"0": AudioStreamTrack})
            bo = browser(
                box, box.bo, await box.online(box.bo), {"0": AudioStreamTrack, "1": VideoStreamTrack}
            )
            await ada.join()
            await bo.join()

            picture, sound = await ada.frame_from(box.bo, "camera"), await bo.frame_from(box.ada, "mic")

            assert (picture.width, sound.sample_rate) == (640, 48_000)
            media.process.kill()
            first = (ada.rtc, bo.rtc)
            await media.process.wait()
            (tmp_path / "sfu.sock").unlink(missing_ok=True)
        async with media_process(tmp_path):
            async with asyncio.timeout(30):
                while ada.rtc == first[0] or bo.rtc == first[1]:  # noqa: ASYNC110  the page notices by an offer
                    await asyncio.sleep(0.05)

            picture, sound = await ada.frame_from(box.bo, "camera"), await bo.frame_from(box.ada, "mic")

            assert (picture.width, sound.sample_rate) == (640, 48_000)
            await ada.close()
            await bo.close()


async def test_the_call_goes_on_while_the_server_is_away(tmp_path: Path, media: Media) -> None:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, Box, media.socket) as box:
        await box.furnish()
        await _ready(box)
        ada = browser(box, box.ada, await box.online(box.ada), {"0": AudioStreamTrack})
        bo = browser(box, box.bo, await box.online(box.bo), {"0": AudioStreamTrack, "1": VideoStreamTrack})
        await ada.join()
        await bo.join()
        await ada.frame_from(box.bo, "camera")
        for page in (ada, bo):
            page.reading.cancel()
        box.clients.clear()

    picture = await ada.frame_from(box.bo, "camera")
    assert picture.width == 640
    async with running(tmp_path, Box, media.socket) as again:
        again.guild = box.guild
        await _ready(again)
        async with asyncio.timeout(10):
            while len(again.voice.states(box.guild)) < 2:  # noqa: ASYNC110  adopted one after another
                await asyncio.sleep(0.05)
        picture = await ada.frame_from(box.bo, "camera")
        assert picture.width == 640
    for page in (ada, bo):
        await page.close()
        await page.client.close()
