"""One connection from outside below its requests: how much may be written, who reads, and how long the other side may take.

What a newcomer would get wrong: nothing here waits with a timer of its own. `check` of `connection.py` is called every
second for every connection, and each state has its measure in `Timeouts`; whatever is added that waits for the other side
needs one.
"""

import asyncio
import socket
from contextlib import suppress
from typing import cast, override

from appliance.http import tcp_info
from appliance.http.connection_limits import ConnectionLimiter, Entry
from appliance.http.timeouts import MinimumRate, Stage, Timeouts

# Above this much unsent, the next piece waits.
_FULL_BYTES = 64 * 1024
# The kernel would keep megabytes for whoever reads nothing; and what it has at once is what uvloop's buffer for TLS grows to.
UNSENT_BYTES = 128 * 1024
# If we take longer over a piece of a body, its sender is measured anew.
_SHORT_SECONDS = 1.0
# Nobody is owed more than this: what TLS itself answers is written without asking (RFC 8446, 4.6.3). Somebody who is signed
# in may have a first picture of everything under way, and what the gateway keeps for a slow reader.
_MOST_UNSENT, _MOST_UNSENT_KNOWN = 1 << 20, 8 << 20


class FlowControl(asyncio.Protocol):
    """Both directions of a connection; `raw` is the TCP connection below, `_transport` what to write to once it is secured."""

    def __init__(
        self, limiter: ConnectionLimiter, timeouts: Timeouts, entry: Entry, raw: asyncio.Transport
    ) -> None:
        self._limiter, self._timeouts = limiter, timeouts
        self._entry = entry
        self._raw = raw
        self._loop = asyncio.get_running_loop()
        self._socket: socket.socket = raw.get_extra_info("socket")
        self._transport: asyncio.Transport | None = None
        self._stage, self._since = Stage.SECURING, self._loop.time()
        self._sending = MinimumRate(timeouts.sender, timeouts.sender_bytes)
        self._reading = MinimumRate(timeouts.reader, timeouts.reader_bytes)
        self._taken: asyncio.Event | None = None
        self._gone = asyncio.Event()
        self._received: int = 0
        self._is_known: bool = False
        # Whether the bytes of a body go to somebody else.
        self._is_lent: bool = False

    def _open(self, transport: asyncio.Transport) -> None:
        """It is secured if it is to be; from here on it is the other side's turn."""
        self._transport = transport
        transport.set_write_buffer_limits(high=_FULL_BYTES)
        self._wait(Stage.SILENT)

    @override
    def pause_writing(self) -> None:
        self._taken = self._taken or asyncio.Event()

    @override
    def resume_writing(self) -> None:
        if self._taken is not None:
            self._taken.set()
            self._taken = None

    def known(self) -> None:
        """Somebody has said who they are: they are counted by account from here on."""
        self._is_known = True
        self._limiter.leave(self._entry)

    def cut(self) -> None:
        """End it at once; what was not sent yet is lost."""
        self._raw.abort()

    async def send(self, data: bytes) -> None:
        """Write a piece of a response; returns when the next may be written."""
        self.put(data)
        await self.taken()

    def put(self, data: bytes | bytearray) -> None:
        """Write, without waiting."""
        self._open_transport().write(data)

    async def taken(self) -> None:
        """Return when the next may be written."""
        if self._taken is not None:
            # A reader counts as long as the whole response has been on its way.
            self._entry.waits_since = self._since
            self._limiter.answered(self._entry)
            await self._taken.wait()
            self._entry.waits_since = None

    def widen(self, size: int) -> None:
        """Have the kernel keep so many bytes on their way, or as many as before for 0."""
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size or UNSENT_BYTES)

    def lend(self, protocol: asyncio.BufferedProtocol) -> asyncio.Transport:
        """Have the rest of a request's body read by somebody else, until `take_back`."""
        transport = self._open_transport()
        self._is_lent = True
        transport.set_protocol(cast("asyncio.Protocol", protocol))
        return transport

    def take_back(self) -> None:
        """Read what comes again."""
        self._is_lent = False
        if self._transport is not None:
            self._transport.set_protocol(self)

    def hold(self, size: int) -> bool:
        """Have so many bytes of a request in memory; False if there is no room for them."""
        return self._limiter.hold(self._entry, size)

    def wait(self) -> None:
        """It is the other side's turn to send more of a body; until it does, others of its address are answered."""
        self._limiter.answered(self._entry)
        if self._loop.time() - self._since > _SHORT_SECONDS:
            self._sending.rest()
        self._wait(Stage.BODY)

    def work(self) -> None:
        """It is our turn; nobody is late."""
        self._stage, self._since = Stage.WORKING, self._loop.time()
        self._entry.waits_since = None

    def came(self, size: int) -> None:
        """So many bytes were read by whoever has the connection."""
        self._received += size

    async def gone(self) -> None:
        """Return when the connection is no more."""
        await self._gone.wait()

    def _open_transport(self) -> asyncio.Transport:
        if self._gone.is_set() or self._transport is None or self._transport.is_closing():
            raise ConnectionResetError
        return self._transport

    def _wait(self, stage: Stage) -> None:
        """For the other side, from now on."""
        self._stage, self._since = stage, self._loop.time()
        self._entry.waits_since = self._since

    def _is_owed_too_much(self, now: float) -> bool:
        unsent = self._raw.get_write_buffer_size()
        if self._transport is not None and self._transport is not self._raw:
            unsent += self._transport.get_write_buffer_size()
        if not unsent:
            self._reading.rest()
            return False
        if unsent > (_MOST_UNSENT_KNOWN if self._is_known else _MOST_UNSENT):
            return True
        return self._reading.is_too_slow(now, tcp_info.acked(self._socket))

    def _is_unknown_too_long(self, now: float) -> bool:
        is_unknown = self._stage is Stage.SOCKET and not self._is_known
        return is_unknown and now - self._since >= self._timeouts.unknown
