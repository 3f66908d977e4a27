"""The HTTP server behind the front door, and the one that shows the plain page: granian, in our own loop."""

import asyncio
from contextlib import suppress
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from appliance.asgi import Application, Receive, Scope, Send
from appliance.front.requests import PEER_HEADER

# Granian counts connections that wait to be accepted; a household reconnects at once after a power cut.
BACKLOG = 256
_CLOSING_SECONDS = 2.0
# Only we come in through the socket.
_OURS_ALONE = 0o600


class HttpServer:
    """An application behind a Unix socket, or on a port of its own."""

    def __init__(self, target: Application) -> None:
        self._target = target
        self._server: Server | None = None
        self._serving: asyncio.Task[None] | None = None

    def open_socket(self, path: Path) -> None:
        """Serve on a Unix socket that nobody else may use."""
        # What a killed process left there would be taken for ours.
        path.unlink(missing_ok=True)
        server = Server(
            Marked(self._target), uds=path, interface=Interfaces.ASGINL, http=HTTPModes.http1, websockets=False,
            backlog=BACKLOG, log_access=False, log_enabled=False,
        )  # fmt: skip
        # The embedded server takes it, but not as an argument.
        server.uds_permissions = _OURS_ALONE
        self._open(server)

    def open_port(self, address: str, port: int) -> None:
        """Serve plain HTTP to the house."""
        self._open(Server(
            self._target, address=address, port=port, interface=Interfaces.ASGINL, websockets=False,
            backlog=BACKLOG, log_access=False, log_enabled=False,
        ))  # fmt: skip

    def _open(self, server: Server) -> None:
        self._server = server
        self._serving = asyncio.create_task(server.serve())

    async def close(self) -> None:
        """Stop listening."""
        if self._server is None or self._serving is None:
            return
        self._server.stop()  # type: ignore[no-untyped-call]  # granian leaves it without annotations
        with suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(self._serving, _CLOSING_SECONDS)


class Marked:
    """Tells the application where each request really comes from, which the front door wrote into its first header."""

    def __init__(self, target: Application) -> None:
        self._target = target

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        # The first is ours. Others of that name are somebody's attempt to come from elsewhere.
        peer = next((value for name, value in headers if name == PEER_HEADER), b"")
        scope["headers"] = [header for header in headers if header[0] != PEER_HEADER]
        scope["client"] = (peer.decode("ascii"), 0)
        scope["scheme"] = "https"
        await self._target(scope, receive, send)
