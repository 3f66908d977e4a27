"""A room: who is in it, and which m-line of whom carries whose microphone, camera or screen.

Nothing here knows of SDP or sockets. After a change, `reattach` names the peers that need a new offer.
"""

from appliance.sfu.budget import HEARINGS, Bucket, Hold
from appliance.sfu.kinds import SLOTS, Kind, Track
from appliance.sfu.routing.consumer import Consumer
from appliance.sfu.routing.producer import MEDIA_OF_KIND, Producer

_ON_DEMAND: frozenset[Kind] = frozenset(("camera", "screen", "screen_audio"))


class Participant:
    """A peer in a room: four producers, and as many consumers as others have had things to show."""

    def __init__(self, peer: str, owner: str, allow: frozenset[Kind]) -> None:
        self.peer = peer
        self.owner = owner
        self.producers: dict[Kind, Producer] = {kind: Producer(peer, owner, kind) for kind in SLOTS}
        self.consumers: list[Consumer] = []
        self.hears = True
        self._wants_sound = True
        self._hearings = Bucket(HEARINGS, 0.0)
        self._allow: frozenset[Kind] = frozenset()
        self._active: frozenset[Kind] | None = None
        self._seen: set[Kind] = set()
        self._holds: dict[Kind, Hold] = {kind: Hold() for kind in SLOTS}
        self.permit(allow, 0.0)

    def permit(self, allow: frozenset[Kind], now: float) -> None:
        """What may be forwarded; takes effect with the next packet."""
        self._allow = allow
        self._apply(now)

    def switch(self, active: frozenset[Kind], now: float) -> None:
        """What the peer says is switched on. A microphone that is not is not forwarded either, whatever the peer sends."""
        self._active = active
        self._apply(now)

    def look(self, now: float, *, floods: bool) -> bool:
        """Hold what has carried more than it may, let go what was held long enough; True if `held` has changed.

        `floods`: the peer sends more than all its slots together may carry.
        """
        changed = False
        for kind, hold in self._holds.items():
            producer = self.producers[kind]
            if hold:
                changed |= hold.ended(now)
            elif producer.exceeds(now) or (floods and producer.ssrc is not None):
                hold.begin(now)
                changed = True
        if changed:
            self._apply(now)
        self._resume_hearing(now)
        return changed

    @property
    def held(self) -> frozenset[Kind]:
        """What is not forwarded for a while, as it exceeded its budget."""
        return frozenset(kind for kind, hold in self._holds.items() if hold)

    def _apply(self, now: float) -> None:
        for kind, producer in self.producers.items():
            is_muted = kind == "mic" and self._active is not None and kind not in self._active
            allowed = kind in self._allow and not is_muted and not self._holds[kind]
            if allowed != producer.allowed:
                producer.allowed = allowed
                producer.speaker.silence()
                producer.changed(now)

    def sends(self, kind: Kind) -> bool:
        """The first packet of a slot is here; True if that is news."""
        if kind in self._seen:
            return False
        self._seen.add(kind)
        return True

    def is_live(self, kind: Kind) -> bool:
        """Whether others should have an m-line for it.

        A microphone keeps its line while muted, so that the first word after is not lost to a negotiation. A camera that
        was never announced counts as soon as it sends.
        """
        if kind not in _ON_DEMAND:
            return kind in self._seen or bool(self._active and kind in self._active)
        if kind not in self._allow:
            return False
        return kind in self._seen if self._active is None else kind in self._active

    def set_hearing(self, *, hears: bool, now: float) -> None:
        """Deafened or not: whether anything is forwarded to this peer. To hear again may take a moment, as it has its price."""
        self._wants_sound = hears
        if not hears and self.hears:
            self._set_hears(hears=False, now=now)
        self._resume_hearing(now)

    def _resume_hearing(self, now: float) -> None:
        if self._wants_sound and not self.hears and self._hearings.take(now):
            self._set_hears(hears=True, now=now)

    def _set_hears(self, *, hears: bool, now: float) -> None:
        self.hears = hears
        for consumer in self.consumers:
            consumer.paused = not hears
            if consumer.producer is not None:
                consumer.producer.changed(now)

    def tracks(self) -> list[Track]:
        """What each of its m-lines in use carries."""
        return [
            Track(consumer.mid, consumer.producer.owner, consumer.producer.kind)
            for consumer in self.consumers
            if consumer.producer is not None
        ]


class Router:
    """One room."""

    def __init__(self) -> None:
        self.participants: dict[str, Participant] = {}

    def join(self, participant: Participant) -> None:
        self.participants[participant.peer] = participant

    def leave(self, peer: str, now: float) -> None:
        """Take a peer out with all it sent and received."""
        participant = self.participants.pop(peer, None)
        if participant is None:
            return
        for consumer in participant.consumers:
            consumer.detach(now)

    def reattach(self, now: float) -> list[Participant]:
        """Attach and detach until everyone has what is live; those whose m-lines changed, in order of joining."""
        live = [
            producer
            for participant in self.participants.values()
            for kind, producer in participant.producers.items()
            if participant.is_live(kind)
        ]
        return [viewer for viewer in self.participants.values() if self._reattach_one(viewer, live, now)]

    @staticmethod
    def _reattach_one(viewer: Participant, live: list[Producer], now: float) -> bool:
        changed = False
        # In order, and found at once: a full house is looked through for each who comes, goes or switches something on.
        missing = dict.fromkeys(producer for producer in live if producer.peer != viewer.peer)
        for consumer in viewer.consumers:
            if consumer.producer is None:
                continue
            if consumer.producer in missing:
                del missing[consumer.producer]
            else:
                consumer.detach(now)
                changed = True
        for producer in missing:
            _free_line(viewer, producer).attach(producer, now)
            changed = True
        return changed


def _free_line(viewer: Participant, producer: Producer) -> Consumer:
    for consumer in viewer.consumers:
        if consumer.producer is None and _fits(consumer, producer):
            return consumer
    consumer = Consumer(viewer.peer, str(len(SLOTS) + len(viewer.consumers)), producer.kind)
    consumer.paused = not viewer.hears
    viewer.consumers.append(consumer)
    return consumer


def _fits(consumer: Consumer, producer: Producer) -> bool:
    """An m-line keeps its codecs: cameras and screens share theirs, the two kinds of sound do not."""
    return consumer.kind == producer.kind or (producer.is_video and MEDIA_OF_KIND[consumer.kind] == "video")
