"""Sixteen-bit sequence numbers: how far apart, how often wrapped, and how a stream continues under another source.

A subscriber may be deaf for a while, and a publisher's browser may begin anew under another ssrc. For the subscriber it stays
one stream: numbers and timestamps go on where they stopped, or its jitter buffer and SRTP rollover counter lose their way.
"""


def distance(later: int, earlier: int) -> int:
    """How far `later` is ahead of `earlier`, from -32768 to 32767."""
    return ((later - earlier + 0x8000) & 0xFFFF) - 0x8000


def extend(highest: int, sequence: int) -> int:
    """The full number nearest to `highest` whose low sixteen bits are `sequence`."""
    return highest + ((sequence - highest + 0x8000) & 0xFFFF) - 0x8000


class SequenceRewriter:
    """Offsets that make several sources one stream.

    `sequence_offset` and `timestamp_offset` are added to what the current source sends, modulo 2**16 and 2**32.
    """

    __slots__ = (
        "_first",
        "_next_sequence",
        "_next_timestamp",
        "_stopped_at",
        "sequence_offset",
        "timestamp_offset",
    )

    def __init__(self, first_sequence: int, first_timestamp: int) -> None:
        self.sequence_offset = 0
        self.timestamp_offset = 0
        self._next_sequence = first_sequence
        self._next_timestamp = first_timestamp
        self._stopped_at: float | None = None
        self._first = 0

    def start(self, number: int, timestamp: int, clock_rate: int, now: float) -> None:
        """The source goes on from this extended number; map it to where the stream stands (`now` in seconds)."""
        elapsed = 0 if self._stopped_at is None else max(1, int((now - self._stopped_at) * clock_rate))
        self._first = number
        self.sequence_offset = (self._next_sequence - number) & 0xFFFF
        self.timestamp_offset = (self._next_timestamp + elapsed - timestamp) & 0xFFFFFFFF

    def stop(self, number: int, timestamp: int, now: float) -> None:
        """The source's last packet had this extended number and timestamp."""
        self._next_sequence = (number + self.sequence_offset + 1) & 0xFFFF
        self._next_timestamp = (timestamp + self.timestamp_offset) & 0xFFFFFFFF
        self._stopped_at = now

    def source_number(self, sequence: int, highest: int) -> int | None:
        """The source's extended number of a packet of this stream; None if the current source did not send it.

        `highest` is the extended number that the source sent last.
        """
        back = (highest + self.sequence_offset - sequence) & 0xFFFF
        number = highest - back
        return number if number >= self._first else None
