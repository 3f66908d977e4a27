"""What one forwarded packet costs the media process in CPU, beside aiortc, with real ICE, DTLS and SRTP clients.

Eight people, four of whom send 250 packets of 1100 bytes a second, so that each packet goes to seven. The server has one core,
the clients the other. MediaRelay transcodes and cannot carry that; it is measured with one small picture and three viewers.
"""

import asyncio
import json
import os
import re
import select
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, Protocol, override

import aioice.ice
import psutil
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import VideoStreamTrack
from av import VideoFrame

from appliance.sfu import control
from benchmarks import results_file, sfu_report
from benchmarks.sfu_client import Client, Remote
from benchmarks.sfu_cost import cpu_seconds

PUBLISHERS, PEERS, PACKETS_PER_SECOND = 4, 8, 250
SECONDS = float(os.environ.get("SECONDS", "10"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
BURSTS = (1, 8)
SERVER_CORE, CLIENT_CORE = 0, 1
_ATTEMPTS = 3


class Server(Protocol):
    """A media server under test."""

    process: asyncio.subprocess.Process

    async def join(self, client: Client) -> None: ...


def _pinned() -> None:
    os.sched_setaffinity(0, {SERVER_CORE})


class Ours:
    """`python -m appliance.sfu`, spoken to over its control socket."""

    def __init__(self, process: asyncio.subprocess.Process, writer: asyncio.StreamWriter) -> None:
        self.process = process
        self._writer = writer
        self._clients: dict[str, Client] = {}
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    async def start(cls, folder: Path) -> "Ours":
        command = ["-m", "appliance.sfu", "--socket", f"{folder}/s", "--data", str(folder)]
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, "--port", "0", "--bind", "127.0.0.1", preexec_fn=_pinned
        )
        while not (folder / "s").exists():
            if process.returncode is not None:
                raise RuntimeError("the media process did not start")
            await asyncio.sleep(0.05)
        reader, writer = await asyncio.open_unix_connection(f"{folder}/s")
        server = cls(process, writer)
        server._tasks.append(asyncio.create_task(server._listen(reader)))
        return server

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while (body := await control.read_frame(reader)) is not None:
            report = control.decode_report(body)
            if isinstance(report, control.Offered):
                self._answer(report)

    def _answer(self, offer: control.Offered) -> None:
        client = self._clients[offer.peer]
        if client.remote is None:
            found = {name: _attribute(offer.sdp, name) for name in ("ice-ufrag", "ice-pwd", "candidate")}
            _, _, _, _, host, port, *_ = found["candidate"].split()
            client.connect(Remote((host, int(port)), found["ice-ufrag"], found["ice-pwd"]))
        self._writer.write(
            control.encode(control.Answer(offer.peer, offer.revision, answer_to(offer.sdp, client)))
        )

    async def join(self, client: Client) -> None:
        name = f"peer{len(self._clients)}"
        self._clients[name] = client
        self._writer.write(control.encode(control.Join(name, "room", name, name, frozenset(control.SLOTS))))


def _attribute(sdp: str, name: str) -> str:
    found = re.search(rf"^a={name}:(.*?)\r?$", sdp, re.MULTILINE)
    if found is None:
        raise ValueError(f"no {name} in the offer")
    return found[1]


def answer_to(sdp: str, client: Client) -> str:
    """What a browser would answer that sends a camera and takes everything."""
    lines = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0"]
    for block in re.split(r"^(?=m=)", sdp.replace("\r\n", "\n"), flags=re.MULTILINE)[1:]:
        mid = _attribute(block, "mid")
        lines += [
            block.split("\n")[0],
            f"a=mid:{mid}",
            f"a=ice-ufrag:{client.ufrag}",
            f"a=ice-pwd:{client.password}",
        ]
        lines += [f"a=fingerprint:sha-256 {client.fingerprint}", "a=setup:active", "a=rtcp-mux"]
        if mid == control.SLOTS["camera"]:
            lines += ["a=sendonly", f"a=ssrc:{client.ssrc} cname:x"]
        else:
            lines.append("a=recvonly" if "a=sendonly" in block else "a=inactive")
    return "\r\n".join(lines) + "\r\n"


class Aiortc:
    """`benchmarks.sfu_aiortc`, spoken to over pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, *kind: str) -> "Aiortc":
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.sfu_aiortc", *kind),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 20,
            preexec_fn=_pinned,
        )
        return cls(process)

    async def ask(self, **request: object) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        reply: dict[str, Any] = json.loads(await self.process.stdout.readline())
        return reply

    async def join(self, client: Client) -> None:
        host, port = client.socket.getsockname()
        reply = await self.ask(
            do="join",
            address=[host, port],
            ufrag=client.ufrag,
            password=client.password,
            fingerprint=client.fingerprint,
        )
        client.connect(Remote((reply["address"][0], reply["address"][1]), reply["ufrag"], reply["password"]))


class NothingFlows(Exception):
    """Some viewer has heard nothing of some publisher."""


class _Load:
    """Drives all clients from one thread; the loop's other tasks get their turn between the steps."""

    def __init__(self, clients: Sequence[Client]) -> None:
        self.clients = clients
        self._poll = select.epoll()
        self._by_descriptor = {client.socket.fileno(): client for client in clients}
        for descriptor in self._by_descriptor:
            self._poll.register(descriptor, select.EPOLLIN)

    def drain(self, seconds: float) -> None:
        for descriptor, _ in self._poll.poll(seconds):
            self._by_descriptor[descriptor].step()

    async def until_connected(self) -> None:
        async with asyncio.timeout(30):
            while any(client.inbound is None for client in self.clients):
                self.drain(0.0)
                await asyncio.sleep(0.005)

    async def until_everyone_hears(self, burst: int) -> None:
        """Publish until all streams reach all viewers: the first packets bring the m-lines, their answers the flow."""
        for _ in range(30):
            await self.run(0.5, burst)
            if all(
                len(client.heard) >= PUBLISHERS - (client in self.clients[:PUBLISHERS])
                for client in self.clients
            ):
                return
        raise NothingFlows

    def until_quiet(self) -> None:
        """Take what is still on its way."""
        before = -1
        while before != (before := sum(client.received for client in self.clients)):
            until = time.perf_counter() + 0.1
            while time.perf_counter() < until:
                self.drain(0.02)

    async def run(self, seconds: float, burst: int) -> None:
        """Publish at the rate for so long, `burst` packets at a time, the publishers evenly out of step."""
        publishers = self.clients[:PUBLISHERS]
        interval = burst / PACKETS_PER_SECOND
        begin = time.perf_counter()
        due = [begin + interval * index / len(publishers) for index in range(len(publishers))]
        housekeeping = begin
        while (now := time.perf_counter()) < begin + seconds:
            for index, client in enumerate(publishers):
                if now >= due[index]:
                    client.publish(burst)
                    due[index] += interval
            # Never asleep: on a network, waking the receiver is not the sender's work.
            self.drain(0.0)
            if now >= housekeeping:
                housekeeping = now + 0.05
                await asyncio.sleep(0)
            for client in self.clients:
                client.keep_alive(now)


async def _forwarding(name: str, server: Server, burst: int) -> dict[str, Any]:
    clients = [Client() for _ in range(PEERS)]
    for client in clients:
        await server.join(client)
    load = _Load(clients)
    await load.until_connected()
    await load.until_everyone_hears(burst)
    await load.run(2.0, burst)
    load.until_quiet()
    for client in clients:
        client.forget()
    process = psutil.Process(server.process.pid)
    times, before = process.cpu_times(), cpu_seconds(server.process.pid)
    await load.run(SECONDS, burst)
    load.until_quiet()
    spent, after = cpu_seconds(server.process.pid) - before, process.cpu_times()
    resident = process.memory_info().rss
    sent, received = sum(client.sent for client in clients), sum(client.received for client in clients)
    expected = sent * (PEERS - 1)
    took = sorted(nanoseconds for client in clients for nanoseconds in client.took)
    server.process.terminate()
    await server.process.wait()
    return {
        "server": name,
        "burst": burst,
        "us_per_forward": spent / received * 1e6,
        "cpu_seconds": spent,
        "system_seconds": after.system - times.system,
        "ms_p50": took[len(took) // 2] / 1e6,
        "ms_p99": took[len(took) * 99 // 100] / 1e6,
        "forwarded": received,
        "expected": expected,
        "gaps": sum(client.gaps for client in clients),
        "undecryptable": sum(client.bad for client in clients),
        "rss_bytes": resident,
        "disturbed": sent < 0.98 * PUBLISHERS * PACKETS_PER_SECOND * SECONDS
        or not 0.99 * expected <= received <= 1.01 * expected,
    }


class _SmallPicture(VideoStreamTrack):
    """320 × 240, fifteen frames a second, with something moving."""

    @override
    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        if pts // 6000 % 2:
            pts, time_base = await self.next_timestamp()
        frame = VideoFrame(width=320, height=240)
        for plane in frame.planes:
            plane.update(bytes((pts // 700 + at // 64) & 255 for at in range(64)) * (plane.buffer_size // 64))
        frame.pts, frame.time_base = pts, time_base
        return frame


def _loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:  # noqa: FBT001  the signature of what it replaces
    return ["127.0.0.1"] if use_ipv4 or use_ipv6 else []


async def _relaying(viewers: int) -> dict[str, Any]:
    aioice.ice.get_host_addresses = _loopback
    server = await Aiortc.start("relay")
    connections: list[RTCPeerConnection] = []
    for index in range(viewers + 1):
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        connections.append(connection)
        if index == 0:
            connection.addTrack(_SmallPicture())
        else:
            connection.addTransceiver("video", direction="recvonly")
        await connection.setLocalDescription(await connection.createOffer())
        reply = await server.ask(do="join", sdp=connection.localDescription.sdp)
        await connection.setRemoteDescription(RTCSessionDescription(reply["sdp"], "answer"))
        await asyncio.sleep(0.5)
    await asyncio.sleep(3)
    pid = server.process.pid
    counted, before = (await server.ask(do="count"))["forwarded"], cpu_seconds(pid)
    await asyncio.sleep(SECONDS)
    spent, forwarded = cpu_seconds(pid) - before, (await server.ask(do="count"))["forwarded"] - counted
    for connection in connections:
        await connection.close()
    server.process.terminate()
    await server.process.wait()
    return {
        "server": "aiortc MediaRelay",
        "viewers": viewers,
        "us_per_forward": spent / forwarded * 1e6,
        "cpu_seconds": spent,
        "forwarded": forwarded,
    }


async def _hearth() -> Server:
    with tempfile.TemporaryDirectory(prefix="hearth-bench-", ignore_cleanup_errors=True) as folder:
        # Certificate and socket are needed only until the process has started.
        return await Ours.start(Path(folder))


async def _hook() -> Server:
    return await Aiortc.start("hook")


async def _hook_on_uvloop() -> Server:
    return await Aiortc.start("hook", "uvloop")


_SERVERS = {"hearth": _hearth, "aiortc hook": _hook, "aiortc hook on uvloop": _hook_on_uvloop}


async def _undisturbed(name: str, burst: int) -> dict[str, Any]:
    """One round; again if the machine had something else to do, so that the clients fell behind or packets were lost."""
    for _ in range(_ATTEMPTS - 1):
        row = await _forwarding(name, await _SERVERS[name](), burst)
        if not row["disturbed"]:
            return row
    return await _forwarding(name, await _SERVERS[name](), burst)


async def _measure() -> None:
    os.sched_setaffinity(0, {CLIENT_CORE})
    rounds: list[dict[str, Any]] = []
    # In turn and more than once, each time another one first, so that what else the machine does falls on all alike.
    names = list(_SERVERS)
    for number in range(ROUNDS):
        for burst in BURSTS:
            rounds += [{**await _undisturbed(name, burst), "round": number} for name in names]
        names = [*names[1:], names[0]]
    relay = await _relaying(3)
    medians, ratios = sfu_report.medians(rounds), sfu_report.ratios(rounds, relay["us_per_forward"])
    sfu_report.show([*medians, relay], rounds, ratios)
    figures = {
        "medians": [*medians, relay],
        "rounds": rounds,
        "ratios_of_rounds": ratios,
        "seconds": SECONDS,
    }
    print(
        results_file.write(
            "sfu", figures, {name: median(of_rounds) for name, of_rounds in ratios.items() if of_rounds}
        )
    )


if __name__ == "__main__":
    asyncio.run(_measure())
