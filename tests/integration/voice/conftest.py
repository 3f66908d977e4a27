"""A stand-in for the SFU that speaks its control protocol and does no media, so that every turn of a call can be staged."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from appliance.sfu import control
from tests.integration.gateway.conftest import Box, Client, running


class StandIn:
    """What the server tells the SFU, and what it is told; `calls` outlive the connection as they do in the SFU."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told: list[control.Commands] = []
        self.calls: dict[str, control.Join] = {}
        self._news = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._signed_in: asyncio.Server | None = None

    async def start(self) -> None:
        self._signed_in = await asyncio.start_unix_server(self._serve, str(self.path))

    async def stop(self) -> None:
        if self._signed_in is not None:
            self._signed_in.close()
            for writer in list(self._writers):
                writer.close()
            await self._signed_in.wait_closed()
            self._signed_in = None
            self.path.unlink(missing_ok=True)

    async def restart_empty(self) -> None:
        """As after a crash: nobody is in a call any more."""
        await self.stop()
        self.calls.clear()
        await self.start()

    def say(self, report: control.Report) -> None:
        for writer in self._writers:
            writer.write(control.encode(report))

    async def told_to[Wanted: control.Command](self, kind: type[Wanted], peer: str | None = None) -> Wanted:
        """The newest command of that kind (for that peer), waited for if need be."""
        async with asyncio.timeout(5):
            while True:
                for command in reversed(self.told):
                    if isinstance(command, kind) and peer in (None, getattr(command, "peer", None)):
                        return command
                self._news.clear()
                await self._news.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        occupants = [
            control.Occupant(one.peer, one.room, one.owner, one.label) for one in self.calls.values()
        ]
        writer.write(control.encode(control.State(occupants)))
        while (frame := await control.read_frame(reader)) is not None:
            command = control.decode_command(frame)
            self.told.append(command)
            if isinstance(command, control.Join):
                self.calls[command.peer] = command
                offer = control.Offered(command.peer, 1, f"sdp of {command.peer}", [])
                writer.write(control.encode(offer))
            elif isinstance(command, control.Allow) and command.label and command.peer in self.calls:
                now = msgspec.structs.replace(self.calls[command.peer], label=command.label)
                self.calls[command.peer] = now
            elif isinstance(command, control.Leave):
                self.calls.pop(command.peer, None)
            elif isinstance(command, control.Answer):
                writer.write(control.encode(self._judge(command)))
            self._news.set()
        self._writers.discard(writer)
        writer.close()

    def _judge(self, answer: control.Answer) -> control.Report:
        if answer.revision != 1:
            return control.Refused(answer.peer, "stale_offer", "a newer one is on its way")
        if answer.sdp == "nonsense":
            return control.Refused(answer.peer, "bad_sdp", "there is no m-line in it")
        return control.Accepted(answer.peer, answer.revision)


class CallBox(Box):
    """The household with a stand-in for the SFU."""

    sfu: StandIn

    async def joins(self, client: Client, **flags: bool) -> str:
        """Go into the living room; the rtc session that was opened for it."""
        await client.say(4, {"guild_id": str(self.guild), "channel_id": str(self.parlour)} | flags)
        rtc: str = (await client.until("VOICE_SERVER_UPDATE"))["rtc_session_id"]
        return rtc

    async def line_is_up(self) -> None:
        await self.line_is(up=True)

    async def line_is(self, *, up: bool) -> None:
        async with asyncio.timeout(5):
            while self.voice.is_ready is not up:  # noqa: ASYNC110  there is no event for tests only
                await asyncio.sleep(0.01)


@pytest.fixture
async def sfu(tmp_path: Path) -> AsyncIterator[StandIn]:
    stand_in = StandIn(tmp_path / "sfu.sock")
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def home(tmp_path: Path, sfu: StandIn) -> AsyncIterator[CallBox]:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, CallBox, sfu.path) as box:
        box.sfu = sfu
        await box.furnish()
        await box.line_is_up()
        yield box
