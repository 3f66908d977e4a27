"""What an attack is, and what attackers do again and again."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable

import msgspec

from tests.siege.fortress import Target
from tests.siege.http import careless, connect

# One address of the house next door, and the prefix of a whole one.
ADDRESS = "127.0.66.1"
PREFIX = "fd00:b::{:x}"


# How long what was opened is held; an honest wait of more than a second is seen in it.
_HOLD_SECONDS = 3.0


class Attack(msgspec.Struct, frozen=True):
    """`run` attacks until it is done, or is cancelled after `seconds`."""

    name: str
    run: Callable[[Target], Awaitable[None]]
    seconds: float = 15.0


# A stream that nobody holds is closed.
_HELD: list["Held"] = []


class Held:
    """Connections that are opened, said something to, and then held for as long as the attack lasts."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        self._port, self._tls = port, tls
        self.writers: list[asyncio.StreamWriter] = []
        self._readers: list[asyncio.StreamReader] = []
        _HELD.append(self)

    async def open(self, count: int, first: bytes = b"", sources: Iterable[str] = (ADDRESS,)) -> None:
        """Open so many, from each address in turn; one that is refused or cut is tried no more."""
        addresses = list(sources)
        slots = asyncio.Semaphore(20)

        async def one(number: int) -> None:
            async with slots:
                try:
                    async with asyncio.timeout(3):
                        reader, writer = await connect(
                            self._port, addresses[number % len(addresses)], self._tls
                        )
                except (OSError, TimeoutError):
                    return
                self.writers.append(writer)
                self._readers.append(reader)
                writer.write(first)

        await asyncio.gather(*(one(number) for number in range(count)))

    def say(self, data: bytes) -> None:
        """Say this on each that is still open."""
        for writer in self.writers:
            if not writer.transport.is_closing():
                writer.write(data)


async def hold(helds: Iterable[Held] = (), data: bytes = b"", pause: float = 0.5) -> None:
    """Hold on, and say something all the while."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _HOLD_SECONDS
    while loop.time() < end:
        for held in helds:
            held.say(data)
        await asyncio.sleep(pause)


def tls() -> ssl.SSLContext:
    return careless()
