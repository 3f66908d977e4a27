"""A line that loses packets, in userspace: a UDP relay between one client and the media process."""

import asyncio
import random
from collections.abc import Callable
from typing import override

_RTX = 97


class LossyLine(asyncio.DatagramProtocol):
    """Drops a share of the RTP packets in each direction; ICE, DTLS and RTCP pass. Counts by what it sees in headers."""

    def __init__(self, server: tuple[str, int], share: float) -> None:
        self._signed_in = server
        self._share = share
        self._chance = random.Random(7)  # noqa: S311  the same losses in every run
        self._client: tuple[str, int] | None = None
        self._near: asyncio.DatagramTransport | None = None
        self._far: asyncio.DatagramTransport | None = None
        self.dropped = {"up": 0, "down": 0}
        self.passed = {"up": 0, "down": 0}
        self.repairs = {"up": 0, "down": 0}

    @property
    def port(self) -> int:
        assert self._near is not None
        port: int = self._near.get_extra_info("sockname")[1]
        return port

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        near, _ = await loop.create_datagram_endpoint(lambda: _Side(self._from_client), ("127.0.0.1", 0))
        far, _ = await loop.create_datagram_endpoint(lambda: _Side(self._from_server), ("127.0.0.1", 0))
        self._near, self._far = near, far

    async def move(self) -> None:
        """The client's router gives it another port, as after a change of network."""
        assert self._far is not None
        self._far.close()
        loop = asyncio.get_running_loop()
        self._far, _ = await loop.create_datagram_endpoint(lambda: _Side(self._from_server), ("127.0.0.1", 0))

    def close(self) -> None:
        for side in (self._near, self._far):
            if side is not None:
                side.close()

    def _from_client(self, data: bytes, sender: tuple[str, int]) -> None:
        self._client = sender
        if self._far is not None and self._passes(data, "up"):
            self._far.sendto(data, self._signed_in)

    def _from_server(self, data: bytes, _: tuple[str, int]) -> None:
        if self._near is not None and self._client is not None and self._passes(data, "down"):
            self._near.sendto(data, self._client)

    def _passes(self, data: bytes, way: str) -> bool:
        if data[0] < 128 or 192 <= data[1] < 224:
            return True
        self.repairs[way] += data[1] & 0x7F == _RTX
        if self._chance.random() < self._share:
            self.dropped[way] += data[1] & 0x7F == 96
            return False
        self.passed[way] += 1
        return True


class _Side(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._take = take

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._take(data, addr)
