"""What we report of a stream: to its sender how it arrived, to its receivers which time it shows (RFC 3550 §6.4).

A browser keeps lips and voice together by comparing the sender reports of one person's streams. So all streams of a peer
are moved to our clock by one common offset; an offset per stream would pull them apart.
"""

from appliance.sfu.rtp.rtcp import ReportBlock, SenderReport

_NTP_FRACTION = 1 << 32


def ntp(seconds: float) -> int:
    """Seconds as a 64-bit NTP timestamp."""
    return int(seconds * _NTP_FRACTION) & 0xFFFFFFFFFFFFFFFF


class Reception:
    """How a stream arrives: loss, jitter, and the last sender report. Times are seconds, numbers extended."""

    __slots__ = (
        "_base",
        "_expected_before",
        "_received_before",
        "_sr_at",
        "_sr_middle",
        "_transit",
        "clock_rate",
        "highest",
        "jitter",
        "octets",
        "received",
        "timestamp",
    )

    def __init__(self, clock_rate: int, first: int, timestamp: int) -> None:
        self.clock_rate = clock_rate
        self.highest = first - 1
        self.timestamp = timestamp
        self.received = 0
        self.octets = 0
        self.jitter = 0.0
        self._base = first
        self._transit = 0.0
        self._expected_before = 0
        self._received_before = 0
        self._sr_at = 0.0
        self._sr_middle = 0

    def arrived(self, timestamp: int, now: float) -> None:
        """Update the jitter with a packet that came in order (RFC 3550 A.8)."""
        transit = now * self.clock_rate - timestamp
        change = transit - self._transit
        self._transit = transit
        if change < 0:
            change = -change
        # A wrapped timestamp, or a source that paused, is no jitter.
        if change < self.clock_rate:
            self.jitter += (change - self.jitter) / 16

    def heard(self, report: SenderReport, now: float) -> None:
        self._sr_at = now
        self._sr_middle = report.ntp >> 16 & 0xFFFFFFFF

    def block(self, ssrc: int, now: float) -> ReportBlock:
        """The report since the last one."""
        expected = self.highest - self._base + 1
        expected_now = expected - self._expected_before
        lost_now = expected_now - (self.received - self._received_before)
        self._expected_before = expected
        self._received_before = self.received
        fraction = min(255, (lost_now << 8) // expected_now) if expected_now > 0 and lost_now > 0 else 0
        lost = max(-0x800000, min(0x7FFFFF, expected - self.received))
        delay = min(0xFFFFFFFF, int((now - self._sr_at) * 65536)) if self._sr_middle else 0
        return ReportBlock(
            ssrc,
            fraction,
            lost,
            self.highest & 0xFFFFFFFF,
            int(self.jitter) & 0xFFFFFFFF,
            self._sr_middle,
            delay,
        )


class PeerClock:
    """The offset from a peer's NTP clock to ours, shared by its streams; times are seconds since 1900, ours."""

    __slots__ = ("_offset",)

    def __init__(self) -> None:
        self._offset: float | None = None

    def heard(self, sender_ntp: int, now: float) -> None:
        """A sender report has come. The fastest report is nearest to the truth; slower ones pull gently, for drift."""
        sample = now - sender_ntp / _NTP_FRACTION
        if self._offset is None or sample < self._offset:
            self._offset = sample
        else:
            self._offset += (sample - self._offset) / 64

    def ours(self, sender_ntp: int) -> float:
        """A moment of the peer's clock on ours."""
        return sender_ntp / _NTP_FRACTION + (self._offset or 0.0)


def media_time(report: SenderReport, clock: PeerClock, clock_rate: int, now: float) -> int:
    """The stream's timestamp at `now` of our clock, reckoned from its last sender report."""
    elapsed = now - clock.ours(report.ntp)
    return (report.timestamp + round(elapsed * clock_rate)) & 0xFFFFFFFF


def round_trip(block: ReportBlock, now: float) -> float | None:
    """Seconds to the receiver and back, from a report on a stream of ours; None if it has heard no report yet."""
    if not block.last_sr:
        return None
    middle = ntp(now) >> 16 & 0xFFFFFFFF
    took = (middle - block.last_sr - block.delay_since_sr) & 0xFFFFFFFF
    # A clock that stepped back gives a number near 2**32.
    return took / 65536 if took < 0x80000000 else 0.0
