"""How much a publisher should send: what its own line carries, and what its viewers' lines carry.

Without transport-wide feedback we see two things: the loss on the way to us, and what viewers report. Both only ever lower
a ceiling that recovers by itself, so that a lost report cannot keep a picture bad.
"""

from appliance.sfu.kinds import Kind

# A 720p camera and a 1080p screen at thirty frames look right with this much; audio is not ours to squeeze.
CEILING_BPS: dict[Kind, int] = {
    "mic": 64_000,
    "camera": 2_500_000,
    "screen": 4_000_000,
    "screen_audio": 160_000,
}
# The least that still shows a face. No viewer may push a publisher below it.
FLOOR_BPS = 150_000
# The loss-based rule of Google congestion control (draft-ietf-rmcat-gcc-02, section 6).
_LOSS_HIGH = 0.10
_LOSS_LOW = 0.02
_GROWTH_PER_SECOND = 1.08


class UplinkEstimate:
    """The ceiling for one producer from the loss on its way to us."""

    __slots__ = ("bitrate_bps", "ceiling_bps")

    def __init__(self, kind: Kind) -> None:
        self.ceiling_bps = CEILING_BPS[kind]
        self.bitrate_bps = self.ceiling_bps

    def reported(self, fraction_lost: int, seconds: float) -> None:
        """The loss (in 1/256) over the last `seconds`."""
        self.bitrate_bps = step(self.bitrate_bps, self.ceiling_bps, fraction_lost / 256, seconds)


def step(bitrate_bps: int, ceiling_bps: int, loss: float, seconds: float) -> int:
    """The next ceiling after a report of this loss (0 to 1)."""
    if loss > _LOSS_HIGH:
        # The repair of the loss costs rate as well; but never below what shows a face.
        return max(min(FLOOR_BPS, ceiling_bps), int(bitrate_bps * (1 - 0.5 * loss)))
    if loss < _LOSS_LOW:
        return min(ceiling_bps, int(bitrate_bps * _GROWTH_PER_SECOND**seconds) + 1000)
    return bitrate_bps


class ViewerEstimate:
    """What one viewer's line carries of everything we send it."""

    __slots__ = ("_remb_at", "_remb_bps", "loss")

    def __init__(self) -> None:
        self.loss = 0.0
        self._remb_bps = 0
        self._remb_at = -1e9

    def reported_loss(self, fraction_lost: int) -> None:
        """The worst report block of a viewer, smoothed: one lost packet of ten is no congestion yet."""
        self.loss += (fraction_lost / 256 - self.loss) / 4

    def reported_remb(self, bitrate_bps: int, now: float) -> None:
        self._remb_bps = bitrate_bps
        self._remb_at = now

    def share(self, sent_bps: float, now: float) -> float:
        """Which part of what we send this viewer its line carries, 0 to 1.

        A REMB counts only while it is below what we send: a browser that is sent little also reports little.
        """
        part = 1.0
        if now - self._remb_at < 3.0 and 0 < self._remb_bps < 0.95 * sent_bps:
            part = self._remb_bps / sent_bps
        if self.loss > _LOSS_HIGH:
            part = min(part, 1 - 0.5 * self.loss)
        return part


class ViewerLimit:
    """What one viewer lets a producer send: cut at once, given back slowly."""

    __slots__ = ("bitrate_bps",)

    def __init__(self) -> None:
        self.bitrate_bps = float("inf")

    def update(self, share: float, sent_bps: float, ceiling_bps: int, seconds: float) -> float:
        """The limit after a report by which `share` of the `sent_bps` arrived; never above the ceiling."""
        limit = min(self.bitrate_bps, float(ceiling_bps))
        grown = limit * _GROWTH_PER_SECOND**seconds + 1000
        limit = min(limit, share * sent_bps) if share < 1.0 else grown
        self.bitrate_bps = min(max(limit, FLOOR_BPS), float(ceiling_bps))
        return self.bitrate_bps
