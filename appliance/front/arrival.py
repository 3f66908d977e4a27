"""A connection from outside, until it is known what it wants."""

import asyncio
import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import cast, override

from appliance.front.requests import Handshake, Refused, Requests
from appliance.front.tunnel import Tunnel
from appliance.websocket import Listener, WebSocket, adopt

WEBSOCKET_PATH = b"/ws"
# Whoever connects and says nothing holds a place for nothing.
_FIRST_SECONDS = 30.0
_REFUSAL = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 35\r\nConnection: close\r\n\r\n"
    b"This is not a request of a browser."
)


class Arrivals:
    """Those who are here, and what is behind the door: the HTTP server's socket and whoever takes WebSockets."""

    def __init__(self, http: Path, listen: Callable[[WebSocket], Listener]) -> None:
        self.http = http
        self.listen = listen
        self.here: set[Arrival] = set()
        self.tasks: set[asyncio.Task[None]] = set()

    def __call__(self) -> "Arrival":
        return Arrival(self)


class Arrival(asyncio.Protocol):
    """Hands the connection over to a WebSocket, or its bytes to the HTTP server."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self._transport: asyncio.Transport | None = None
        self._requests = Requests("", WEBSOCKET_PATH)
        self._tunnel: Tunnel | None = None
        self._timer: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are no subclass of it.
        self._transport = cast("asyncio.Transport", transport)
        self._requests = Requests(_address(transport), WEBSOCKET_PATH)
        self._arrivals.here.add(self)
        self._timer = asyncio.get_running_loop().call_later(_FIRST_SECONDS, self.close)

    @override
    def data_received(self, data: bytes) -> None:
        assert self._transport is not None  # noqa: S101  nothing comes in before it
        try:
            onwards = self._requests.feed(data)
        except Handshake as handshake:
            self._leave()
            if self._tunnel is not None:
                self._tunnel.let_go()
            adopt(self._arrivals.listen, self._transport, handshake.data)
        except Refused:
            self._transport.write(_REFUSAL)
            self._transport.close()
        else:
            if onwards:
                self._send_on(self._transport, onwards)

    @override
    def pause_writing(self) -> None:
        if self._tunnel is not None:
            self._tunnel.pause_reading()

    @override
    def resume_writing(self) -> None:
        if self._tunnel is not None:
            self._tunnel.resume_reading()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        if self._tunnel is not None:
            self._tunnel.close()

    def close(self) -> None:
        """Send whoever it is away."""
        if self._transport is not None:
            self._transport.close()

    def _send_on(self, transport: asyncio.Transport, data: bytes) -> None:
        if self._tunnel is None:
            self._stop_timer()
            self._tunnel = Tunnel(transport)
            opening = asyncio.get_running_loop().create_task(self._tunnel.open(self._arrivals.http))
            self._arrivals.tasks.add(opening)
            opening.add_done_callback(self._arrivals.tasks.discard)
        self._tunnel.write(data)

    def _leave(self) -> None:
        self._arrivals.here.discard(self)
        self._stop_timer()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _address(transport: asyncio.BaseTransport) -> str:
    """Where somebody comes from; an IPv4 address as such, though the socket speaks IPv6."""
    # None once the other end has gone.
    name = cast("tuple[str, int] | None", transport.get_extra_info("peername"))
    if name is None:
        return ""
    address = ipaddress.ip_address(name[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
