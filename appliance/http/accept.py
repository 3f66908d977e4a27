"""A TCP connection that has just come: counted before anything of it is read, and then secured.

What a newcomer would get wrong: asyncio tells of a TLS connection only when its handshake is over, so that those who never
finish it would be counted by nobody.
"""

import asyncio
import ipaddress
import ssl
from collections.abc import Callable
from typing import cast, override

from appliance.http.connection import Connection, Services
from appliance.http.connection_limits import share_of

_GOODBYE_SECONDS = 2.0


class AcceptedConnection(asyncio.Protocol):
    """Makes a `Connection` of it; `tls` is None for plain HTTP."""

    def __init__(self, services: Services, tls: ssl.SSLContext | None) -> None:
        self._services = services
        self._tls = tls
        # While it waits for its turn; afterwards it hears of its end itself.
        self._connection: Connection | None = None
        self._raw: asyncio.Transport | None = None
        self._early = b""
        self._share = ""
        self._turn: Callable[[], None] = _nothing

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are no subclass of it.
        raw = cast("asyncio.Transport", transport)
        services, peer = self._services, _address(transport)
        loop = asyncio.get_running_loop()
        entry = services.limiter.enter(peer, raw.abort, loop.time())
        if entry is None:
            raw.abort()
            return
        connection = Connection(services, entry, raw, peer)
        services.here.add(connection)
        if self._tls is None:
            raw.set_protocol(connection)
            connection.begin(raw)
            return
        self._connection, self._raw, tls = connection, raw, self._tls
        # Until it is its turn, what it says waits in the kernel.
        raw.pause_reading()
        self._share, self._turn = share_of(peer), lambda: self._begin(raw, connection, tls)
        services.handshakes.come(self._share, self._turn)

    @override
    def data_received(self, data: bytes) -> None:
        """Somebody who has to wait said something: uvloop reads as soon as `connection_made` is over, paused or not."""
        self._early += data
        if self._raw is not None:
            self._raw.pause_reading()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._services.handshakes.leave(self._share, self._turn)
        self._turn = _nothing
        if self._connection is not None:
            self._connection.left()

    def _begin(self, raw: asyncio.Transport, connection: Connection, tls: ssl.SSLContext) -> None:
        # It knows us, and would keep everything until cycles are looked for.
        self._turn = _nothing
        if raw.is_closing():
            return
        # At once, or the first bytes would come here.
        securing = asyncio.Task(
            self._secure(raw, connection, tls), loop=asyncio.get_running_loop(), eager_start=True
        )
        self._services.tasks.add(securing)
        securing.add_done_callback(self._services.tasks.discard)
        if self._early:
            # After TLS has been told that it has a connection, which is its next turn.
            asyncio.get_running_loop().call_soon(_hand_over, raw, self._early)

    async def _secure(self, raw: asyncio.Transport, connection: Connection, tls: ssl.SSLContext) -> None:
        try:
            transport = await asyncio.get_running_loop().start_tls(
                raw,
                connection,
                tls,
                server_side=True,
                ssl_handshake_timeout=self._services.timeouts.securing,
                ssl_shutdown_timeout=_GOODBYE_SECONDS,
            )
        except OSError:
            # No TLS, or not to its end.
            raw.abort()
            connection.left()
        else:
            # asyncio's is None if the connection went meanwhile.
            connection.begin(transport or raw)


def _nothing() -> None:
    """What somebody begins who has not come yet."""


def _hand_over(raw: asyncio.Transport, early: bytes) -> None:
    """Let TLS read what was read before it came."""
    if raw.is_closing():
        return
    protocol = cast("asyncio.BufferedProtocol", raw.get_protocol())
    buffer = memoryview(protocol.get_buffer(len(early)))
    buffer[: len(early)] = early
    protocol.buffer_updated(len(early))


def _address(transport: asyncio.BaseTransport) -> str:
    """Where somebody comes from; an IPv4 address as such, though the socket speaks IPv6."""
    # None once the other end has gone.
    name = cast("tuple[str, int] | None", transport.get_extra_info("peername"))
    if name is None:
        return ""
    address = ipaddress.ip_address(name[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
