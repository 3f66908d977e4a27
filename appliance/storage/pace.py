"""Whether a COMMIT may run where everybody waits for it, learnt from how long the last ones took.

On an SD card it takes tens of milliseconds and belongs into a thread; on a good SSD it is over before a thread would have been
woken. Nothing is known of a card but how it behaved, so trust is earned slowly and lost at once.
"""

# A tenth of what a person could notice, and more than an NVMe disk or a power-protected SSD takes.
QUICK_SECONDS = 0.002
TRUST_AFTER = 64
DISTRUST_FOR = 1024


class Pace:
    """What the storage has shown of itself."""

    def __init__(self) -> None:
        self._quick_ones = 0

    @property
    def is_quick(self) -> bool:
        return self._quick_ones >= TRUST_AFTER

    def took(self, seconds: float) -> None:
        """A COMMIT is over, after so long."""
        if seconds > QUICK_SECONDS:
            self._quick_ones = TRUST_AFTER - DISTRUST_FOR if self.is_quick else min(self._quick_ones, 0)
        else:
            self._quick_ones += 1
