"""Sockets that break at every moment, while others write: nobody misses a message, hears one twice or out of order."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest
import websockets

from tests.integration.gateway.conftest import Box, Client

pytestmark = pytest.mark.anyio

CUTS = 300
READERS = 6


class Reader:
    """A device that resumes whenever its socket is gone, and remembers which messages it was told."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.told: list[str] = []
        self.resumes = 0

    async def read(self) -> None:
        """Until cancelled."""
        while True:
            try:
                frame = await self.client.next(30)
            except websockets.ConnectionClosed:
                await self._come_back()
                continue
            assert frame["op"] != 9, "the box has forgotten a session that was cut for a moment"
            if frame["t"] == "MESSAGE_CREATE":
                self.told.append(frame["d"]["id"])

    async def _come_back(self) -> None:
        while True:
            try:
                await self.client.connect()
                await self.client.resume()
            except (websockets.WebSocketException, OSError):
                continue
            self.resumes += 1
            return


async def test_every_client_ends_with_every_message_once_and_in_order(box: Box) -> None:
    chance = random.Random(20_261_121)  # noqa: S311  the same cuts at each run
    readers = [Reader(await box.online(box.bo if number % 2 else box.ada)) for number in range(READERS)]
    said: list[str] = []
    cutting = asyncio.Event()

    async def write(name: str) -> None:
        number = 0
        while not cutting.is_set() or len(said) <= CUTS:
            number += 1
            said.append((await box.says(box.ada, f"{name} {number}"))["id"])
            await asyncio.sleep(chance.uniform(0, 0.03))

    async def cut() -> None:
        for _ in range(CUTS):
            await asyncio.sleep(chance.uniform(0, 0.04))
            # Also in the middle of a handshake or of a replay, whatever the victim is at.
            chance.choice(readers).client.cut()
        cutting.set()

    async with asyncio.TaskGroup() as tasks:
        reading = [tasks.create_task(reader.read()) for reader in readers]
        async with asyncio.TaskGroup() as work:
            for name in ("one", "two", "three"):
                work.create_task(write(name))
            work.create_task(cut())
        await _eventually(lambda: all(len(reader.told) >= len(said) for reader in readers))
        for task in reading:
            task.cancel()

    # On a slow machine many a cut hits a socket that is still down.
    assert sum(reader.resumes for reader in readers) > CUTS / 5
    for reader in readers:
        assert reader.told == sorted(said, key=int)


async def _eventually(
    is_so: Callable[[], bool], wait: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Give the last replays a moment; whatever is missing then is missing."""
    for _ in range(100):
        if is_so():
            return
        await wait(0.05)
