"""RTCP in both directions: what viewers ask for is answered from history or passed on to the publisher, once.

A publisher's reports never reach a viewer as they are: ours speak of our streams, on our clock.
"""

from collections.abc import Mapping
from itertools import batched

from appliance.sfu.budget import REPAIR_SHARE, REPAIRS
from appliance.sfu.codecs.codec import BY_PAYLOAD_TYPE
from appliance.sfu.congestion.allocator import target_bps
from appliance.sfu.kinds import Kind
from appliance.sfu.peer import Peer
from appliance.sfu.routing.consumer import Consumer
from appliance.sfu.routing.producer import Producer
from appliance.sfu.rtp import packet as rtp
from appliance.sfu.rtp import rtcp
from appliance.sfu.rtp.reports import media_time, ntp, round_trip
from appliance.sfu.transport.forwarder import Forwarder

# Our own name in RTCP; a browser only needs it to be none of its streams'.
OUR_SSRC = 1
REPORT_SECONDS = 1.0
# 28 bytes each: a datagram's worth.
_REPORTS_PER_PACKET = 40
_AUDIO_BPS = 128_000
# Sequence numbers of a NACK that cost as much as another part of a compound.
_NUMBERS_PER_PART = 16


class Feedback:
    """The RTCP side of all peers; times are seconds of one monotonic clock."""

    def __init__(self, peers: Mapping[str, Peer], forwarder: Forwarder) -> None:
        self._peers = peers
        self._forwarder = forwarder
        self._troubled: set[Producer] = set()

    def received(self, peer: Peer, data: bytes, now: float) -> None:
        """Act on a compound packet from a peer; malformed ones are dropped."""
        try:
            packets = rtcp.parse(data)
        except rtcp.BadRtcp:
            return
        if not peer.feedback.take(now, sum(_parts(packet) for packet in packets)):
            return
        before = len(self._troubled)
        for packet in packets:
            self._act(peer, packet, now)
        # Everything that is waited for is looked at, so only if this packet has brought something new.
        if len(self._troubled) > before:
            self.ask(now)

    def _act(self, peer: Peer, packet: rtcp.Packet, now: float) -> None:
        match packet:
            case rtcp.SenderReport():
                self._sender_report(peer, packet, now)
                self._blocks(peer, packet.blocks, now)
            case rtcp.ReceiverReport():
                self._blocks(peer, packet.blocks, now)
            case rtcp.Nack():
                self._resend(peer, packet, now)
            case rtcp.KeyFrameRequest():
                self._want_key_frame(peer, packet.media, now)
            case rtcp.Remb():
                peer.viewer.reported_remb(packet.bitrate_bps, now)
            case rtcp.Bye():
                for ssrc in packet.ssrcs:
                    self._forwarder.forget_stream(peer.name, ssrc)

    @staticmethod
    def _sender_report(peer: Peer, report: rtcp.SenderReport, now: float) -> None:
        for producer in peer.participant.producers.values():
            if producer.ssrc == report.ssrc and producer.reception is not None:
                peer.clock.heard(report.ntp, now)
                producer.last_report = report
                producer.reception.heard(report, now)

    @staticmethod
    def _blocks(peer: Peer, blocks: tuple[rtcp.ReportBlock, ...], now: float) -> None:
        if not blocks:
            return
        peer.viewer.reported_loss(max(block.fraction_lost for block in blocks))
        for block in blocks:
            took = round_trip(block, now)
            if took is not None and took < 10:
                peer.round_trip += (took - peer.round_trip) / 4

    def _resend(self, peer: Peer, nack: rtcp.Nack, now: float) -> None:
        consumer = _consumer(peer, nack.media)
        if (
            consumer is None
            or consumer.producer is None
            or not consumer.flowing
            or nack.media != consumer.ssrc
        ):
            return
        producer = consumer.producer
        if producer.reception is None:
            return
        for sequence in nack.sequences:
            number = consumer.rewriter.source_number(sequence, producer.reception.highest)
            packet = producer.history.get(number) if number is not None else None
            if number is None or packet is None or not consumer.repeats.due(number, now, peer.round_trip):
                continue
            if not peer.repairs.take(now, len(packet)):
                return
            self._resend_one(consumer, packet)

    def _resend_one(self, consumer: Consumer, packet: bytes) -> None:
        codec = BY_PAYLOAD_TYPE.get(packet[1] & 0x7F)
        if codec is None or codec.rtx_payload_type not in {None, *consumer.payload_types}:
            return
        rewriter = consumer.rewriter
        _, _, sequence, timestamp, _ = rtp.HEADER.unpack_from(packet)
        ours = bytearray(packet)
        rtp.HEADER.pack_into(
            ours,
            0,
            packet[0],
            packet[1],
            (sequence + rewriter.sequence_offset) & 0xFFFF,
            (timestamp + rewriter.timestamp_offset) & 0xFFFFFFFF,
            consumer.ssrc,
        )
        if codec.rtx_payload_type is None:
            self._forwarder.resend(consumer, bytes(ours))
            return
        consumer.rtx_sequence = (consumer.rtx_sequence + 1) & 0xFFFF
        again = rtp.wrap_rtx(bytes(ours), codec.rtx_payload_type, consumer.rtx_sequence, consumer.rtx_ssrc)
        self._forwarder.resend(consumer, again)

    def _want_key_frame(self, peer: Peer, ssrc: int, now: float) -> None:
        consumer = _consumer(peer, ssrc)
        if consumer is None or not consumer.ready or consumer.producer is None:
            return
        producer = consumer.producer
        # One that is wanted already costs nobody anything.
        if producer.is_video and (producer.key_frames.wanted or consumer.key_frames.take(now)):
            producer.key_frames.want()
            self._troubled.add(producer)

    def watch(self, producers: set[Producer]) -> None:
        """These miss packets or owe a key frame: ask now, and again until it is over."""
        self._troubled |= producers

    def ask(self, now: float) -> None:
        """Send what is due of NACKs and key frame requests; to be called every few hundredths of a second."""
        for producer in list(self._troubled):
            peer = self._peers.get(producer.peer)
            if peer is None or producer.ssrc is None:
                self._troubled.discard(producer)
                continue
            wanted = self._due(producer, producer.ssrc, peer, now)
            if wanted:
                self._forwarder.send_rtcp(producer.peer, rtcp.build(wanted))
            if not producer.nack_generator and not producer.key_frames.wanted:
                self._troubled.discard(producer)

    @staticmethod
    def _due(producer: Producer, ssrc: int, peer: Peer, now: float) -> list[rtcp.Packet]:
        packets: list[rtcp.Packet] = []
        missing = producer.nack_generator.due(now, peer.round_trip)
        if missing:
            packets.append(rtcp.Nack(OUR_SSRC, ssrc, tuple(number & 0xFFFF for number in missing)))
        if producer.nack_generator.gave_up:
            producer.nack_generator.key_frame_received()
            if producer.is_video:
                producer.key_frames.want()
        if producer.key_frames.due(now):
            packets.append(rtcp.KeyFrameRequest(OUR_SSRC, ssrc))
        return packets

    def report(self, peer: Peer, now: float) -> None:
        """Tell a peer what arrived of it, what it may send, and what time its viewers' streams show."""
        blocks = tuple(self._reception(peer, now))
        up: list[rtcp.Packet] = [rtcp.ReceiverReport(OUR_SSRC, blocks)] if blocks else []
        video = [
            one for one in peer.participant.producers.values() if one.is_video and one.ssrc and one.reception
        ]
        if video:
            rate = sum(self._target(producer, now) for producer in video) + _AUDIO_BPS
            up.append(rtcp.Remb(OUR_SSRC, rate, tuple(one.ssrc for one in video if one.ssrc)))
        if up:
            self._forwarder.send_rtcp(peer.name, rtcp.build(up))
        for some in batched(self._sender_reports(peer, now), _REPORTS_PER_PACKET, strict=False):
            self._forwarder.send_rtcp(peer.name, rtcp.build(list(some)))
        before, peer.sent_octets = (
            peer.sent_octets,
            sum(consumer.octets for consumer in peer.participant.consumers),
        )
        again = REPAIR_SHARE * (peer.sent_octets - before) / REPORT_SECONDS
        peer.repairs.per_second = max(REPAIRS.per_second, again)
        peer.repairs.burst = max(REPAIRS.burst, again)

    @staticmethod
    def _reception(peer: Peer, now: float) -> list[rtcp.ReportBlock]:
        blocks: list[rtcp.ReportBlock] = []
        for producer in peer.participant.producers.values():
            if producer.reception is None or producer.ssrc is None:
                continue
            block = producer.reception.block(producer.ssrc, now)
            producer.uplink.reported(block.fraction_lost, REPORT_SECONDS)
            producer.measure(REPORT_SECONDS)
            blocks.append(block)
        return blocks

    def _target(self, producer: Producer, now: float) -> int:
        viewers: list[float] = []
        for consumer in producer.consumers:
            viewer = self._peers.get(consumer.peer)
            if viewer is None or not consumer.flowing:
                continue
            sent = sum(one.octets for one in viewer.participant.consumers) - viewer.sent_octets
            share = viewer.viewer.share(sent * 8 / REPORT_SECONDS, now)
            ceiling = producer.uplink.ceiling_bps
            viewers.append(consumer.limit.update(share, producer.bitrate_bps, ceiling, REPORT_SECONDS))
        return target_bps(producer.uplink.bitrate_bps, viewers)

    def _sender_reports(self, peer: Peer, now: float) -> list[rtcp.Packet]:
        reports: list[rtcp.Packet] = []
        for consumer in peer.participant.consumers:
            producer = consumer.producer
            publisher = self._peers.get(producer.peer) if producer is not None else None
            if producer is None or publisher is None or producer.last_report is None or not consumer.flowing:
                continue
            shown = media_time(producer.last_report, publisher.clock, producer.clock_rate, now)
            shown = (shown + consumer.rewriter.timestamp_offset) & 0xFFFFFFFF
            packets, octets = consumer.packets & 0xFFFFFFFF, consumer.octets & 0xFFFFFFFF
            reports.append(rtcp.SenderReport(consumer.ssrc, ntp(now), shown, packets, octets))
        return reports


def _parts(packet: rtcp.Packet) -> int:
    """What a part of a compound costs of its sender's budget."""
    return 1 + len(packet.sequences) // _NUMBERS_PER_PART if isinstance(packet, rtcp.Nack) else 1


def _consumer(peer: Peer, ssrc: int) -> Consumer | None:
    for consumer in peer.participant.consumers:
        if ssrc in (consumer.ssrc, consumer.rtx_ssrc):
            return consumer
    return None


def speaking_changes(peer: Peer, now: float) -> bool | None:
    """Whether the peer has begun (True) or stopped (False) to speak; None if neither."""
    kind: Kind = "mic"
    return peer.participant.producers[kind].speaker.turned(now)
