"""What one peer may ask of the process, whoever it is: every kind of work has a budget that is paid before the work.

A budget is a bucket: so much at once, and so much more with each second. The numbers are a few times what browsers need at
their busiest, so that none of them meets one; what exceeds a budget is dropped, which every protocol here survives, and only
a publisher that sends too much is told (`Participant.hold`). Pure: times are seconds, given by the caller.
"""

from typing import Final, NamedTuple

from appliance.sfu.kinds import Kind


class Rate(NamedTuple):
    """So many at once, then so many a second."""

    burst: float
    per_second: float


# Our own client's busiest publisher sends a camera of 1.7 and a screen of 5 Mbit/s; REMB allows 6.6 in all. In packets of
# 900 bytes that is 920 a second, with a third more for retransmissions and probes 1,230, and two Opus streams of 10 ms are
# 200 more. A Wi-Fi that stalled for half a second sends what it kept back at once.
PACKETS = Rate(1500, 2500)
# A browser reports once a second for each stream, and asks for what is lost every 20 ms while it loses: seven cameras on a
# bad line are 350 a second.
RTCP_DATAGRAMS = Rate(1000, 500)
# The parts of compound packets, and every sixteen sequence numbers of a NACK.
RTCP_PARTS = Rate(1600, 800)
# Browsers check all pairs of addresses until they are connected, one every 48 ms (Chromium's "weak" ping interval) or 20 ms (the
# pace of Firefox's library); RFC 8445 14.2 has 50 ms. Connected, twice a second and less.
CHECKS = Rate(200, 100)
# A handshake is some twenty datagrams with a post-quantum key share in fragments; each flight may be repeated.
DTLS_DATAGRAMS = Rate(100, 25)
# A stream's first packet: four slots with retransmissions are eight, and come anew when a device is changed.
NEW_STREAMS = Rate(32, 4)
# Firefox reports under another ssrc for each m-line on which it receives.
NEW_REPORTERS = Rate(128, 4)
# A browser answers each offer once, and a page that does not hear of it in time says it again: twice `OFFERS`.
ANSWERS = Rate(40, 4)
# What a storm of joins and cameras costs everybody else: twenty at once, then two renegotiations a second.
OFFERS = Rate(20, 2)
# Our client asks four times in a row when a line breaks, six seconds apart.
RESTARTS = Rate(6, 0.2)
# A decoder that lost its way asks until it has a key frame; one viewer's asking may not take the picture of all others.
KEY_FRAMES = Rate(6, 0.5)
# Who is deafened no more needs a key frame of everybody, which is the same request.
HEARINGS = KEY_FRAMES
# Half of what a viewer is sent may be sent once more: at that loss no picture holds. Never less than two pictures at once.
REPAIR_SHARE: Final = 0.5
REPAIRS = Rate(256_000, 64_000)

# How long a publisher that exceeds its budget is held. It doubles each time, up to the longest.
HOLD_SECONDS: Final = 5.0
LONGEST_HOLD_SECONDS: Final = 60.0


class Bucket:
    """A budget; `per_second` may be changed at any time."""

    __slots__ = ("_at", "_left", "burst", "per_second")

    def __init__(self, rate: Rate, now: float) -> None:
        self.burst, self.per_second = rate
        self._left = self.burst
        self._at = now

    def take(self, now: float, amount: float = 1.0) -> bool:
        """Pay for what is to be done; False, and nothing is paid, if there is not enough left."""
        if now > self._at:
            self._left = min(self.burst, self._left + (now - self._at) * self.per_second)
            self._at = now
        if self._left < amount:
            return False
        self._left -= amount
        return True

    def give_back(self, amount: float = 1.0) -> None:
        """What was paid for has turned out to be nothing."""
        self._left = min(self.burst, self._left + amount)


class Published(NamedTuple):
    """What one slot may carry on average; a second and a half of it may come at once."""

    octets_per_second: int
    packets_per_second: int


_BURST_SECONDS = 1.5
# Opus ends at 510 kbit/s (RFC 6716 2.1.1), and the shortest frame that we ask for (minptime) makes 100 packets a second.
_SOUND = Published(640_000 // 8, 200)
# Twice and more of what we ask for in a REMB (`CEILING_BPS`), and above what it grants both together; in packets of 1,100 bytes.
PUBLISHED: dict[Kind, Published] = {
    "mic": _SOUND,
    "camera": Published(8_000_000 // 8, 1000),
    "screen": Published(12_000_000 // 8, 1500),
    "screen_audio": _SOUND,
}


class PublishedMeter:
    """Looks every tick at what a slot has carried since, so that nothing is added to the way of a packet."""

    __slots__ = ("_octets", "_packets")

    def __init__(self, kind: Kind, now: float) -> None:
        allowed = PUBLISHED[kind]
        self._octets = Bucket(_rate(allowed.octets_per_second), now)
        self._packets = Bucket(_rate(allowed.packets_per_second), now)

    def exceeds(self, octets: int, packets: int, now: float) -> bool:
        """Whether so much more since the last call is more than the slot may carry."""
        within = self._octets.take(now, octets)
        return not (self._packets.take(now, packets) and within)


def _rate(per_second: int) -> Rate:
    return Rate(per_second * _BURST_SECONDS, per_second)


class Hold:
    """When a slot that exceeded its budget is let go, and that it is held longer if it does so again."""

    __slots__ = ("_seconds", "_until")

    def __init__(self) -> None:
        self._seconds = HOLD_SECONDS
        self._until: float | None = None

    def __bool__(self) -> bool:
        return self._until is not None

    def begin(self, now: float) -> None:
        """Hold, or hold on."""
        if self._until is None:
            self._until = now + self._seconds

    def ended(self, now: float) -> bool:
        """True once, when it is over."""
        if self._until is None:
            return False
        if now < self._until:
            return False
        self._until = None
        self._seconds = min(2 * self._seconds, LONGEST_HOLD_SECONDS)
        return True
