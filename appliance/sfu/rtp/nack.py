"""Which packets of a producer are missing, and when to ask for them (again).

The first request goes out as soon as the gap is seen: on one UDP path packets rarely overtake each other, and a late
repair is no repair. What does not come is asked for again after a round trip, a few times, then given up for a key frame.
"""

# Ten tries at 40 ms cover a jitter buffer's patience.
MAX_TRIES = 10
MIN_RETRY_SECONDS = 0.04
# A gap as wide as this is no loss to be repaired packet by packet; a key frame is cheaper.
MAX_MISSING = 128


# What one viewer gets of one packet. A browser asks ten times (`kMaxNackRetries` of libwebrtc), its line lets some through.
MAX_REPEATS = 10
MIN_REPEAT_SECONDS = 0.01
# As many packets as the history holds.
_REMEMBERED = 512


class NackGenerator:
    """The gaps of one stream; numbers are extended sequence numbers, times are seconds."""

    __slots__ = ("_waiting", "gave_up")

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[int, float]] = {}
        self.gave_up = False

    def __bool__(self) -> bool:
        return bool(self._waiting) or self.gave_up

    def gap(self, first: int, end: int) -> None:
        """Everything from `first` up to, but without, `end` has not come."""
        if end - first > MAX_MISSING or len(self._waiting) + end - first > MAX_MISSING:
            self._waiting.clear()
            self.gave_up = True
            return
        for number in range(first, end):
            self._waiting[number] = (0, 0.0)

    def arrived(self, number: int) -> bool:
        """A late packet is here; True if it was missed."""
        return self._waiting.pop(number, None) is not None

    def due(self, now: float, round_trip: float) -> list[int]:
        """What to ask for now, in ascending order; asking is counted."""
        asked: list[int] = []
        wait = max(round_trip, MIN_RETRY_SECONDS)
        for number, (tries, last) in list(self._waiting.items()):
            if tries and now - last < wait:
                continue
            if tries >= MAX_TRIES:
                del self._waiting[number]
                self.gave_up = True
                continue
            self._waiting[number] = (tries + 1, now)
            asked.append(number)
        return sorted(asked)

    def key_frame_received(self) -> None:
        """A key frame came: nothing before it matters any more."""
        self._waiting.clear()
        self.gave_up = False


class Repeats:
    """What was sent to one viewer again: not faster than it can be there, and not for ever."""

    __slots__ = ("_sent",)

    def __init__(self) -> None:
        self._sent: dict[int, tuple[int, float]] = {}

    def due(self, number: int, now: float, round_trip: float) -> bool:
        """Whether to send the packet of this number again; saying so is counted."""
        times, last = self._sent.pop(number, (0, 0.0))
        # Half of it: what the viewer measures may be less than what we do.
        due = not times or (times < MAX_REPEATS and now - last >= max(round_trip / 2, MIN_REPEAT_SECONDS))
        self._sent[number] = (times + 1, now) if due else (times, last)
        if len(self._sent) > _REMEMBERED:
            del self._sent[next(iter(self._sent))]
        return due
