"""systemd's end of the line on which a process says how it is (sd_notify(3))."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Ear:
    """systemd's end of the line."""

    def __init__(self, bus: socket.socket) -> None:
        self._bus = bus

    def heard(self) -> list[str]:
        """What has come until now, oldest first."""
        messages: list[str] = []
        while True:
            try:
                messages.append(self._bus.recv(4096).decode())
            except BlockingIOError:
                return messages

    async def until(self, words: str) -> str:
        """The first message with these words."""
        async with asyncio.timeout(20):
            while True:
                for message in self.heard():
                    if words in message:
                        return message
                await asyncio.sleep(0.02)


@contextmanager
def listening(path: Path) -> Iterator[Ear]:
    """An ear at this address."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bus:
        bus.bind(str(path))
        bus.setblocking(False)
        yield Ear(bus)
