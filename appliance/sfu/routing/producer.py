"""What a peer sends in one of its slots: one stream of packets, and its retransmissions.

`version` rises whenever another set of consumers gets its packets, so that a forwarder may keep prepared tables.
"""

from appliance.sfu.budget import PublishedMeter
from appliance.sfu.codecs.codec import BY_PAYLOAD_TYPE, Media
from appliance.sfu.congestion.estimator import UplinkEstimate
from appliance.sfu.kinds import Kind
from appliance.sfu.routing.consumer import Consumer
from appliance.sfu.routing.speakers import Speaker
from appliance.sfu.rtp import packet as rtp
from appliance.sfu.rtp.extensions import AUDIO_LEVEL_ID, audio_level, keep_only
from appliance.sfu.rtp.history import History
from appliance.sfu.rtp.keyframes import KeyFrameRequests
from appliance.sfu.rtp.nack import NackGenerator
from appliance.sfu.rtp.reports import Reception
from appliance.sfu.rtp.rtcp import SenderReport

MEDIA_OF_KIND: dict[Kind, Media] = {
    "mic": "audio",
    "camera": "video",
    "screen": "video",
    "screen_audio": "audio",
}

# Extended numbers begin one round up, so that a packet from before the first one has a number above zero.
_FIRST_ROUND = 0x10000


class Producer:
    """One slot of one peer; lives as long as the peer, whether or not it sends."""

    __slots__ = (
        "_meter",
        "_octets_looked_at",
        "_octets_measured",
        "_packets_looked_at",
        "allowed",
        "bitrate_bps",
        "clock_rate",
        "consumers",
        "history",
        "is_video",
        "key_frames",
        "kind",
        "last_report",
        "media",
        "nack_generator",
        "owner",
        "peer",
        "reception",
        "speaker",
        "ssrc",
        "uplink",
        "version",
        "waiting",
    )

    def __init__(self, peer: str, owner: str, kind: Kind) -> None:
        self.peer = peer
        self.owner = owner
        self.kind: Kind = kind
        self.media = MEDIA_OF_KIND[kind]
        self.is_video = self.media == "video"
        self.clock_rate = 90000 if self.is_video else 48000
        self.allowed = False
        self.ssrc: int | None = None
        self.bitrate_bps = 0.0
        self._octets_measured = 0
        self._meter = PublishedMeter(kind, 0.0)
        self._octets_looked_at = self._packets_looked_at = 0
        self.reception: Reception | None = None
        self.last_report: SenderReport | None = None
        self.history = History()
        self.nack_generator = NackGenerator()
        self.key_frames = KeyFrameRequests()
        self.speaker = Speaker()
        self.uplink = UplinkEstimate(kind)
        self.consumers: list[Consumer] = []
        self.waiting = 0
        self.version = 0

    def begin(self, ssrc: int, now: float) -> None:
        """Its packets come under this ssrc from now on; consumers wait for a place to go on."""
        if self.ssrc == ssrc:
            return
        self.ssrc = ssrc
        for consumer in self.consumers:
            consumer.halt(now)
        self.reception = None
        self._octets_measured = 0
        self._octets_looked_at = self._packets_looked_at = 0
        self.last_report = None
        self.history.clear()
        self.nack_generator = NackGenerator()
        self.changed(now)

    def changed(self, now: float) -> None:
        """Some consumer came, went, paused or is ready: stop and count those who wait, and have tables made anew."""
        self.version += 1
        for consumer in self.consumers:
            if not consumer.ready:
                consumer.halt(now)
        self.waiting = sum(1 for consumer in self.consumers if consumer.ready and not consumer.flowing)
        if self.waiting and self.is_video:
            self.key_frames.want()

    def record(self, packet: bytes, sequence: int, timestamp: int, now: float) -> int:
        """Count a packet in and remember it: its extended number, or -1 if it was here before or is far too late."""
        reception = self.reception
        if reception is None:
            reception = self.reception = Reception(self.clock_rate, sequence + _FIRST_ROUND, timestamp)
        highest = reception.highest
        number = highest + ((sequence - highest + 0x8000) & 0xFFFF) - 0x8000
        if not self.history.put(number, packet):
            return -1
        reception.received += 1
        reception.octets += len(packet)
        if number > highest:
            if number != highest + 1:
                self.nack_generator.gap(highest + 1, number)
            reception.highest = number
            reception.timestamp = timestamp
            reception.arrived(timestamp, now)
        else:
            self.nack_generator.arrived(number)
        return number

    def measure(self, seconds: float) -> None:
        """Reckon `bitrate_bps` from what came in the `seconds` since the last call."""
        octets = self.reception.octets if self.reception is not None else 0
        self.bitrate_bps = (octets - self._octets_measured) * 8 / seconds
        self._octets_measured = octets

    def exceeds(self, now: float) -> bool:
        """Whether it has carried more than a slot of its kind may (`budget.PUBLISHED`); to be called with every tick."""
        reception = self.reception
        if reception is None:
            return False
        octets = reception.octets - self._octets_looked_at
        packets = reception.received - self._packets_looked_at
        self._octets_looked_at, self._packets_looked_at = reception.octets, reception.received
        return self._meter.exceeds(octets, packets, now)

    def clean(self, packet: bytes, now: float) -> bytes:
        """For every packet with more than a bare header: hear how loud it is, and blank the extensions that are not for others.

        Empty if it is malformed: nothing behind this has to check again.
        """
        # What browsers send once their MID is acknowledged: one word with nothing but the level.
        if packet[12:17] == b"\xbe\xde\x00\x01\x10" and packet[18:20] == b"\0\0" and packet[0] == 0x90:
            self.speaker.heard(packet[17] & 0x7F, now)
            return packet
        try:
            rtp.parse(packet)
            if self.kind == "mic":
                level = audio_level(packet)
                if level is not None:
                    self.speaker.heard(level, now)
            return keep_only(packet, 0 if self.is_video else AUDIO_LEVEL_ID)
        except rtp.BadPacket:
            return b""

    def welcome(self, packet: bytes, number: int, timestamp: int, now: float) -> None:
        """Let those who wait in, if a decoder can begin with this packet; a wish for a key frame is then fulfilled."""
        if self.is_video and not self.is_key_frame(packet):
            return
        if self.is_video:
            self.key_frames.came()
        if not self.waiting:
            return
        for consumer in self.consumers:
            if consumer.ready and not consumer.flowing and self.reception is not None:
                consumer.begin(number, timestamp, self.reception, now)
        self.changed(now)

    def is_key_frame(self, packet: bytes) -> bool:
        codec = BY_PAYLOAD_TYPE.get(packet[1] & 0x7F)
        if codec is None or codec.starts_key_frame is None:
            return False
        try:
            header = rtp.parse(packet)
        except rtp.BadPacket:
            return False
        return codec.starts_key_frame(packet[header.payload_start : header.payload_end])
