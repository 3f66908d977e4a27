"""One browser in a call: its ICE and DTLS state, and the offers that it has been made.

At most one offer is out at a time; what changes meanwhile goes into the next. An answer counts only for what was offered in
its own revision, as the room may have moved on. So an offer that is repeated keeps its revision: a browser that takes longer
than we wait would otherwise never catch up.
"""

import secrets

from OpenSSL import SSL

from appliance.sfu import ice
from appliance.sfu.budget import (
    ANSWERS,
    CHECKS,
    DTLS_DATAGRAMS,
    OFFERS,
    REPAIRS,
    RESTARTS,
    RTCP_PARTS,
    Bucket,
)
from appliance.sfu.codecs.codec import MEDIA_OF_RTX
from appliance.sfu.congestion.estimator import ViewerEstimate
from appliance.sfu.control import Join
from appliance.sfu.kinds import SLOTS, Kind, Track
from appliance.sfu.routing.producer import Producer
from appliance.sfu.routing.router import Participant
from appliance.sfu.rtp import packet as rtp
from appliance.sfu.rtp.extensions import MID_ID, find
from appliance.sfu.rtp.reports import PeerClock
from appliance.sfu.sdp import offer
from appliance.sfu.sdp.answer import Answer
from appliance.sfu.transport.dtls import DtlsSession, Phase
from appliance.sfu.transport.forwarder import Forwarder
from appliance.sfu.transport.mmsghdr import Path
from appliance.sfu.transport.srtp import Keys

# A browser that slept, or a lost message: say the offer again.
_ANSWER_SECONDS = 5.0
# Long enough for a permission prompt: nothing else holds up the first check.
ARRIVAL_SECONDS = 60.0
# And so long until the handshake is over: checks alone keep nobody in a call.
SECURE_SECONDS = ARRIVAL_SECONDS + 30.0
# What packets said of their ssrcs themselves, with a MID; four slots with retransmissions are eight.
_MAX_LEARNED = 32
_KIND_OF_MID: dict[str, Kind] = {mid: kind for kind, mid in SLOTS.items()}
_RECEIVES = frozenset(("recvonly", "sendrecv"))
_SENDS = frozenset(("sendonly", "sendrecv"))


