"""What those who answer a request themselves need of the connection that it came on."""

import asyncio
from typing import Protocol


class Line(Protocol):
    """One connection, while a request on it is answered."""

    def put(self, data: bytes | bytearray) -> None:
        """Write, without waiting. `ConnectionError` if it is no more."""
        ...

    async def taken(self) -> None:
        """Return when the next may be written, or the connection is no more."""
        ...

    def widen(self, size: int) -> None:
        """Have the kernel keep so many bytes on their way, or as many as before for 0."""
        ...

    def lend(self, protocol: asyncio.BufferedProtocol) -> asyncio.Transport:
        """Let somebody else read, until `take_back`. `ConnectionError` if it is no more."""
        ...

    def take_back(self) -> None:
        """Read on as before; nothing if the connection is no more."""
        ...

    def hold(self, size: int) -> bool:
        """Have so many bytes of memory for it; False if there is no room."""
        ...

    def wait(self) -> None:
        """It is the other side's turn to send."""
        ...

    def work(self) -> None:
        """It is ours."""
        ...

    def came(self, size: int) -> None:
        """So many bytes came in."""
        ...

    def connection_lost(self, exc: Exception | None) -> None:
        """As the transport tells it."""
        ...

    def pause_writing(self) -> None:
        """As the transport tells it."""
        ...

    def resume_writing(self) -> None:
        """As the transport tells it."""
        ...

    def cut(self) -> None:
        """End it at once."""
        ...
