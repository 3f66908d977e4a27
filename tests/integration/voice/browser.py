"""One page in a call, played by aiortc: all that it needs of a box is a gateway client and a way to post."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy

from tests.integration import loopback
from tests.integration.gateway.conftest import Client

loopback.stay()

type Post = Callable[[str, Any], Awaitable[int]]


class Browser:
    """It answers every offer, and makes its connection anew when the rtc session is another."""

    def __init__(
        self,
        client: Client,
        post: Post,
        room: tuple[str, str],
        sends: Mapping[str, Callable[[], MediaStreamTrack]],
    ) -> None:
        self.client, self.sends = client, sends
        self.rtc = ""
        self.pc: Any = None
        self.tracks: dict[str, MediaStreamTrack] = {}
        self.offer: dict[str, Any] = {}
        self.reading = asyncio.create_task(self._read())
        self._post = post
        self._room = room

    async def join(self) -> None:
        guild, channel = self._room
        await self.client.say(4, {"guild_id": guild, "channel_id": channel, "self_video": "1" in self.sends})

    async def frame_from(self, who: object, kind: str) -> Any:
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
        status = await self._post(f"/api/hearth/v1/rtc/{self.rtc}/answer", body)
        # 409: a newer offer is on its way.
        assert status in (204, 409)

    def _connection(self) -> RTCPeerConnection:
        pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.tracks.clear()

        @pc.on("track")
        def _(track: MediaStreamTrack) -> None:
            for transceiver in pc.getTransceivers():
                if transceiver.receiver.track is track and transceiver.mid is not None:
                    self.tracks[transceiver.mid] = track

        return pc
