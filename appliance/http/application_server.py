"""The HTTP server behind each port: granian, in our own loop, on a Unix socket that only we may open."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from appliance.http.asgi import Application, Receive, Scope, Send
from appliance.http.upstream import PEER_HEADER

log = logging.getLogger(__name__)

# Each connection from outside has at most one here, and there are fewer of those (`limiter`): nobody waits for another's.
_BACKLOG = 1024
_CLOSING_SECONDS = 2.0
_LOOKING_SECONDS = 0.005
# Only we come in through the socket.
_OURS_ALONE = 0o600


@asynccontextmanager
async def serving(application: Application, scheme: str, run: Path) -> AsyncGenerator[Path]:
    """Serve until the block ends; the socket, in a folder of its own below `run`."""
    with tempfile.TemporaryDirectory(prefix="hearth-http-", dir=run) as folder:
        socket = Path(folder) / "http.sock"
        server = Server(
            Marked(application, scheme), uds=socket, interface=Interfaces.ASGINL, http=HTTPModes.http1, websockets=False,
            backlog=_BACKLOG, log_access=False, log_enabled=False,
        )  # fmt: skip
        # The embedded server takes it, but not as an argument.
        server.uds_permissions = _OURS_ALONE
        task = asyncio.create_task(server.serve())
        try:
            await _listening(socket, task)
            yield socket
        finally:
            server.stop()  # type: ignore[no-untyped-call]  # granian leaves it without annotations
            with suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(task, _CLOSING_SECONDS)


async def _listening(socket: Path, serving: asyncio.Task[None]) -> None:
    """Return once the server takes connections: whoever comes to our port before that would be told that we are broken."""
    loop = asyncio.get_running_loop()
    while not serving.done():
        try:
            transport, _ = await loop.create_unix_connection(asyncio.Protocol, str(socket))
        except OSError:
            await asyncio.sleep(_LOOKING_SECONDS)
        else:
            transport.close()
            return
    # It has failed, and says why.
    serving.result()


class Marked:
    """Tells the application where each request really comes from, which the front wrote into its first header."""

    def __init__(self, target: Application, scheme: str) -> None:
        self._target = target
        self._scheme = scheme

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        peer = next((value for name, value in headers if name == PEER_HEADER), b"")
        scope["headers"] = [header for header in headers if header[0] != PEER_HEADER]
        scope["client"] = (peer.decode("ascii"), 0)
        scope["scheme"] = self._scheme
        try:
            await self._target(scope, receive, send)
        except Exception:
            # The outermost frame of a request: granian answers 500, and tells nobody.
            log.exception("%s failed", scope["method"])
            raise
