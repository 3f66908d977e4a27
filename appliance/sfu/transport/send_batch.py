"""What goes to one peer in one turn of the pump, whoever it comes from, in as few messages as can be.

Handing a message to the kernel costs more than encrypting a packet. With UDP segmentation one message carries several
datagrams, which the kernel or the network card cuts apart: all of one size, only the last may be shorter.
"""

from typing import Any, Final

from appliance.sfu.transport import srtp
from appliance.sfu.transport.mmsghdr import (
    HEADER,
    IOVEC,
    SLOT_BYTES,
    Path,
    address_of,
    segment_control,
    set_segment_bytes,
    vectors,
)

# Full before the turn ends, a batch departs early. Sixteen packets are a picture of moderate size, and well under the 64 KiB
# that one message may have.
BATCH_SLOTS: Final = 16
# index in `lengths` of a slot's length: the second word of its iovec
_LENGTH_WORD = 1


class SendBatch:
    """Packets to one peer, encrypted in place, and the message headers that send them; `Endpoint.flush` empties it.

    To add one, take `slots[count]`, and raise `count` only when the slot holds what may be sent.
    """

    __slots__ = (
        "_controls",
        "_first_vector",
        "_heads",
        "_keys",
        "_segment_bytes",
        "_vectors",
        "count",
        "lengths",
        "memory",
        "path",
        "segments",
        "session",
        "slots",
    )

    def __init__(self, path: Path, keys: srtp.Keys) -> None:
        self.path = path
        # Held, as the handle lives no longer.
        self._keys = keys
        self.session = keys.outbound_handle
        self.count = 0
        self.segments = path.endpoint.segments
        self.memory = bytearray(BATCH_SLOTS * SLOT_BYTES)
        self._vectors = vectors(self.memory, BATCH_SLOTS)
        self._first_vector = address_of(self._vectors)
        self.lengths = memoryview(self._vectors).cast("Q")
        # The cipher writes a packet's new length where the kernel reads it: a length is 64 bits there and 32 here, the
        # lower half first on every board that we run on.
        lengths = srtp.pointers(self._vectors, IOVEC.size // 2)
        words = range(_LENGTH_WORD, 2 * BATCH_SLOTS, 2)
        self.slots: list[tuple[int, Any, int, Any]] = [
            (slot * SLOT_BYTES, pointer, word, srtp.ffi.cast("int *", lengths[word]))
            for slot, (pointer, word) in enumerate(
                zip(srtp.pointers(self.memory, SLOT_BYTES), words, strict=True)
            )
        ]
        # For a message that begins at this slot: how it is to be cut.
        self._controls = [segment_control(path) for _ in range(BATCH_SLOTS)]
        self._segment_bytes = [0] * BATCH_SLOTS
        # And its header, by how many slots it has.
        self._heads: list[dict[int, bytes]] = [{} for _ in range(BATCH_SLOTS)]

    def messages(self) -> list[tuple[int, int]]:
        """What waits, as messages: the first slot of each, and how many."""
        if self.segments:
            return cuts(self._sizes())
        return singles(0, self.count)

    def headers(self) -> bytes:
        """The headers of what waits, good until the batch is filled anew."""
        count = self.count
        if count == 1:
            return self._header(0, 1)
        if self.segments:
            sizes = self._sizes()
            # As good as always so, and quicker told than cut.
            if sizes.count(sizes[0]) == count:
                return self._header(0, count)
        return b"".join([self._header(first, several) for first, several in self.messages()])

    def single_headers(self, first: int, count: int) -> bytes:
        """The headers of these slots, each as a message of its own."""
        return b"".join([self._header(slot, 1) for slot, _ in singles(first, count)])

    def _sizes(self) -> list[int]:
        return self.lengths[_LENGTH_WORD : 2 * self.count : 2].tolist()

    def _header(self, first: int, count: int) -> bytes:
        if count > 1:
            size = self.lengths[2 * first + _LENGTH_WORD]
            if self._segment_bytes[first] != size:
                self._segment_bytes[first] = size
                set_segment_bytes(self._controls[first], size)
        head = self._heads[first].get(count)
        if head is None:
            head = self._heads[first][count] = self._new_header(first, count)
        return head

    def _new_header(self, first: int, count: int) -> bytes:
        vector = self._first_vector + first * IOVEC.size
        control = self._controls[first]
        head = HEADER.pack(0, 0, vector, count, address_of(control), len(control), 0, 0)
        return self.path.head + head[16:32] + (head[32:48] if count > 1 else self.path.tail) + head[48:]


def cuts(sizes: list[int]) -> list[tuple[int, int]]:
    """Datagrams of these sizes, in this order, as messages that can be cut apart: the first of each, and how many."""
    messages: list[tuple[int, int]] = []
    first = 0
    for index in range(1, len(sizes)):
        # A shorter one ends its message, a longer one begins another.
        if sizes[index] > sizes[first] or sizes[index - 1] < sizes[first]:
            messages.append((first, index - first))
            first = index
    messages.append((first, len(sizes) - first))
    return messages


def singles(first: int, count: int) -> list[tuple[int, int]]:
    """The same slots, each as a message of its own."""
    return [(slot, 1) for slot in range(first, first + count)]
