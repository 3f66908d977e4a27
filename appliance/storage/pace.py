"""Whether a COMMIT may run where everybody waits for it, learnt from how long the last ones took.

On an SD card it takes tens of milliseconds and belongs into a thread; on a good SSD it is over before a thread would have been
woken. Nothing is known of a card but how it behaved, so trust is earned slowly and lost at once; for how long, depends on
whether it was the first time. A disk of a PC has one long moment in some hundred, and going without it for a thousand
costs a quarter more than such a moment is worth.
"""

# A trip to the thread and back costs about as much; nobody notices either.
QUICK_SECONDS = 0.0015
# A fiftieth of a second is what somebody could notice: a card that tidies up, or a disk that sleeps.
LONG_SECONDS = 0.02
TRUST_AFTER = 64
# Twice within so many is no accident any more, and costs the trust for as many.
OFTEN = 1024
_WEIGHT = 1 / 16


class Pace:
    """What the storage has shown of itself."""

    def __init__(self) -> None:
        self._mean = LONG_SECONDS
        self._left = TRUST_AFTER
        self._since_long = OFTEN

    @property
    def is_quick(self) -> bool:
        return self._left <= 0 and self._mean < QUICK_SECONDS

    def took(self, seconds: float) -> None:
        """A COMMIT is over, after so long."""
        self._mean += (seconds - self._mean) * _WEIGHT
        self._left -= 1
        self._since_long += 1
        if seconds > LONG_SECONDS:
            self._left = TRUST_AFTER if self._since_long > OFTEN else OFTEN
            self._since_long = 0
