"""The last packets of a producer, for subscribers that ask again (RFC 4585 NACK).

One history per producer, not per subscriber: all are sent the same bytes behind the header.
"""

# At 2.5 Mbit/s and 1200 bytes a packet this is two seconds, twice what a receiver's jitter buffer waits.
HISTORY_PACKETS = 512
_MASK = HISTORY_PACKETS - 1


class History:
    """A ring of packets by extended sequence number."""

    __slots__ = ("_numbers", "_packets")

    def __init__(self) -> None:
        self._numbers = [-1] * HISTORY_PACKETS
        self._packets: list[bytes] = [b""] * HISTORY_PACKETS

    def put(self, number: int, packet: bytes) -> bool:
        """Remember a packet; False if it is there already or the ring has gone past it."""
        slot = number & _MASK
        if self._numbers[slot] >= number:
            return False
        self._numbers[slot] = number
        self._packets[slot] = packet
        return True

    def get(self, number: int) -> bytes | None:
        """The packet of that number, if the ring still has it."""
        slot = number & _MASK
        return self._packets[slot] if self._numbers[slot] == number else None

    def clear(self) -> None:
        """Forget everything: the source starts anew with other numbers."""
        self._numbers[:] = [-1] * HISTORY_PACKETS
        self._packets[:] = [b""] * HISTORY_PACKETS
