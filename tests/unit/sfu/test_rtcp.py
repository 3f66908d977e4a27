"""RTCP there and back, and the arithmetic of reports."""

import struct

import pytest

from appliance.sfu.rtp import rtcp
from appliance.sfu.rtp.reports import PeerClock, Reception, media_time, ntp, round_trip

BLOCK = rtcp.ReportBlock(9, 25, -3, 70000, 12, 0xABCD, 65536)
EVERYTHING: list[rtcp.Packet] = [
    rtcp.SenderReport(1, 2**40, 3, 4, 5, (BLOCK,)),
    rtcp.ReceiverReport(1, (BLOCK, BLOCK)),
    rtcp.Nack(1, 2, (10, 11, 26, 27, 65535, 0)),
    rtcp.KeyFrameRequest(1, 2),
    rtcp.Remb(1, 2_500_000 >> 4 << 4, (7, 8)),
    rtcp.Bye((1, 2)),
]


def test_what_is_written_is_read() -> None:
    assert rtcp.parse(rtcp.build(EVERYTHING)) == EVERYTHING


def test_a_full_intra_request_asks_for_key_frames() -> None:
    fir = struct.pack("!BBHIIIIII", 0x84, 206, 6, 1, 0, 5, 0x01000000, 6, 0x02000000)

    assert rtcp.parse(fir) == [rtcp.KeyFrameRequest(1, 5), rtcp.KeyFrameRequest(1, 6)]


def test_what_we_do_not_know_is_skipped() -> None:
    sdes = struct.pack("!BBHI", 0x81, 202, 1, 1)
    transport_feedback = struct.pack("!BBHII", 0x8F, 205, 2, 1, 2)
    other = struct.pack("!BBHII", 0x82, 206, 2, 1, 2)
    application = struct.pack("!BBHII4s", 0x8F, 206, 3, 1, 2, b"ABCD")

    assert (
        rtcp.parse(sdes + transport_feedback + other + application + rtcp.build(EVERYTHING[-1:]))
        == EVERYTHING[-1:]
    )


def test_padding_is_taken_off() -> None:
    padded = struct.pack("!BBHI", 0xA1, 203, 2, 77) + b"\x00\x00\x00\x04"

    assert rtcp.parse(padded) == [rtcp.Bye((77,))]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x80",
        b"\x80\xc8\x00\x01" + bytes(4),
        b"\x80\xc9\x00\x00",
        b"\x81\xc9\x00\x01" + bytes(4),
        b"\x81\xcb\x00\x00",
        b"\x81\xcd\x00\x01" + bytes(4),
        b"\x84\xce\x00\x03" + bytes(12),
        b"\x8f\xce\x00\x03" + bytes(8) + b"REMB",
        b"\x40\xc9\x00\x01" + bytes(4),
        b"\x80\xc9\x00\x05" + bytes(4),
        b"\xa0\xc9\x00\x01" + bytes(4),
        b"\xa0\xc9\x00\x01" + b"\x00\x00\x00\x09",
        b"\x81\xcd\x00\x02" + bytes(8) + b"\x81\xcd\x00",
    ],
)
def test_what_is_no_rtcp_is_refused(broken: bytes) -> None:
    with pytest.raises(rtcp.BadRtcp):
        rtcp.parse(broken)


def test_loss_is_reported_since_the_last_report_and_in_all() -> None:
    reception = Reception(90000, 65536, 0)
    reception.received = 8
    reception.highest = 65536 + 9

    first = reception.block(5, now=1.0)
    reception.received += 10
    reception.highest += 10
    second = reception.block(5, now=2.0)

    assert (first.fraction_lost, first.total_lost, first.highest) == (2 * 256 // 10, 2, 65545)
    assert (second.fraction_lost, second.total_lost) == (0, 2)


def test_an_even_stream_has_no_jitter_and_a_shaken_one_has() -> None:
    even, shaken = Reception(90000, 1, 0), Reception(90000, 1, 0)

    for index in range(100):
        even.arrived(index * 3000, index / 30)
        shaken.arrived(index * 3000, index / 30 + (0.010 if index % 2 else 0.0))

    assert even.jitter < 1
    # ten milliseconds are 900 ticks
    assert 700 < shaken.jitter < 950


def test_the_delay_since_a_sender_report_is_told() -> None:
    reception = Reception(90000, 1, 0)
    reception.heard(rtcp.SenderReport(5, 0x0001_2345_6789_0000, 0, 0, 0), now=10.0)

    block = reception.block(5, now=10.5)

    assert (block.last_sr, block.delay_since_sr) == (0x2345_6789, 32768)


def test_streams_of_one_peer_keep_their_distance_on_our_clock() -> None:
    clock = PeerClock()
    clock.heard(ntp(1000.0), now=50.0)
    clock.heard(ntp(1001.0), now=51.2)
    sound = rtcp.SenderReport(1, ntp(1001.0), 48000, 0, 0)
    picture = rtcp.SenderReport(2, ntp(1000.5), 90000, 0, 0)

    # a second after the peer's 1001.0, give or take the drift that the slow report suggested
    assert media_time(sound, clock, 48000, now=52.0) == pytest.approx(96000, abs=48000 * 0.004)
    assert media_time(picture, clock, 90000, now=52.0) == pytest.approx(225000, abs=90000 * 0.004)


def test_the_round_trip_is_reckoned_from_a_report_on_us() -> None:
    sent = ntp(100.0) >> 16 & 0xFFFFFFFF

    assert round_trip(BLOCK._replace(last_sr=sent, delay_since_sr=32768), now=100.75) == pytest.approx(0.25)
    assert round_trip(BLOCK._replace(last_sr=sent, delay_since_sr=65536), now=100.5) == 0.0
    assert round_trip(BLOCK._replace(last_sr=0), now=100.0) is None


def test_more_than_a_browser_says_at_once_is_refused() -> None:
    report: rtcp.Packet = rtcp.ReceiverReport(1)
    fir = struct.pack("!BBHII", 0x84, 206, 2 + 2 * 40, 1, 0) + struct.pack("!II", 5, 0) * 40
    empty = struct.pack("!BBHI", 0x81, 202, 1, 1)

    assert len(rtcp.parse(rtcp.build([report] * rtcp.MAX_PARTS))) == rtcp.MAX_PARTS
    for compound in (rtcp.build([report] * (rtcp.MAX_PARTS + 1)), fir, empty * 200):
        with pytest.raises(rtcp.BadRtcp):
            rtcp.parse(compound)


def test_a_nack_names_each_packet_once_and_no_more_than_are_kept() -> None:
    same = struct.pack("!BBHII", 0x81, 205, 2 + 360, 1, 2) + struct.pack("!HH", 7, 0xFFFF) * 360
    many = struct.pack("!BBHII", 0x81, 205, 2 + 360, 1, 2) + b"".join(
        struct.pack("!HH", first, 0xFFFF) for first in range(0, 17 * 360, 17)
    )

    (repeated,), (spread,) = rtcp.parse(same), rtcp.parse(many)

    assert isinstance(repeated, rtcp.Nack)
    assert repeated.sequences == tuple(range(7, 24))
    assert isinstance(spread, rtcp.Nack)
    assert spread.sequences == tuple(range(rtcp.MAX_NACKED))
