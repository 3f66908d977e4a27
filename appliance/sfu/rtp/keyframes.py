"""When a producer is asked for a key frame.

Five viewers who join together ask five times; an encoder that answers each makes the picture stutter for everybody.
"""

# One key frame serves all who asked within this time; Chromium itself asks no faster than every 300 ms.
MIN_INTERVAL_SECONDS = 0.5
# A request, or the key frame, may be lost: ask again.
REPEAT_SECONDS = 1.0


class KeyFrameRequests:
    """Collects requests for one producer; times are seconds."""

    __slots__ = ("_asked_at", "wanted")

    def __init__(self) -> None:
        self._asked_at = -REPEAT_SECONDS
        # Read for every packet: as long as it holds, packets are looked at for a key frame.
        self.wanted = False

    def want(self) -> None:
        """Someone cannot decode until a key frame comes."""
        self.wanted = True

    def due(self, now: float) -> bool:
        """Whether to ask the producer now; asking is counted."""
        if not self.wanted or now - self._asked_at < MIN_INTERVAL_SECONDS:
            return False
        self._asked_at = now
        return True

    def came(self) -> None:
        """A key frame has arrived."""
        self.wanted = False
