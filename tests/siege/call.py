"""Somebody in a call through the whole box: gateway, REST, and media as light as it can be (nothing is decoded)."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import websockets

from benchmarks.sfu import answer_to
from benchmarks.sfu_client import Client, Remote
from tests.siege.http import Http


class InCall:
    """One person's device: it answers offers for as long as it is in, and reads whatever comes."""

    def __init__(self, socket: websockets.ClientConnection, http: Http, guild: str, room: str) -> None:
        self.media = Client()
        self.rtc = ""
        self.offers: list[dict[str, Any]] = []
        self.answers: list[int] = []
        self._socket, self._http = socket, http
        self._guild, self._room = guild, room
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self) -> None:
        """Come in with a camera; returns once media can flow."""
        asyncio.get_running_loop().add_reader(self.media.socket, self.media.step)
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._keep_alive())]
        await self._move(self._room)
        async with asyncio.timeout(20):
            while self.media.inbound is None:  # noqa: ASYNC110  the handshake has no event
                await asyncio.sleep(0.02)

    async def answer(self, sdp: str) -> int:
        """Say this as the answer to the newest offer; the status."""
        path = f"/api/hearth/v1/rtc/{self.rtc}/answer"
        reply = await self._http.send("POST", path, {"revision": self.offers[-1]["revision"], "sdp": sdp})
        self.answers.append(reply.status)
        return reply.status

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        asyncio.get_running_loop().remove_reader(self.media.socket)
        self.media.socket.close()
        with suppress(websockets.ConnectionClosed):
            await self._move(None)

    async def _move(self, room: str | None) -> None:
        body = {"guild_id": self._guild, "channel_id": room, "self_video": room is not None}
        await self._socket.send(json.dumps({"op": 4, "d": body}))

    async def _read(self) -> None:
        with suppress(websockets.ConnectionClosed):
            async for text in self._socket:
                frame = json.loads(text)
                if frame.get("t") == "HEARTH_RTC_OFFER":
                    await self._take(frame["d"])

    async def _take(self, offer: dict[str, Any]) -> None:
        self.offers.append(offer)
        self.rtc = offer["rtc_session_id"]
        if self.media.remote is None:
            self.media.connect(remote_of(offer["sdp"]))
        await self.answer(answer_to(offer["sdp"], self.media))

    async def _keep_alive(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if self.media.remote is not None:
                self.media.keep_alive(loop.time())
            await asyncio.sleep(0.25)


def remote_of(sdp: str) -> Remote:
    """Where the media process is reached: its IPv4 address of loopback."""
    lines = sdp.splitlines()
    found = {key: value for key, _, value in (line.partition(":") for line in lines)}
    candidate = next(
        line.split() for line in lines if line.startswith("a=candidate") and "." in line.split()[4]
    )
    return Remote((candidate[4], int(candidate[5])), found["a=ice-ufrag"], found["a=ice-pwd"])
