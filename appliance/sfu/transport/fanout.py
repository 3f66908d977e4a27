"""The same packet for several peers, with everything prepared that does not change from packet to packet.

A packet then costs one copy, twelve bytes of header and the cipher per peer. It leaves with all else that goes to that peer
when the pump's turn ends.
"""

import struct
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from appliance.sfu.transport import srtp
from appliance.sfu.transport.send_batch import BATCH_SLOTS, SendBatch

# Leaves room for an authentication tag under every Ethernet's MTU.
MAX_PACKET_BYTES = 1480
_protect = srtp.protect


class Target(NamedTuple):
    """One peer that gets the packets, and what becomes of their numbers."""

    batch: SendBatch
    ssrc: int
    sequence_offset: int
    timestamp_offset: int


class FanOut:
    """Those who get a producer's packets of one payload type."""

    __slots__ = ("_rows", "refused")

    def __init__(self, targets: list[Target]) -> None:
        self._rows: list[tuple[SendBatch, Any, bytearray, memoryview[int], Any, int, int, int]] = [
            (
                target.batch,
                target.batch.session,
                target.batch.memory,
                target.batch.lengths,
                target.batch.slots,
                target.sequence_offset,
                target.timestamp_offset,
                target.ssrc,
            )
            for target in targets
        ]
        self.refused = 0

    def send(self, packet: bytes, sequence: int, timestamp: int) -> int:
        """Rewrite and encrypt a packet into everyone's batch; to how many it will go."""
        size = len(packet)
        if size > MAX_PACKET_BYTES:
            return 0
        write = _writer(size)
        first = packet[:2]
        rest = packet[12:]
        refused = 0
        for batch, session, memory, lengths, slots, sequence_offset, timestamp_offset, ssrc in self._rows:
            slot = batch.count
            if slot == BATCH_SLOTS:
                batch.path.endpoint.depart()
                slot = 0
            at, pointer, word, length = slots[slot]
            write(
                memory,
                at,
                first,
                (sequence + sequence_offset) & 0xFFFF,
                (timestamp + timestamp_offset) & 0xFFFFFFFF,
                ssrc,
                rest,
            )
            lengths[word] = size
            if _protect(session, pointer, length):
                # Never to leave in the clear: the slot stays free, and the peer will ask again.
                refused += 1
                continue
            if not slot:
                batch.path.endpoint.batches.append(batch)
            batch.count = slot + 1
        self.refused += refused
        return len(self._rows) - refused


@cache
def _writer(size: int) -> Callable[..., None]:
    """Writes a packet of this many bytes: two bytes, sequence, timestamp, ssrc, and what follows them."""
    return struct.Struct(f"!2sHII{size - 12}s").pack_into
