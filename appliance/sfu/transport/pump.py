"""When to look at a socket: at once, but never more often than every few milliseconds.

Waking up costs more than forwarding a packet, and what arrived together leaves together, in fewer messages. On a small board
that is most of a busy call's work. What waits, waits half of the pause on average, and not for more than a third of an Opus frame.
That the frame is a multiple of the pause spares voices a jitter: each frame of one waits as long as the one before.
"""

import asyncio
import os
import time

from appliance.sfu.transport.plain import PlainForwarder
from appliance.sfu.transport.udp import IN_SLOTS, Endpoint

# A third of 20 ms. With a quarter a forwarded packet costs a fifth more where a core that wakes up is slow at first
# (docs/adr/0002-the-sfu-always-offers.md).
PAUSE_NANOSECONDS = 20_000_000 // 3
# Pictures of a few people come less than ten milliseconds apart. To look in vain costs less than to begin anew with each.
_LOOKS_IN_VAIN = 3


class Pump:
    """Drives the forwarder from one endpoint.

    By a timer of the kernel and not of the loop: that one would be made anew for every pause, and counts whole milliseconds.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, endpoint: Endpoint, forwarder: PlainForwarder
    ) -> None:
        self._loop = loop
        self._endpoint = endpoint
        self._forwarder = forwarder
        self._descriptor = endpoint.socket.fileno()
        self._look_again_at = 0
        self._in_vain = 0
        self._more: asyncio.Handle | None = None
        self._timer = os.timerfd_create(time.CLOCK_MONOTONIC, flags=os.TFD_NONBLOCK | os.TFD_CLOEXEC)

    def start(self) -> None:
        self._loop.add_reader(self._timer, self._on_tick)
        self._loop.add_reader(self._descriptor, self._on_arrival)

    def stop(self) -> None:
        self._loop.remove_reader(self._descriptor)
        self._loop.remove_reader(self._timer)
        os.close(self._timer)
        if self._more is not None:
            self._more.cancel()

    def _on_arrival(self) -> None:
        now = time.monotonic_ns()
        if now < self._look_again_at:
            # Much arrives: from now on the timer says when to look.
            self._loop.remove_reader(self._descriptor)
            self._tick(self._look_again_at - now, PAUSE_NANOSECONDS)
            return
        self._look_again_at = now + PAUSE_NANOSECONDS
        self._look()

    def _on_tick(self) -> None:
        os.read(self._timer, 8)
        if self._look():
            self._in_vain = 0
            return
        self._in_vain += 1
        if self._in_vain == _LOOKS_IN_VAIN:
            self._in_vain = 0
            self._tick(0, 0)
            self._loop.add_reader(self._descriptor, self._on_arrival)

    def _look(self) -> int:
        """How many datagrams there were; what one look cannot hold does not wait for the next pause to end."""
        taken = self._forwarder.readable(self._endpoint)
        if taken == IN_SLOTS:
            self._more = self._loop.call_soon(self._look)
        return taken

    def _tick(self, initial: int, interval: int) -> None:
        """After so many nanoseconds, and then again and again; zero stops it."""
        os.timerfd_settime_ns(self._timer, initial=initial, interval=interval)
