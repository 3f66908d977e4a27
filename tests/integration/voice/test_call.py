"""A call through everything: op 4, the real SFU, and aiortc in the place of two browsers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamTrack, VideoStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy

from tests.integration.gateway.conftest import Box, Client, running
from tests.integration.sfu.rig import Media, media_process

pytestmark = pytest.mark.anyio


class Browser:
    """One page in the call: it answers every offer, and makes its connection anew when the rtc session is another."""

    def __init__(
        self, box: Box, who: Any, client: Client, sends: dict[str, Callable[[], MediaStreamTrack]]
    ) -> None:
        self.box, self.who, self.client, self.sends = box, who, client, sends
        self.rtc = ""
        self.pc: Any = None
        self.tracks: dict[str, MediaStreamTrack] = {}
        self.offer: dict[str, Any] = {}
        self.reading = asyncio.create_task(self._read())

    async def join(self) -> None:
        flags = {"self_video": "1" in self.sends}
        await self.client.say(
            4, {"guild_id": str(self.box.guild), "channel_id": str(self.box.parlour), **flags}
        )

    async def frame_from(self, who: Any, kind: str) -> Any:
        """The next frame that arrives of somebody."""
        async with asyncio.timeout(30):
            while True:
                for track in self.offer.get("tracks", []):
                    if (track["user_id"], track["kind"]) == (str(who), kind) and track["mid"] in self.tracks:
                        return await self.tracks[track["mid"]].recv()
                await asyncio.sleep(0.05)

    async def close(self) -> None:
        self.reading.cancel()
        with suppress(asyncio.CancelledError):
            await self.reading
        if self.pc is not None:
            await self.pc.close()

    async def _read(self) -> None:
        while True:
            offer = await self.client.until("HEARTH_RTC_OFFER", 600)
            await self._answer(offer)

    async def _answer(self, offer: dict[str, Any]) -> None:
        if offer["rtc_session_id"] != self.rtc:
            if self.pc is not None:
                await self.pc.close()
            self.pc, self.rtc = self._connection(), offer["rtc_session_id"]
        pc = self.pc
        assert pc is not None
        self.offer = offer
        await pc.setRemoteDescription(RTCSessionDescription(offer["sdp"], "offer"))
        for transceiver in pc.getTransceivers():
            if transceiver.mid in self.sends:
                transceiver.direction = "sendonly"
                if transceiver.sender.track is None:
                    transceiver.sender.replaceTrack(self.sends[transceiver.mid]())
            elif transceiver.mid in offer["slots"].values():
                transceiver.direction = "inactive"
        await pc.setLocalDescription(await pc.createAnswer())
        body = {"revision": offer["revision"], "sdp": pc.localDescription.sdp}
        path = f"/api/hearth/v1/rtc/{self.rtc}/answer"
        reply = await self.box.request(self.who, "POST", path, json=body)
        assert reply.status_code in (204, 409), reply.text

    def _connection(self) -> RTCPeerConnection:
        pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.tracks.clear()

        @pc.on("track")
        def _(track: MediaStreamTrack) -> None:
            for transceiver in pc.getTransceivers():
                if transceiver.receiver.track is track and transceiver.mid is not None:
                    self.tracks[transceiver.mid] = track

        return pc


async def _ready(box: Box) -> None:
    async with asyncio.timeout(20):
        while not box.voice.is_ready:  # noqa: ASYNC110  there is no event for tests only
            await asyncio.sleep(0.02)


@pytest.fixture
async def media(tmp_path: Path) -> AsyncIterator[Media]:
    async with media_process(tmp_path) as media:
        yield media


async def test_two_people_see_and_hear_each_other_also_after_the_sfu_was_killed(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, Box, tmp_path / "sfu.sock") as box:
        await box.furnish()
        async with media_process(tmp_path) as media:
            await _ready(box)
            ada = Browser(box, box.ada, await box.online(box.ada), {"0": AudioStreamTrack})
            bo = Browser(
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
        ada = Browser(box, box.ada, await box.online(box.ada), {"0": AudioStreamTrack})
        bo = Browser(box, box.bo, await box.online(box.bo), {"0": AudioStreamTrack, "1": VideoStreamTrack})
        await ada.join()
        await bo.join()
        await ada.frame_from(box.bo, "camera")
        for browser in (ada, bo):
            browser.reading.cancel()
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
    for browser in (ada, bo):
        await browser.close()
        await browser.client.close()
