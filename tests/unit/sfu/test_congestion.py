"""Bitrates: cut at once, given back slowly, never to nothing."""

import pytest

from appliance.sfu.congestion.allocator import target_bps
from appliance.sfu.congestion.estimator import (
    CEILING_BPS,
    FLOOR_BPS,
    UplinkEstimate,
    ViewerEstimate,
    ViewerLimit,
)


def test_loss_on_the_way_to_us_lowers_the_ceiling_and_its_end_raises_it() -> None:
    uplink = UplinkEstimate("camera")

    uplink.reported(64, 1.0)
    after_loss = uplink.bitrate_bps
    uplink.reported(13, 1.0)
    after_some = uplink.bitrate_bps
    for _ in range(60):
        uplink.reported(0, 1.0)

    assert after_loss == int(CEILING_BPS["camera"] * (1 - 0.5 * 0.25))
    assert after_some == after_loss
    assert uplink.bitrate_bps == CEILING_BPS["camera"]


def test_no_loss_takes_the_last_face_away() -> None:
    uplink = UplinkEstimate("camera")

    for _ in range(100):
        uplink.reported(255, 1.0)

    assert uplink.bitrate_bps == FLOOR_BPS


def test_a_remb_counts_only_below_what_is_sent_and_while_it_is_fresh() -> None:
    viewer = ViewerEstimate()
    viewer.reported_remb(500_000, now=10.0)

    assert viewer.share(1_000_000, now=10.5) == 0.5
    assert viewer.share(400_000, now=10.5) == 1.0
    assert viewer.share(1_000_000, now=14.0) == 1.0


def test_lasting_loss_lowers_a_viewers_share() -> None:
    viewer = ViewerEstimate()
    viewer.reported_loss(51)
    once = viewer.share(1e6, 0.0)
    for _ in range(20):
        viewer.reported_loss(51)

    assert once == 1.0
    assert viewer.share(1e6, 0.0) == pytest.approx(0.9, abs=0.01)


def test_a_viewers_limit_is_cut_at_once_and_given_back_slowly() -> None:
    limit = ViewerLimit()

    free = limit.update(1.0, 1e6, 2_500_000, 1.0)
    cut = limit.update(0.5, 1e6, 2_500_000, 1.0)
    back = limit.update(1.0, 5e5, 2_500_000, 1.0)
    floor = limit.update(0.01, 1e6, 2_500_000, 1.0)

    assert (free, cut, floor) == (2_500_000, 500_000, FLOOR_BPS)
    assert back == pytest.approx(541_000)


def test_one_bad_line_does_not_take_everybodys_picture() -> None:
    assert target_bps(2_500_000, []) == 2_500_000
    assert target_bps(2_500_000, [2_500_000.0, 1_000_000.0]) == 1_000_000
    assert target_bps(2_500_000, [150_000.0, 2_500_000.0, 2_500_000.0]) == 625_000
    assert target_bps(2_500_000, [150_000.0]) == FLOOR_BPS
    assert target_bps(120_000, [150_000.0]) == 120_000
