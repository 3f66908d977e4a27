"""The ports that the house uses, and who comes in through them.

TLS ends here.
"""

import asyncio
import os
import socket
import ssl
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from appliance import allocator
from appliance.http import application_server
from appliance.http.accept import AcceptedConnection
from appliance.http.asgi import Application
from appliance.http.body_limits import body_limit, passing
from appliance.http.connection import Services
from appliance.http.connection_limits import ConnectionLimiter, ConnectionLimits
from appliance.http.file_services import FileServices
from appliance.http.files import FileStore
from appliance.http.flow_control import UNSENT_BYTES
from appliance.http.handshake_queue import HandshakeQueue
from appliance.http.request_parser import kept_whole
from appliance.http.timeouts import Timeouts
from appliance.http.websocket import MessageHandler, WebSocket

_CHECK_SECONDS = 1.0
_CROWD = 64
# A household writes as much in months, so that trimming costs it nothing.
_MUCH_BYTES = 4 << 20
_CLOSING_SECONDS = 2.0
# A household reconnects at once after a power cut.
_BACKLOG = 1024
# The kernel would keep megabytes for whoever sends what we do not read.
_UNREAD_BYTES = 32 * 1024


class Port(NamedTuple):
    """Where to listen, and what may come in there; without `tls` in the clear."""

    address: str
    number: int
    bounds: ConnectionLimits
    tls: ssl.SSLContext | None = None
    limit: Callable[[str, str], int] = body_limit
    timeouts: Timeouts = Timeouts()
    files: FileStore | None = None


@asynccontextmanager
async def listening(
    port: Port, application: Application, listen: Callable[[WebSocket], MessageHandler] | None = None
) -> AsyncGenerator[None]:
    """Take connections until the block ends: `application` answers requests, `listen` takes WebSockets, if any."""
    loop = asyncio.get_running_loop()
    bounds = port.bounds
    handshakes = HandshakeQueue(bounds.handshakes, bounds.handshakes_per_second, loop.time, loop.call_later)
    limiter = ConnectionLimiter(bounds)
    async with application_server.serving(application, "https" if port.tls else "http", _run()) as behind:
        files = FileServices(port.files) if port.files else None
        services = Services(
            behind, listen, port.limit, limiter, port.timeouts, handshakes, set(), set(),
            passing if files else kept_whole, files,
        )  # fmt: skip
        server = await loop.create_server(
            lambda: AcceptedConnection(services, port.tls),
            sock=_bound(port.address, port.number),
            backlog=_BACKLOG,
        )
        looking = asyncio.create_task(_look_after(services))
        try:
            yield
        finally:
            looking.cancel()
            server.close()
            await _send_away(services)
            if files is not None:
                files.close()


def _run() -> Path:
    """In memory where systemd gives us a folder for it: a socket has no business on a card."""
    if chosen := os.environ.get("RUNTIME_DIRECTORY"):
        return Path(chosen)
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:
        # Python found no folder that takes a file: every disk is full, and the page has to say so all the same.
        return Path("/dev/shm")  # noqa: S108  a folder of its own is made in it


def _bound(address: str, port: int) -> socket.socket:
    """A socket to listen on; one that is open to every address takes IPv4 as well, which asyncio's own would not."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    dual = address == "::" and socket.has_dualstack_ipv6()
    bound = socket.create_server((address, port), family=family, backlog=_BACKLOG, dualstack_ipv6=dual)
    # Connections inherit it, but only what is set before they come.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNSENT_BYTES)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _UNREAD_BYTES)
    return bound


async def _look_after(services: Services) -> None:
    """Hold every connection to its deadlines, for ever."""
    loop = asyncio.get_running_loop()
    most = passed = 0
    while True:
        await asyncio.sleep(_CHECK_SECONDS)
        _check(services, loop.time())
        most = max(most, len(services.here))
        is_crowd_gone = most >= _CROWD and len(services.here) <= most // 4
        if is_crowd_gone or services.limiter.passed - passed >= _MUCH_BYTES:
            # What a crowd or large requests leave behind in the heap nobody else needs soon.
            allocator.trim()
            most, passed = len(services.here), services.limiter.passed


def _check(services: Services, now: float) -> None:
    for connection in list(services.here):
        connection.check(now)


async def _send_away(services: Services) -> None:
    """Let what is under way end, for a moment, and then cut it."""
    here = list(services.here)
    for connection in here:
        connection.close()
    endings = [asyncio.ensure_future(connection.gone()) for connection in here]
    if endings or services.tasks:
        await asyncio.wait({*endings, *services.tasks}, timeout=_CLOSING_SECONDS)
    for task in (*endings, *services.tasks):
        task.cancel()
    for connection in list(services.here):
        connection.cut()
    # What has been cut is told of it in the loop's next turn.
    await asyncio.sleep(0)
