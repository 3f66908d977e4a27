"""Fifty people on raw sockets: the same few lines read a message out of WebSocket frames, XMPP stanzas and IRC lines.

Every message carries its number as `#0000123#`, which appears once in each delivery whatever is around it; so the clients
cost the same for every server, and as little as Python allows.
"""

import asyncio
import re
import ssl
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import cast, override

_MARK = re.compile(rb"#(\d{7})#")
_MARK_BYTES = 9


def text(number: int) -> str:
    """A message of ordinary length (77 characters) with its number."""
    return f"#{number:07}# " + "what shall we have for supper tonight, soup or bread? "[:67].ljust(67, ".")


class Receiver(asyncio.Protocol):
    """One person's connection: notes when each message came in, and lets the peer's own protocol see the bytes at first."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, float]] = []
        self.transport: asyncio.Transport | None = None
        self.is_listening = False
        self._tail = b""
        self._early = bytearray()
        self._more = asyncio.Event()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are no subclass of it.
        self.transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        if not self.is_listening:
            self._early += data
            self._more.set()
            return
        at = time.perf_counter()
        data = self._tail + data
        end = 0
        for found in _MARK.finditer(data):
            self.heard.append((int(found.group(1)), at))
            end = found.end()
        self._tail = data[max(end, len(data) - _MARK_BYTES + 1) :]
        if b"PING :" in data:
            self.write(b"PONG :bench\r\n")

    def write(self, data: bytes) -> None:
        assert self.transport is not None
        self.transport.write(data)

    async def expect(self, mark: bytes, seconds: float = 20) -> bytes:
        """Read until `mark` has come, while logging in; what was read."""
        async with asyncio.timeout(seconds):
            while mark not in self._early:
                self._more.clear()
                await self._more.wait()
        read, _, rest = bytes(self._early).partition(mark)
        self._early = bytearray(rest)
        return read + mark

    def listen(self) -> None:
        """The log-in is over: from now on only messages count."""
        self._early.clear()
        self.is_listening = True


async def connect(host: str, port: int, tls: ssl.SSLContext | None = None) -> Receiver:
    loop = asyncio.get_running_loop()
    _, receiver = await loop.create_connection(Receiver, host, port, ssl=tls)
    return receiver


type Say = Callable[[int, int], Awaitable[None]]
"""Send message `number` as person `who`."""


class Heard:
    """What came of a run: latencies in seconds, what was lost, what came out of order, and what came to a wrong room."""

    def __init__(self) -> None:
        self.deliveries = self.lost = self.twice = self.out_of_order = self.astray = 0
        self._latencies: list[float] = []

    def add(self, receivers: list[Receiver], sent: dict[int, float], order: list[int] | None) -> None:
        """Those of one room, and what was sent there; `order`: what everybody should have heard it in, if that is known."""
        first = [number for number, _ in receivers[0].heard]
        position = {number: at for at, number in enumerate(order or first)}
        for receiver in receivers:
            numbers = [number for number, _ in receiver.heard]
            known = set(numbers)
            self.deliveries += len(numbers)
            self.lost += len(sent.keys() - known)
            self.twice += len(numbers) - len(known)
            self.astray += len(known - sent.keys())
            self.out_of_order += sum(
                a > b for a, b in pairwise(position.get(number, -1) for number in numbers)
            )
            self._latencies += [at - sent[number] for number, at in receiver.heard if number in sent]

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        if not self._latencies:
            return float("nan")
        latencies = sorted(self._latencies)
        return latencies[min(len(latencies) - 1, int(share * len(latencies)))] * 1000