class Peer:
    """A participant with its transport. Times are seconds of the loop's clock."""

    def __init__(self, join: Join, context: SSL.Context, forwarder: Forwarder, now: float) -> None:
        self.name = join.peer
        self.room = join.room
        self.label = join.label
        self.participant = Participant(join.peer, join.owner, join.allow)
        self.clock = PeerClock()
        self.viewer = ViewerEstimate()
        self.round_trip = 0.1
        self.sent_octets = 0
        self.repairs = Bucket(REPAIRS, now)
        self.feedback = Bucket(RTCP_PARTS, now)
        # Two, so that who has learned the name of a connection cannot spend what keeps it alive.
        self.checks = Bucket(CHECKS, now)
        self.first_checks = Bucket(CHECKS, now)
        self.handshake = Bucket(DTLS_DATAGRAMS, now)
        self.answers = Bucket(ANSWERS, now)
        self.offers = Bucket(OFFERS, now)
        self.restarts = Bucket(RESTARTS, now)
        self.wants_restart = False
        self._secure_until = now + SECURE_SECONDS
        self.credentials = ice.new_credentials()
        self.former_credentials: ice.Credentials | None = None
        self.checked_at = now + ARRIVAL_SECONDS - ice.CONSENT_SECONDS
        self.path: Path | None = None
        self._path_checked_at = 0.0
        self.dtls = DtlsSession(context, self._send_dtls)
        self.is_secure = False
        self._forwarder = forwarder
        self._fingerprints: frozenset[tuple[str, str]] = frozenset()
        self._session = secrets.randbits(62)
        self.revision = 0
        self.sdp = ""
        self.tracks: list[Track] = []
        self.awaits_answer = False
        self._said_at = 0.0
        self.needs_offer = False
        self._offered: dict[str, Producer] = {}
        self._agreed: dict[str, frozenset[int]] = {}
        self._announced: dict[int, tuple[Kind, bool]] = {}
        self._learned: dict[int, tuple[Kind, bool]] = {}

    def _send_dtls(self, datagram: bytes) -> None:
        if self.path is not None:
            self._forwarder.send_raw(self.path, datagram)

    def follows(self, path: Path, now: float, *, nominated: bool) -> bool:
        """An authentic check came this way; True if what we send should go there from now on."""
        self.checked_at = now
        before = self.path
        if before is not None and before.key == path.key:
            self._path_checked_at = now
            return False
        if before is not None and not nominated and now - self._path_checked_at < ice.STALE_SECONDS:
            return False
        self.path = path
        self._path_checked_at = now
        return True

    def restart_ice(self) -> None:
        """New credentials; those in use count until the browser uses the new, and no others do."""
        self.wants_restart = False
        if self.former_credentials is None:
            self.former_credentials = self.credentials
        self.credentials = ice.new_credentials()

    def make_offer(self, fingerprint: str, candidates: list[str], port: int, now: float) -> None:
        """Write the next revision; `revision`, `sdp` and `tracks` tell the result."""
        self.revision += 1
        self.needs_offer = False
        self.awaits_answer = True
        self._said_at = now
        self.tracks = self.participant.tracks()
        consumers = self.participant.consumers
        self._offered = {one.mid: one.producer for one in consumers if one.producer is not None}
        session = offer.Session(
            number=self._session,
            revision=self.revision,
            credentials=self.credentials,
            fingerprint=fingerprint,
            candidates=candidates,
            port=port,
        )
        self.sdp = offer.render(session, consumers)

    def repeats(self, now: float) -> bool:
        """Whether the offer that is out should be said again now, as it is; saying it is counted."""
        if not self.awaits_answer or now - self._said_at < _ANSWER_SECONDS:
            return False
        self._said_at = now
        return True

    def is_overdue(self, now: float) -> bool:
        """Whether it has not finished its handshake in all this time."""
        return not self.is_secure and now > self._secure_until

    def trusts(self, answer: Answer) -> bool:
        """Whether the answer's fingerprint fits the certificate, as far as one has been seen."""
        return self.dtls.phase is not Phase.DONE or self.dtls.presents(answer.fingerprints)

    def apply(self, answer: Answer, now: float) -> None:
        """Put the answer to the offer that is out in force."""
        self.awaits_answer = False
        self._fingerprints = answer.fingerprints
        # Of one answer, not of all that there were.
        self._announced = {}
        for mid, kind in _KIND_OF_MID.items():
            section = answer.sections.get(mid)
            if section is None or section.direction not in _SENDS:
                continue
            for ssrc, repair in section.ssrcs.items():
                self._announced[ssrc] = (kind, False)
                if repair is not None:
                    self._announced[repair] = (kind, True)
        self._agreed = {
            mid: section.payload_types
            for mid, section in answer.sections.items()
            if section.direction in _RECEIVES
        }
        self.release(now)

    def release(self, now: float) -> None:
        """Let packets flow on every m-line that the browser has agreed to, once the line is secure."""
        if not self.is_secure:
            return
        for consumer in self.participant.consumers:
            producer = consumer.producer
            if producer is None or consumer.answered or self._offered.get(consumer.mid) is not producer:
                continue
            agreed = self._agreed.get(consumer.mid)
            if agreed is not None and not self.awaits_answer:
                consumer.payload_types = agreed
                consumer.answered = True
                producer.changed(now)

    def verified_keys(self) -> Keys | None:
        """Keys, once the handshake is over and the answer vouches for the certificate; `BadFingerprint` if it does not."""
        if self.is_secure or self.dtls.phase is not Phase.DONE or not self._fingerprints:
            return None
        if not self.dtls.presents(self._fingerprints):
            raise BadFingerprint
        return self.dtls.keys()

    def find_producer(self, packet: bytes) -> tuple[Producer, bool] | None:
        """Whose packet this is, by what the answer said or by its MID (RFC 8843 9.2); whether it is a retransmission."""
        header = rtp.parse(packet)
        known = self._announced.get(header.ssrc) or self._learned.get(header.ssrc)
        if known is None:
            mid = find(packet, MID_ID)
            kind = _KIND_OF_MID.get(mid.decode("ascii", "replace")) if mid else None
            if kind is None:
                return None
            known = (kind, header.payload_type in MEDIA_OF_RTX)
            if len(self._learned) >= _MAX_LEARNED:
                del self._learned[next(iter(self._learned))]
            self._learned[header.ssrc] = known
        kind, retransmits = known
        return self.participant.producers[kind], retransmits


class BadFingerprint(Exception):
    """Whoever did the handshake is not who sent the answer."""
