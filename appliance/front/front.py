"""The port that the house uses, and who comes in through it.

TLS ends here, so that another certificate needs no new port: whoever comes next is shown the new one, and whoever is in
stays in.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self

from appliance.asgi import Application
from appliance.front.arrival import Arrivals
from appliance.front.http import BACKLOG, HttpServer
from appliance.network import addresses, certificates, mdns
from appliance.network.certificates import Certificates
from appliance.websocket import Listener, WebSocket

log = logging.getLogger(__name__)

_HANDSHAKE_SECONDS = 10.0
_GOODBYE_SECONDS = 2.0
# A new lease is rare; whoever cannot wait a minute sends SIGHUP.
_LOOK_SECONDS = 60.0


class Front:
    """Use `Front.open` as a context manager."""

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        self._tls = tls

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
                yield cls(context)
            finally:
                server.close()
                for arrival in list(arrivals.here):
                    arrival.close()
        finally:
            await behind.close()

    def show(self, tls: Certificates) -> None:
        """Use another certificate from now on."""
        if self._tls is not None:
            self._tls.load_cert_chain(tls.chain, tls.key)


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


async def keep_named(
    front: Front, folder: Path, hostname: str, look: asyncio.Event, looked: Callable[[], None]
) -> None:
    """Look once a minute, or when `look` is set, whether the certificate still names every address; for ever.

    `looked` is called when a look is over and what it found is in force.
    """
    shown = (folder / "box.crt").read_bytes()
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(look.wait(), _LOOK_SECONDS)
        look.clear()
        known = addresses.all_addresses()
        name = await mdns.own_name(known)
        tls = await asyncio.to_thread(certificates.ensure, folder, hostname, known, known_as=name)
        if (fresh := tls.chain.read_bytes()) != shown:
            log.info("the box has a new certificate")
            front.show(tls)
            shown = fresh
        looked()
