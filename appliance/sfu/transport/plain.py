"""The forwarder in plain Python: one packet in, decrypted in place, a header rewritten and encrypted for each who gets it.

Written for speed where a packet passes (`_forward`, `FanOut.send`): no object is made per forwarded packet, the cipher works
where the kernel sends from, and rules that need doing once are done once per packet and not once per viewer.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from appliance.sfu.budget import NEW_REPORTERS, NEW_STREAMS, PACKETS, RTCP_DATAGRAMS, Bucket
from appliance.sfu.codecs.codec import MEDIA_OF_RTX
from appliance.sfu.routing.consumer import Consumer
from appliance.sfu.routing.producer import Producer
from appliance.sfu.rtp import packet as rtp
from appliance.sfu.rtp.extensions import keep_only
from appliance.sfu.transport import srtp
from appliance.sfu.transport.fanout import MAX_PACKET_BYTES, FanOut, Target
from appliance.sfu.transport.forwarder import Policy
from appliance.sfu.transport.mmsghdr import SLOT_BYTES, Path
from appliance.sfu.transport.send_batch import SendBatch
from appliance.sfu.transport.udp import Endpoint

_HEADER = struct.Struct("!BBHII").unpack_from
_SSRC = struct.Struct("!I").unpack_from
# Of a peer's ssrcs so many are known, to us and to the cipher; more push the oldest out. Four slots and a report for each
# m-line of a house of fifty fit in.
_MAX_SSRCS = 256
# And of those that are nobody's so many are remembered, to be dropped before they are deciphered.
_MAX_REFUSED = 64
# The addresses from which a peer's packets are taken: each of its interfaces, in two protocols, before and after a change.
_MAX_ADDRESSES = 16
# A header's first byte without padding, extension or contributing sources.
_BARE = 0x80

_unprotect = srtp.unprotect
_unprotect_rtcp = srtp.unprotect_rtcp


class _Link:
    """A peer: its keys, its way, and the streams that it sends."""

    __slots__ = (
        "addresses",
        "batch",
        "dropped",
        "inbound",
        "keys",
        "known",
        "new_reporters",
        "new_streams",
        "packets_left",
        "path",
        "peer",
        "refused",
        "rtcp_left",
        "streams",
    )

    def __init__(self, peer: str, now: float) -> None:
        self.peer = peer
        # Filled with every tick, and compared with zero for each packet: nothing cheaper would count them.
        self.packets_left: float = PACKETS.burst
        self.rtcp_left: float = RTCP_DATAGRAMS.burst
        self.dropped = 0
        self.new_streams = Bucket(NEW_STREAMS, now)
        self.new_reporters = Bucket(NEW_REPORTERS, now)
        # What libsrtp keeps a context of, oldest first; all of `streams` are among them.
        self.known: dict[int, None] = {}
        self.refused: dict[int, None] = {}
        self.keys: srtp.Keys | None = None
        self.inbound: Any = None
        self.path: Path | None = None
        self.batch: SendBatch | None = None
        self.addresses: dict[bytes, None] = {}
        self.streams: dict[int, _Stream] = {}

    def renew_batch(self) -> None:
        """A batch for the way and the keys as they are now; what waits in the former one still goes."""
        if self.path is not None and self.keys is not None:
            self.batch = SendBatch(self.path, self.keys)

    def replenish(self, seconds: float) -> bool:
        """Fill its budgets; whether it has sent more than them since the last time."""
        self.packets_left = min(PACKETS.burst, self.packets_left + seconds * PACKETS.per_second)
        self.rtcp_left = min(RTCP_DATAGRAMS.burst, self.rtcp_left + seconds * RTCP_DATAGRAMS.per_second)
        flooded, self.dropped = self.dropped > 0, 0
        return flooded

    def may_meet(self, ssrc: int, now: float, *, reports: bool) -> bool:
        """Whether to decipher a packet of an ssrc that has no stream; that is paid for."""
        if reports:
            return ssrc in self.known or self.new_reporters.take(now)
        return ssrc not in self.refused and self.new_streams.take(now)

    def met(self, ssrc: int) -> None:
        """The cipher has a context for this ssrc now."""
        if ssrc in self.known:
            return
        if len(self.known) >= _MAX_SSRCS:
            self.forget(next((one for one in self.known if one not in self.streams), next(iter(self.known))))
        self.known[ssrc] = None

    def refuse(self, ssrc: int) -> None:
        """The ssrc is nobody's: nothing is kept of it but its number."""
        self.forget(ssrc)
        if len(self.refused) >= _MAX_REFUSED:
            del self.refused[next(iter(self.refused))]
        self.refused[ssrc] = None

    def forget(self, ssrc: int) -> None:
        self.known.pop(ssrc, None)
        self.streams.pop(ssrc, None)
        if self.keys is not None:
            self.keys.forget(ssrc)


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
        self._links[peer] = _Link(peer, self._clock())

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
        # The same address under another peer: a browser that left and came back through the same router port.
        if before is not None:
            before.addresses.pop(key, None)
        self._by_key[key] = link
        link.addresses[key] = None
        if len(link.addresses) > _MAX_ADDRESSES:
            # The one from which no check came for the longest time.
            oldest = next(iter(link.addresses))
            del link.addresses[oldest], self._by_key[oldest]

    def send_to(self, peer: str, path: Path) -> None:
        link = self._links[peer]
        link.path = path
        link.renew_batch()
        self._generation += 1

    def secure(self, peer: str, keys: srtp.Keys) -> None:
        link = self._links[peer]
        link.keys = keys
        link.inbound = keys.inbound_handle
        link.renew_batch()
        self._generation += 1

    def forget_stream(self, peer: str, ssrc: int) -> None:
        link = self._links.get(peer)
        if link is not None:
            link.streams.pop(ssrc, None)

    def renegotiated(self, peer: str) -> None:
        link = self._links.get(peer)
        if link is not None:
            link.refused.clear()

    def replenish(self, seconds: float) -> set[str]:
        return {link.peer for link in self._links.values() if link.replenish(seconds)}

    def readable(self, endpoint: Endpoint) -> int:  # noqa: C901  as `_forward`
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
            if 192 <= inbound[at + 1] < 224:
                self._report(link, endpoint, slot, now)
                continue
            if link.packets_left <= 0:
                link.dropped += 1
                continue
            link.packets_left -= 1
            # In the clear also where the packet is not.
            (ssrc,) = _SSRC(inbound, at + 8)
            stream = link.streams.get(ssrc)
            if stream is None and not link.may_meet(ssrc, now, reports=False):
                continue
            self._length[0] = length
            if _unprotect(link.inbound, pointers[slot], self._length):
                self.refused += 1
                if stream is None:
                    link.new_streams.give_back()
                continue
            packet = bytes(inbound[at : at + self._length[0]])
            if stream is None:
                stream = self._new_stream(link, packet, ssrc)
            if stream is not None:
                self._forward(link, stream, packet, now)
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
            link = self._by_key.get(endpoint.key(slot))
            self._policy.on_stun(data, link.peer if link is not None else None, partial(endpoint.path, slot))
        elif 20 <= data[0] < 64:
            link = self._by_key.get(endpoint.key(slot))
            if link is not None:
                self._policy.on_dtls(link.peer, data)

    def _report(self, link: _Link, endpoint: Endpoint, slot: int, now: float) -> None:
        """One datagram of RTCP."""
        if link.rtcp_left <= 0:
            return
        link.rtcp_left -= 1
        inbound, pointers = self._inbound[id(endpoint)]
        at = slot * SLOT_BYTES
        (ssrc,) = _SSRC(inbound, at + 4)
        if not link.may_meet(ssrc, now, reports=True):
            return
        self._length[0] = endpoint.lengths[16 * slot + 14]
        if _unprotect_rtcp(link.inbound, pointers[slot], self._length):
            self.refused += 1
            if ssrc not in link.known:
                link.new_reporters.give_back()
            return
        link.met(ssrc)
        self._policy.on_rtcp(link.peer, bytes(inbound[at : at + self._length[0]]))

    def _forward(self, link: _Link, sent: _Stream, packet: bytes, now: float) -> None:  # noqa: C901  per packet, a call costs more than a branch
        """One decrypted packet, on its way to all who get it."""
        producer = sent.producer
        stream: _Stream | None = sent
        # First: of who is muted nothing is heard, not even how loud it would be.
        if not producer.allowed:
            return
        if sent.retransmits:
            packet = _recover(packet, producer)
            stream = link.streams.get(producer.ssrc or 0)
        elif packet[0] != _BARE:
            packet = producer.clean(packet, now)
        if not packet or stream is None:
            return
        _, second, sequence, timestamp, _ = _HEADER(packet)
        number = producer.record(packet, sequence, timestamp, now)
        if number < 0:
            return
        if producer.nack_generator or producer.waiting or producer.key_frames.wanted:
            self._attend(producer, packet, number, timestamp, now)
        if stream.version != producer.version or stream.generation != self._generation:
            self._prepare(stream)
        fan_out = stream.tables.get(second & 0x7F)
        if fan_out is not None:
            self.forwarded += fan_out.send(packet, sequence, timestamp)

    def _attend(self, producer: Producer, packet: bytes, number: int, timestamp: int, now: float) -> None:
        """Some packet is missed, or somebody waits to be let in."""
        producer.welcome(packet, number, timestamp, now)
        if producer.nack_generator or producer.key_frames.wanted:
            self._trouble.add(producer)

    def _new_stream(self, link: _Link, packet: bytes, ssrc: int) -> _Stream | None:
        link.met(ssrc)
        found = self._policy.on_new_stream(link.peer, packet)
        if found is None:
            link.refuse(ssrc)
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
            if link is None or link.batch is None or not consumer.flowing:
                continue
            rewriter = consumer.rewriter
            target = Target(link.batch, consumer.ssrc, rewriter.sequence_offset, rewriter.timestamp_offset)
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
