"""A media process of its own, and independent clients (aiortc) that answer what it offers."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamTrack, VideoStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy

from appliance.sfu import control
from appliance.sfu.control import SLOTS, Kind
from tests.integration import loopback

ALL: frozenset[Kind] = frozenset(SLOTS)
PATIENCE = 20.0


loopback.stay()


class Server:
    """The server's end of the control socket: keeps what was reported, by type."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.reports: list[control.Reports] = []
        self._news = asyncio.Event()
        self.on_offer: Callable[[control.Offered], Any] = lambda _: None
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        while (body := await control.read_frame(self._reader)) is not None:
            report = control.decode_report(body)
            self.reports.append(report)
            self._news.set()
            if isinstance(report, control.Offered):
                self.on_offer(report)

    def send(self, command: control.Command) -> None:
        self._writer.write(control.encode(command))

    async def until(self, wanted: Callable[[control.Reports], bool], start: int = 0) -> control.Reports:
        """The first report from `start` on that is wanted, waited for if need be."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for report in self.reports[start:]:
                    if wanted(report):
                        return report
                self._news.clear()
                await self._news.wait()

    async def close(self) -> None:
        self._writer.close()
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task


class Media:
    """A running media process."""

    def __init__(self, process: asyncio.subprocess.Process, socket: Path) -> None:
        self.process = process
        self.socket = socket

    async def connect(self) -> Server:
        return Server(*await asyncio.open_unix_connection(str(self.socket)))


async def launch(folder: Path, *extra: str, is_measured: bool = False) -> asyncio.subprocess.Process:
    """Begin to start one on a free port, of loopback if nothing else is said.

    One whose processor time `is_measured` is not traced by coverage, which would double it.
    """
    command = [sys.executable, "-m", "appliance.sfu", "--socket", str(folder / "sfu.sock")]
    command += ["--data", str(folder), "--port", "0", *(extra or ("--bind", "127.0.0.1"))]
    environment = {
        name: value
        for name, value in os.environ.items()
        if not (is_measured and name.startswith("COVERAGE_PROCESS_"))
    }
    return await asyncio.create_subprocess_exec(*command, env=environment)


@contextlib.asynccontextmanager
async def media_process(folder: Path, *extra: str, is_measured: bool = False) -> AsyncIterator[Media]:
    """One that is ready; ends with the context."""
    socket = folder / "sfu.sock"
    process = await launch(folder, *extra, is_measured=is_measured)
    try:
        async with asyncio.timeout(PATIENCE):
            while not socket.exists() and process.returncode is None:  # noqa: ASYNC110  another process makes it
                await asyncio.sleep(0.02)
        yield Media(process, socket)
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 5)


class Client:
    """One browser's part, played by aiortc."""

    def __init__(self, server: Server, peer: str, owner: str, room: str = "room") -> None:
        self.server = server
        self.peer = peer
        self.owner = owner
        self.room = room
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.sending: dict[Kind, MediaStreamTrack] = {}
        self.tracks: dict[str, MediaStreamTrack] = {}
        self.offers: list[control.Offered] = []
        self.rewrite: Callable[[str], str] = lambda sdp: sdp
        self.mangle: Callable[[str], str] = lambda sdp: sdp
        self.thinks_seconds = 0.0
        self._queue: asyncio.Queue[control.Offered] = asyncio.Queue()
        self._task = asyncio.create_task(self._negotiate())

        @self.pc.on("track")
        def _(track: MediaStreamTrack) -> None:
            for transceiver in self.pc.getTransceivers():
                if transceiver.receiver.track is track and transceiver.mid is not None:
                    self.tracks[transceiver.mid] = track

    def join(self, allow: frozenset[Kind] = ALL) -> None:
        self.server.send(control.Join(self.peer, self.room, self.owner, f"label of {self.peer}", allow))

    def offered(self, offer: control.Offered) -> None:
        """Begin with an offer; like a browser, leave one that is known already."""
        if self.offers and offer.revision <= self.offers[-1].revision:
            return
        self.offers.append(offer)
        self._queue.put_nowait(offer)

    async def _negotiate(self) -> None:
        while True:
            offer = await self._queue.get()
            await asyncio.sleep(self.thinks_seconds)
            await self.pc.setRemoteDescription(RTCSessionDescription(self.rewrite(offer.sdp), "offer"))
            for transceiver in self.pc.getTransceivers():
                self._use(transceiver)
            await self.pc.setLocalDescription(await self.pc.createAnswer())
            answer = self.mangle(self.pc.localDescription.sdp)
            self.server.send(control.Answer(self.peer, offer.revision, answer))

    def _use(self, transceiver: Any) -> None:
        for kind, mid in SLOTS.items():
            if transceiver.mid == mid and kind in self.sending:
                transceiver.direction = "sendonly"
                if transceiver.sender.track is not self.sending[kind]:
                    transceiver.sender.replaceTrack(self.sending[kind])
            elif transceiver.mid == mid:
                transceiver.direction = "inactive"

    def track_of(self, owner: str, kind: Kind) -> MediaStreamTrack | None:
        """The received track of someone, by what the last offer said."""
        for track in self.offers[-1].tracks if self.offers else []:
            if (track.owner, track.kind) == (owner, kind):
                return self.tracks.get(track.mid)
        return None

    async def frame_from(self, owner: str, kind: Kind) -> Any:
        """The next frame that arrives from someone."""
        async with asyncio.timeout(PATIENCE):
            while (track := self.track_of(owner, kind)) is None:  # noqa: ASYNC110  aiortc tells of tracks, not of m-lines
                await asyncio.sleep(0.05)
            return await track.recv()

    async def close(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self.pc.close()


class Call:
    """Several clients on one control connection."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.clients: dict[str, Client] = {}
        server.on_offer = self._dispatch

    def _dispatch(self, offer: control.Offered) -> None:
        if offer.peer in self.clients:
            self.clients[offer.peer].offered(offer)

    def client(self, name: str, *, voice: bool = False, camera: bool = False) -> Client:
        """A new client that will send what it is told to; it has yet to join."""
        client = Client(self.server, name, f"owner-of-{name}")
        if voice:
            client.sending["mic"] = AudioStreamTrack()
        if camera:
            client.sending["camera"] = VideoStreamTrack()
        self.clients[name] = client
        return client

    async def close(self) -> None:
        for client in self.clients.values():
            await client.close()
