"""The two TCP ports: HTTPS for everything, plain HTTP for the page that explains it.

A home's router gives the box another address from time to time, and the certificate must name it. Granian reads a
certificate only when it starts, so the HTTPS listener is closed and opened again around a new one; clients come back
and resume, and calls, which have their own port, do not notice.
"""

import asyncio
import logging
from contextlib import suppress
from pathlib import Path

from granian.constants import Interfaces, SSLProtocols
from granian.server.embed import Server

from appliance.asgi import Application
from appliance.network import addresses, certificates
from appliance.network.certificates import Certificates

log = logging.getLogger(__name__)

# Granian counts connections that wait to be accepted; a household reconnects at once after a power cut.
_BACKLOG = 256
_CLOSING_SECONDS = 2.0
# A new lease is rare; whoever cannot wait a minute sends SIGHUP.
_LOOK_SECONDS = 60.0


class Listener:
    """One port with an application behind it; over TLS if it is given certificates."""

    def __init__(self, target: Application, address: str, port: int) -> None:
        self._target = target
        self._address = address
        self._port = port
        self._server: Server | None = None
        self._serving: asyncio.Task[None] | None = None

    def open(self, tls: Certificates | None = None) -> None:
        self._server = Server(
            self._target,
            address=self._address,
            port=self._port,
            interface=Interfaces.ASGINL,
            backlog=_BACKLOG,
            log_access=False,
            log_enabled=False,
            ssl_cert=tls.chain if tls else None,
            ssl_key=tls.key if tls else None,
            ssl_protocol_min=SSLProtocols.tls12,
        )
        self._serving = asyncio.create_task(self._server.serve())

    async def close(self) -> None:
        """Stop listening; open WebSockets are dropped without a word."""
        if self._server is None or self._serving is None:
            return
        self._server.stop()  # type: ignore[no-untyped-call]  # granian leaves it without annotations
        with suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(self._serving, _CLOSING_SECONDS)


async def keep_named(listener: Listener, folder: Path, hostname: str, look: asyncio.Event) -> None:
    """Look once a minute, or when `look` is set, whether the certificate still names every address; for ever."""
    shown = (folder / "box.crt").read_bytes()
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(look.wait(), _LOOK_SECONDS)
        look.clear()
        tls = await asyncio.to_thread(certificates.ensure, folder, hostname, addresses.all_addresses())
        if (fresh := tls.chain.read_bytes()) != shown:
            log.info("the box has a new certificate; opening HTTPS with it")
            await listener.close()
            listener.open(tls)
            shown = fresh
