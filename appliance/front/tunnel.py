"""The way on to the HTTP server behind us, and back.

Each side reads only as fast as the other takes it: a slow phone that downloads a film must not have it all in our memory.
"""

import asyncio
from pathlib import Path
from typing import cast, override


class Tunnel(asyncio.Protocol):
    """The far half of a connection; `near` is the one from outside."""

    def __init__(self, near: asyncio.Transport) -> None:
        self._near = near
        self._far: asyncio.Transport | None = None
        # What came in before the HTTP server had answered the door.
        self._early: list[bytes] = []
        self._is_near_ours = True

    async def open(self, socket: Path) -> None:
        """Connect; a server that cannot be reached ends the connection from outside."""
        loop = asyncio.get_running_loop()
        try:
            await loop.create_unix_connection(lambda: self, str(socket))
        except OSError:
            self._near.close()

    def write(self, data: bytes) -> None:
        """Send on what came in."""
        if self._far is None:
            self._early.append(data)
        elif not self._far.is_closing():
            self._far.write(data)

    def let_go(self) -> None:
        """The connection from outside belongs to somebody else from now on."""
        self._is_near_ours = False
        self.close()

    def close(self) -> None:
        """The connection from outside is no more."""
        if self._far is not None:
            self._far.close()

    def pause_reading(self) -> None:
        """The outside takes nothing for the moment."""
        if self._far is not None:
            self._far.pause_reading()

    def resume_reading(self) -> None:
        if self._far is not None and not self._far.is_closing():
            self._far.resume_reading()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are no subclass of it.
        self._far = cast("asyncio.Transport", transport)
        if self._near.is_closing() or not self._is_near_ours:
            self._far.close()
        elif self._early:
            self._far.writelines(self._early)
        self._early.clear()

    @override
    def data_received(self, data: bytes) -> None:
        if self._is_near_ours and not self._near.is_closing():
            self._near.write(data)

    @override
    def pause_writing(self) -> None:
        if self._is_near_ours:
            self._near.pause_reading()

    @override
    def resume_writing(self) -> None:
        if self._is_near_ours and not self._near.is_closing():
            self._near.resume_reading()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._is_near_ours:
            # Flushes what the outside has not taken yet.
            self._near.close()
