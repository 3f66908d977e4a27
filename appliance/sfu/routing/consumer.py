"""One m-line on which a peer receives. When its producer goes, it is kept and later carries another of the same medium.

With every producer it gets a new ssrc: Chromium ties a receiver to an ssrc once, and if a line comes back from
`inactive` with the one it had, it decodes the packets and shows nothing.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from appliance.sfu.budget import KEY_FRAMES, Bucket
from appliance.sfu.congestion.estimator import ViewerLimit
from appliance.sfu.kinds import Kind
from appliance.sfu.rtp.nack import Repeats
from appliance.sfu.rtp.reports import Reception
from appliance.sfu.rtp.sequence import SequenceRewriter

if TYPE_CHECKING:
    from appliance.sfu.routing.producer import Producer


def _new_ssrc() -> int:
    return secrets.randbelow(0xFFFFFFFE) + 1


class Consumer:
    """`answered` once the peer has agreed to the current producer, `flowing` once packets go out."""

    __slots__ = (
        "_octets_before",
        "_packets_before",
        "_reception",
        "answered",
        "flowing",
        "key_frames",
        "kind",
        "limit",
        "mid",
        "paused",
        "payload_types",
        "peer",
        "producer",
        "repeats",
        "rewriter",
        "rtx_sequence",
        "rtx_ssrc",
        "ssrc",
    )

    def __init__(self, peer: str, mid: str, kind: Kind) -> None:
        self.peer = peer
        self.mid = mid
        # Of the producer it carries, or carried last.
        self.kind: Kind = kind
        self.limit = ViewerLimit()
        # What its peer may ask of the producer; a new one does not fill it.
        self.key_frames = Bucket(KEY_FRAMES, 0.0)
        self._renew()
        self.producer: Producer | None = None
        self.payload_types: frozenset[int] = frozenset()
        self.answered = False
        self.paused = False
        self.flowing = False
        self._reception: Reception | None = None

    def _renew(self) -> None:
        """Begin another stream, with numbers and counts of its own."""
        self.repeats = Repeats()
        self.ssrc = _new_ssrc()
        self.rtx_ssrc = _new_ssrc()
        self.rtx_sequence = secrets.randbelow(0x8000)
        # Below 2**15, so that SRTP's rollover count cannot be guessed wrong when the first packets are lost (RFC 3711 3.3.1).
        self.rewriter = SequenceRewriter(secrets.randbelow(0x8000), secrets.randbits(32))
        self._packets_before = 0
        self._octets_before = 0

    @property
    def ready(self) -> bool:
        """Whether packets may go out: the browser has agreed to this producer, and wants to hear."""
        return self.answered and not self.paused and self.producer is not None and self.producer.allowed

    @property
    def packets(self) -> int:
        """How many packets went out, of the current stream."""
        current = self._reception.received if self._reception else 0
        return self._packets_before + current

    @property
    def octets(self) -> int:
        current = self._reception.octets if self._reception else 0
        return self._octets_before + current

    def attach(self, producer: Producer, now: float) -> None:
        """Carry this producer; nothing flows before the browser's answer."""
        self.producer = producer
        self.kind = producer.kind
        self.limit = ViewerLimit()
        self.answered = False
        self._renew()
        producer.consumers.append(self)
        producer.changed(now)

    def detach(self, now: float) -> None:
        """Carry nothing."""
        producer = self.producer
        if producer is None:
            return
        self.halt(now)
        self.producer = None
        self.answered = False
        producer.consumers.remove(self)
        producer.changed(now)

    def begin(self, number: int, timestamp: int, reception: Reception, now: float) -> None:
        """Go on with the producer's packet of this extended number."""
        self.rewriter.start(number, timestamp, reception.clock_rate, now)
        self.flowing = True
        self._reception = reception
        # This packet has been counted by the producer already, and will go out.
        self._packets_before -= reception.received - 1
        self._octets_before -= reception.octets

    def halt(self, now: float) -> None:
        """Stop the flow, remembering where the stream stands."""
        reception = self._reception
        if not self.flowing or reception is None:
            return
        self.rewriter.stop(reception.highest, reception.timestamp, now)
        self._packets_before += reception.received
        self._octets_before += reception.octets
        self._reception = None
        self.flowing = False
