"""Who may begin a TLS handshake, and when: a handshake costs more than anything else that a stranger can ask for.

So many at once and then so many a second, and whoever has to wait is let in address by address: one with a thousand
connections takes turns with one that has a single one.
"""

from collections import OrderedDict, deque
from collections.abc import Callable


class HandshakeQueue:
    """No I/O: `clock` counts seconds, and `later` calls somebody back after some."""

    def __init__(
        self,
        burst: int,
        per_second: float,
        clock: Callable[[], float],
        later: Callable[[float, Callable[[], None]], object],
    ) -> None:
        self._burst, self._per_second = burst, per_second
        self._clock, self._later = clock, later
        self._left, self._counted_at = float(burst), clock()
        self._is_expected = False
        self._waiting: OrderedDict[str, deque[Callable[[], None]]] = OrderedDict()

    def come(self, address: str, begin: Callable[[], None]) -> None:
        """Have `begin` called: now, or when it is this address's turn."""
        if not self._waiting and self._take():
            begin()
            return
        self._expect_turn()
        self._waiting.setdefault(address, deque()).append(begin)

    def leave(self, address: str, begin: Callable[[], None]) -> None:
        """Give a turn up; of a flood that is cut as it comes nothing may be left waiting here."""
        queue = self._waiting.get(address)
        if queue is None or begin not in queue:
            return
        queue.remove(begin)
        if not queue:
            del self._waiting[address]

    def _expect_turn(self) -> None:
        if not self._is_expected:
            self._is_expected = True
            self._later(1 / self._per_second, self._go_on)

    def _go_on(self) -> None:
        self._is_expected = False
        while self._waiting and self._take():
            address, queue = self._waiting.popitem(last=False)
            begin = queue.popleft()
            if queue:
                self._waiting[address] = queue
            begin()
        if self._waiting:
            self._expect_turn()

    def _take(self) -> bool:
        now = self._clock()
        earned = (now - self._counted_at) * self._per_second
        self._left, self._counted_at = min(self._left + earned, self._burst), now
        # Of a clock's rounding.
        if self._left < 1 - 1e-6:
            return False
        self._left -= 1
        return True
