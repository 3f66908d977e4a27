"""The body of a request on its way through the listener, one piece at a time.

What a newcomer would get wrong: nothing is read from the connection until the piece before has been taken, so whoever sends
faster than the application takes waits in the kernel.
"""

import asyncio

from appliance.http.connection_line import Line


class PassingBody:
    """Begins with what came together with the head."""

    def __init__(self, line: Line, transport: asyncio.Transport, piece: bytes, *, is_whole: bool) -> None:
        self._line = line
        self._transport = transport
        self._piece = piece
        self._news = asyncio.Event()
        self.is_whole = is_whole

    def offer(self, piece: bytes, *, is_whole: bool) -> None:
        """The next piece, perhaps an empty one; reading is paused."""
        self._piece, self.is_whole = piece, is_whole
        self._news.set()

    async def next_piece(self) -> bytes:
        """Wait for more; empty at its end."""
        while not self._piece and not self.is_whole:
            self._news.clear()
            self._line.wait()
            self._transport.resume_reading()
            await self._news.wait()
            self._line.work()
        piece, self._piece = self._piece, b""
        return piece
