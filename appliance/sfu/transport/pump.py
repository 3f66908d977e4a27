"""When to look at a socket: at once while little arrives, every other millisecond while much does.

Waking up costs more than forwarding a packet, and on a small board it is what a busy call would mostly do. Two milliseconds are
a tenth of one Opus frame; whoever sends at that rate does not notice them.
"""

import asyncio
import time

from appliance.sfu.transport.plain import PlainForwarder
from appliance.sfu.transport.udp import Endpoint

_PAUSE_SECONDS = 0.002
# Woken again within this time, it is worth to wait for company.
_BUSY_SECONDS = 0.004


class Pump:
    """Drives the forwarder from one endpoint."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, endpoint: Endpoint, forwarder: PlainForwarder
    ) -> None:
        self._loop = loop
        self._endpoint = endpoint
        self._forwarder = forwarder
        self._descriptor = endpoint.socket.fileno()
        self._looked_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._loop.add_reader(self._descriptor, self._woken)

    def stop(self) -> None:
        self._loop.remove_reader(self._descriptor)
        if self._timer is not None:
            self._timer.cancel()

    def _woken(self) -> None:
        self._forwarder.readable(self._endpoint)
        now = time.monotonic()
        if now - self._looked_at < _BUSY_SECONDS:
            self._loop.remove_reader(self._descriptor)
            self._timer = self._loop.call_later(_PAUSE_SECONDS, self._look)
        self._looked_at = now

    def _look(self) -> None:
        if self._forwarder.readable(self._endpoint):
            self._timer = self._loop.call_later(_PAUSE_SECONDS, self._look)
            return
        self._timer = None
        self._loop.add_reader(self._descriptor, self._woken)
