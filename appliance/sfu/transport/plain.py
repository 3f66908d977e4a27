"""The forwarder in plain Python: one packet in, decrypted in place, a header rewritten and encrypted for each who gets it.

Written for speed where a packet passes (`_forward`, `FanOut.send`): no object is made per forwarded packet, the cipher works
where the kernel sends from, and rules that need doing once are done once per packet and not once per viewer.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

from appliance.sfu.codecs.codec import MEDIA_OF_RTX
from appliance.sfu.router.consumer import Consumer
from appliance.sfu.router.producer import Producer
from appliance.sfu.rtp import packet as rtp
from appliance.sfu.rtp.extensions import keep_only
from appliance.sfu.transport import srtp
from appliance.sfu.transport.fanout import MAX_PACKET_BYTES, FanOut, Target
from appliance.sfu.transport.forwarder import Policy
from appliance.sfu.transport.lane import Lane
from appliance.sfu.transport.messages import SLOT_BYTES, Path
from appliance.sfu.transport.udp import Endpoint

_HEADER = struct.Struct("!BBHII").unpack_from
_MAX_STREAMS_PER_PEER = 32
# A header's first byte without padding, extension or contributing sources.
_BARE = 0x80

_unprotect = srtp.unprotect
_unprotect_rtcp = srtp.unprotect_rtcp


class _Link:
    """A peer: its keys, its way, and the streams that it sends."""

    __slots__ = ("addresses", "inbound", "keys", "lane", "path", "peer", "streams")

    def __init__(self, peer: str) -> None:
        self.peer = peer
        self.keys: srtp.Keys | None = None
        self.inbound: Any = None
        self.path: Path | None = None
        self.lane: Lane | None = None
        self.addresses: set[bytes] = set()
        self.streams: dict[int, _Stream] = {}

    def lay(self) -> None:
        """A lane for the way and the keys as they are now; what waits in the former one still goes."""
        if self.path is not None and self.keys is not None:
            self.lane = Lane(self.path, self.keys)


class _Stream:
    """One ssrc of a publisher, and the prepared table of who gets which payload type."""

    __slots__ = ("generation", "producer", "retransmits", "tables", "version")

    def __init__(self, producer: Producer, *, retransmits: bool) -> None:
        self.producer = producer
        self.retransmits = retransmits
        self.version = -1
        self.generation = -1
        self.tables: dict[int, FanOut] = {}


class PlainForwarder:
    """See `forwarder.Forwarder` for what each method promises."""

    def __init__(self, endpoints: Sequence[Endpoint], policy: Policy, clock: Callable[[], float]) -> None:
        self._policy = policy
        self._clock = clock
        self._links: dict[str, _Link] = {}
        self._by_key: dict[bytes, _Link] = {}
        self._endpoints = list(endpoints)
        self._inbound = {
            id(one): (memoryview(one.inbound), srtp.pointers(one.inbound, SLOT_BYTES)) for one in endpoints
        }
        self._length: Any = srtp.ffi.new("int *")
        self._scratch = bytearray(SLOT_BYTES)
        self._scratch_at: Any = srtp.ffi.from_buffer("char[]", self._scratch)
        self._trouble: set[Producer] = set()
        # Rises when a peer's way or keys change: every table is made anew.
        self._generation = 0
        self.forwarded = 0
        self.refused = 0

    def open(self, peer: str) -> None:
        self._links[peer] = _Link(peer)

    def close(self, peer: str) -> None:
        link = self._links.pop(peer, None)
        if link is None:
            return
        self._generation += 1
        for key in link.addresses:
            if self._by_key.get(key) is link:
                del self._by_key[key]

    def accept_from(self, peer: str, path: Path) -> None:
        link = self._links[peer]
        key = path.key[:8] if len(path.key) == 16 else path.key
        before = self._by_key.get(key)
        if before is not link:
            # The same address under another peer: a browser that left and came back through the same router port.
            if before is not None:
                before.addresses.discard(key)
            self._by_key[key] = link
            link.addresses.add(key)

    def send_to(self, peer: str, path: Path) -> None:
        link = self._links[peer]
        link.path = path
        link.lay()
        self._generation += 1

    def secure(self, peer: str, keys: srtp.Keys) -> None:
        link = self._links[peer]
        link.keys = keys
        link.inbound = keys.inbound_handle
        link.lay()
        self._generation += 1

    def forget_stream(self, peer: str, ssrc: int) -> None:
        link = self._links.get(peer)
        if link is not None:
            link.streams.pop(ssrc, None)

    def readable(self, endpoint: Endpoint) -> int:
        """Take what has arrived at a socket and send what follows from it; how many datagrams there were."""
        count = endpoint.receive()
        now = self._clock()
        lengths = endpoint.lengths
        inbound, pointers = self._inbound[id(endpoint)]
        for slot in range(count):
            at = slot * SLOT_BYTES
            length = lengths[16 * slot + 14]
            if not 128 <= inbound[at] < 192:
                self._control(endpoint, slot, bytes(inbound[at : at + length]))
                continue
            link = self._by_key.get(endpoint.key(slot))
            if link is None or link.inbound is None or length < 12:
                continue
            is_rtcp = 192 <= inbound[at + 1] < 224
            self._length[0] = length
            if (_unprotect_rtcp if is_rtcp else _unprotect)(link.inbound, pointers[slot], self._length):
                self.refused += 1
                continue
            packet = bytes(inbound[at : at + self._length[0]])
            if is_rtcp:
                self._policy.on_rtcp(link.peer, packet)
            else:
                self._forward(link, packet, now)
        if self._trouble:
            trouble, self._trouble = self._trouble, set()
            self._policy.on_trouble(trouble)
        self.flush()
        return count

    def _control(self, endpoint: Endpoint, slot: int, data: bytes) -> None:
        """RFC 7983: STUN is 0 to 3, DTLS 20 to 63; the rest is nobody's."""
        if not data:
            return
        if data[0] < 4:
            self._policy.on_stun(data, endpoint.path(slot))
        elif 20 <= data[0] < 64:
            link = self._by_key.get(endpoint.key(slot))
            if link is not None:
                self._policy.on_dtls(link.peer, data)

    def _forward(self, link: _Link, packet: bytes, now: float) -> None:  # noqa: C901  per packet, a call costs more than a branch
        """One decrypted packet, on its way to all who get it."""
        first, _, _, _, ssrc = _HEADER(packet)
        stream = link.streams.get(ssrc) or self._new_stream(link, packet, ssrc)
        if stream is None:
            return
        producer = stream.producer
        if stream.retransmits:
            packet = _recover(packet, producer)
            stream = link.streams.get(producer.ssrc or 0)
        elif first != _BARE:
            packet = producer.clean(packet, now)
        if not packet or stream is None or not producer.allowed:
            return
        _, second, sequence, timestamp, _ = _HEADER(packet)
        number = producer.take(packet, sequence, timestamp, now)
        if number < 0:
            return
        if producer.missing or producer.waiting or producer.key_frames.wanted:
            self._attend(producer, packet, number, timestamp, now)
        if stream.version != producer.version or stream.generation != self._generation:
            self._prepare(stream)
        fan_out = stream.tables.get(second & 0x7F)
        if fan_out is not None:
            self.forwarded += fan_out.send(packet, sequence, timestamp)

    def _attend(self, producer: Producer, packet: bytes, number: int, timestamp: int, now: float) -> None:
        """Some packet is missed, or somebody waits to be let in."""
        producer.welcome(packet, number, timestamp, now)
        if producer.missing or producer.key_frames.wanted:
            self._trouble.add(producer)

    def _new_stream(self, link: _Link, packet: bytes, ssrc: int) -> _Stream | None:
        if len(link.streams) >= _MAX_STREAMS_PER_PEER:
            return None
        found = self._policy.on_new_stream(link.peer, packet)
        if found is None:
            return None
        stream = _Stream(found[0], retransmits=found[1])
        link.streams[ssrc] = stream
        return stream

    def _prepare(self, stream: _Stream) -> None:
        """Make the table anew: who gets which payload type, with everything that the loop needs."""
        producer = stream.producer
        stream.version = producer.version
        stream.generation = self._generation
        targets: dict[int, list[Target]] = {}
        for consumer in producer.consumers:
            link = self._links.get(consumer.peer)
            if link is None or link.lane is None or not consumer.flowing:
                continue
            splice = consumer.splice
            target = Target(link.lane, consumer.ssrc, splice.sequence_offset, splice.timestamp_offset)
            for payload_type in consumer.payload_types:
                targets.setdefault(payload_type, []).append(target)
        stream.tables = {payload_type: FanOut(some) for payload_type, some in targets.items()}

    def resend(self, consumer: Consumer, packet: bytes) -> None:
        link = self._links.get(consumer.peer)
        if link is not None:
            self._send_protected(link, packet, srtp.protect)

    def send_rtcp(self, peer: str, compound: bytes) -> None:
        link = self._links.get(peer)
        if link is not None:
            self._send_protected(link, compound, srtp.protect_rtcp)

    def _send_protected(self, link: _Link, packet: bytes, protect: Any) -> None:
        if link.path is None or link.keys is None or len(packet) > MAX_PACKET_BYTES:
            return
        self._scratch[: len(packet)] = packet
        self._length[0] = len(packet)
        if protect(link.keys.outbound_handle, self._scratch_at, self._length):
            self.refused += 1
            return
        link.path.endpoint.queue(link.path, bytes(self._scratch[: self._length[0]]))

    def send_raw(self, path: Path, data: bytes) -> None:
        path.endpoint.queue(path, data)

    def flush(self) -> None:
        for endpoint in self._endpoints:
            endpoint.flush()


def _recover(packet: bytes, producer: Producer) -> bytes:
    """The packet inside a retransmission; empty if there is none."""
    payload_type = MEDIA_OF_RTX.get(packet[1] & 0x7F)
    if payload_type is None or producer.ssrc is None:
        return b""
    try:
        recovered = rtp.unwrap_rtx(packet, payload_type, producer.ssrc)
        # Of its extensions nothing matters any more.
        return keep_only(recovered, 0) if recovered else b""
    except rtp.BadPacket:
        return b""
