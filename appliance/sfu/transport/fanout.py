"""The same packet for several peers through one socket, with everything prepared that does not change from packet to packet.

Message headers, addresses and buffers are made once, when the audience changes. A packet then costs one copy, twelve bytes
of header and the cipher per peer, and one system call for all.
"""

import struct
from typing import Any, NamedTuple

from appliance.sfu.transport import srtp
from appliance.sfu.transport.messages import SEGMENTS, SLOT_BYTES, Messages, Path, Segments

# Leaves room for an authentication tag under every Ethernet's MTU.
MAX_PACKET_BYTES = 1480
# sequence, timestamp, ssrc: bytes 2 to 12 of the header
_REWRITE = struct.Struct("!HII").pack_into
_protect = srtp.protect
_memmove = srtp.ffi.memmove


# packet, sequence number, timestamp
type Sent = tuple[bytes, int, int]


class Target(NamedTuple):
    """One peer that gets the packets, and what becomes of their numbers."""

    path: Path
    keys: srtp.Keys
    ssrc: int
    sequence_offset: int
    timestamp_offset: int


class FanOut:
    """For targets with the same socket and the same SRTP profile."""

    __slots__ = (
        "_endpoint",
        "_length",
        "_memory",
        "_messages",
        "_rows",
        "_segments",
        "_size",
        "_targets",
        "refused",
    )

    def __init__(self, targets: list[Target]) -> None:
        self._endpoint = targets[0].path.endpoint
        # Held, as the messages point into their memory.
        self._targets = targets
        self._messages = Messages(len(targets))
        self._memory = self._messages.memory
        for slot, target in enumerate(targets):
            self._messages.address(slot, target.path)
        pointers = srtp.pointers(self._memory, SLOT_BYTES)
        self._rows: list[tuple[Any, Any, int, int, int, int]] = [
            (
                target.keys.outbound_handle,
                pointer,
                slot * SLOT_BYTES + 2,
                target.sequence_offset,
                target.timestamp_offset,
                target.ssrc,
            )
            for slot, (target, pointer) in enumerate(zip(targets, pointers, strict=True))
        ]
        self._length: Any = srtp.ffi.new("int *")
        self._size = -1
        self._segments: Segments | None = None
        self.refused = 0

    def send_run(self, run: list[Sent]) -> int:
        """Send packets that came together; how many left us."""
        if not self._endpoint.segments:
            return sum(self.send(*sent) for sent in run)
        total = 0
        for piece in pieces(run):
            total += self.send(*piece[0]) if len(piece) == 1 else self._send_segments(piece)
        return total

    def send(self, packet: bytes, sequence: int, timestamp: int) -> int:
        """Rewrite, encrypt and send one packet to all; to how many it went."""
        size = len(packet)
        if size > MAX_PACKET_BYTES:
            return 0
        memory, length = self._memory, self._length
        failed = False
        for session, pointer, at, sequence_offset, timestamp_offset, ssrc in self._rows:
            _memmove(pointer, packet, size)
            _REWRITE(
                memory,
                at,
                (sequence + sequence_offset) & 0xFFFF,
                (timestamp + timestamp_offset) & 0xFFFFFFFF,
                ssrc,
            )
            length[0] = size
            if _protect(session, pointer, length):
                # Never to leave in the clear: the whole packet is dropped, to be asked for again.
                failed = True
        if failed:
            self.refused += 1
            return 0
        if length[0] != self._size:
            self._size = length[0]
            self._messages.resize(self._size)
        count = len(self._rows)
        self._endpoint.send(self._messages.at, count)
        return count

    def _send_segments(self, piece: list[Sent]) -> int:
        """Several packets to each, as one message that is cut on its way out."""
        segments = self._segments
        if segments is None:
            segments = self._segments = Segments([target.path for target in self._targets])
        memory, length = segments.memory, self._length
        base = srtp.ffi.from_buffer("char[]", memory)
        failed = False
        size = last = 0
        slot_at = 0
        for session, _, _, sequence_offset, timestamp_offset, ssrc in self._rows:
            at = slot_at
            size = 0
            for packet, sequence, timestamp in piece:
                pointer = base + at
                count = len(packet)
                _memmove(pointer, packet, count)
                _REWRITE(
                    memory,
                    at + 2,
                    (sequence + sequence_offset) & 0xFFFF,
                    (timestamp + timestamp_offset) & 0xFFFFFFFF,
                    ssrc,
                )
                length[0] = count
                if _protect(session, pointer, length):
                    failed = True
                last = length[0]
                size = size or last
                at += SLOT_BYTES
            slot_at += SEGMENTS * SLOT_BYTES
        if failed:
            self.refused += len(piece)
            return 0
        segments.shape(len(piece), size, last)
        if not self._endpoint.send(segments.at, len(self._rows)):
            # Lost this once; asked for again, it goes out by itself.
            self._endpoint.segments = False
            return 0
        return len(self._rows) * len(piece)


def pieces(run: list[Sent]) -> list[list[Sent]]:
    """Cut a run where segmentation needs it: equal sizes, one shorter at the end, at most SEGMENTS together."""
    result: list[list[Sent]] = []
    size = -1
    for sent in run:
        length = len(sent[0])
        if size >= length and len(result[-1]) < SEGMENTS:
            result[-1].append(sent)
        else:
            result.append([sent])
            size = length
        if length < size or length > MAX_PACKET_BYTES:
            # A shorter one ends its message; an oversized one is `send`'s to refuse.
            size = -1
    return result
