"""The port that the house uses, and who comes in through it.

TLS ends here, so that another certificate needs no new port: whoever comes next is shown the new one, and whoever is in
stays in.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from appliance.asgi import Application
from appliance.front.arrival import Arrivals
from appliance.front.http import BACKLOG, HttpServer
from appliance.network.certificates import Certificates
from appliance.websocket import Listener, WebSocket

log = logging.getLogger(__name__)

_HANDSHAKE_SECONDS = 10.0
_GOODBYE_SECONDS = 2.0


class Front:
    """Use `Front.open` as a context manager."""

    def __init__(self, tls: ssl.SSLContext | None, shown: bytes) -> None:
        self._tls = tls
        self._shown = shown

    @classmethod
    @asynccontextmanager
    async def open(
        cls, http: Application, listen: Callable[[WebSocket], Listener], place: tuple[str, int], http_socket: Path,
        tls: Certificates | None = None,
    ) -> AsyncGenerator[Self]:  # fmt: skip
        """Take connections on `place` (address and port) until the block ends; without `tls` in the clear, for tests.

        `http` answers requests, through `http_socket`; `listen` takes WebSockets.
        """
        context = _context(tls) if tls else None
        behind = HttpServer(http)
        behind.open_socket(http_socket)
        arrivals = Arrivals(http_socket, listen)
        try:
            server = await asyncio.get_running_loop().create_server(
                arrivals,
                sock=_bound(*place),
                ssl=context,
                ssl_handshake_timeout=_HANDSHAKE_SECONDS if context else None,
                ssl_shutdown_timeout=_GOODBYE_SECONDS if context else None,
            )
            try:
                yield cls(context, tls.chain.read_bytes() if tls else b"")
            finally:
                server.close()
                for arrival in list(arrivals.here):
                    arrival.close()
        finally:
            await behind.close()

    def show(self, tls: Certificates) -> None:
        """Use this certificate from now on, if it is another one."""
        fresh = tls.chain.read_bytes()
        if self._tls is not None and fresh != self._shown:
            self._tls.load_cert_chain(tls.chain, tls.key)
            self._shown = fresh
            log.info("the box has a new certificate")


def _bound(address: str, port: int) -> socket.socket:
    """A listening socket; one that is open to every address takes IPv4 as well, which asyncio's own would not."""
    if ":" not in address:
        return socket.create_server((address, port), backlog=BACKLOG)
    dual = address == "::" and socket.has_dualstack_ipv6()
    return socket.create_server((address, port), family=socket.AF_INET6, backlog=BACKLOG, dualstack_ipv6=dual)


def _context(tls: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(tls.chain, tls.key)
    return context
