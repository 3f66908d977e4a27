"""One bitrate for a publisher whose viewers have different lines, as long as there are no simulcast layers.

The worst viewer pulls the rate down, but not for everyone to a postage stamp: no lower than a quarter of what the middle
viewer can take, and never below the floor.
"""

from appliance.sfu.congestion.estimator import FLOOR_BPS

_WORST_AGAINST_MIDDLE = 0.25


def target_bps(own_bps: int, viewers_bps: list[float]) -> int:
    """What to ask of a producer whose own line carries `own_bps`, given what each viewer's carries of it."""
    if not viewers_bps:
        return own_bps
    ordered = sorted(viewers_bps)
    middle = ordered[len(ordered) // 2]
    for_viewers = max(FLOOR_BPS, ordered[0], middle * _WORST_AGAINST_MIDDLE)
    return int(min(own_bps, for_viewers))
