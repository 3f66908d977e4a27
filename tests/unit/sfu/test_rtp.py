"""Packets, numbers, history and gaps: the rules under every forwarded packet."""

import pytest

from appliance.sfu.rtp import extensions
from appliance.sfu.rtp.history import HISTORY_PACKETS, History
from appliance.sfu.rtp.keyframes import MIN_INTERVAL_SECONDS, KeyFrameRequests
from appliance.sfu.rtp.nack import MAX_MISSING, MAX_TRIES, NackGenerator
from appliance.sfu.rtp.packet import BadPacket, Fields, build, parse, unwrap_rtx, wrap_rtx
from appliance.sfu.rtp.sequence import SequenceRewriter, distance, extend


def test_a_header_is_read_as_it_was_written() -> None:
    packet = build(Fields(96, 7, 9000, 0xABCD, marker=True), b"payload", extensions.block({3: b"1"}))

    header = parse(packet)

    assert (header.marker, header.payload_type, header.sequence) == (True, 96, 7)
    assert (header.timestamp, header.ssrc) == (9000, 0xABCD)
    assert packet[header.payload_start : header.payload_end] == b"payload"


def test_padding_is_no_payload() -> None:
    packet = bytearray(build(Fields(96, 7, 9000, 1), b"payload\x00\x00\x03"))
    packet[0] |= 0x20

    header = parse(bytes(packet))

    assert bytes(packet[header.payload_start : header.payload_end]) == b"payload"


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x80" * 11,
        b"\x40" + bytes(11),
        b"\x90" + bytes(11),
        b"\x90" + bytes(13) + b"\xff\xff",
        b"\x8f" + bytes(11),
        b"\xa0" + bytes(11) + b"\x09",
        b"\xa0" + bytes(12),
    ],
)
def test_what_is_no_packet_is_refused(broken: bytes) -> None:
    with pytest.raises(BadPacket):
        parse(broken)


def test_a_retransmission_unwraps_to_what_was_lost() -> None:
    packet = build(Fields(96, 0xFFFF, 5, 10, marker=True), b"frame", extensions.block({1: b"\x55"}))

    again = wrap_rtx(packet, 97, 3, 11)

    assert parse(again)[1:3] == (97, 3)
    assert parse(again).ssrc == 11
    assert unwrap_rtx(again, 96, 10) == packet


def test_a_retransmission_without_payload_only_probes() -> None:
    assert unwrap_rtx(build(Fields(97, 1, 1, 1), b""), 96, 10) is None


def test_numbers_wrap() -> None:
    assert distance(2, 0xFFFE) == 4
    assert distance(0xFFFE, 2) == -4
    assert extend(0x1FFFE, 3) == 0x20003
    assert extend(0x20003, 0xFFFE) == 0x1FFFE


def test_a_stream_goes_on_under_another_producer() -> None:
    rewriter = SequenceRewriter(first_sequence=100, first_timestamp=5000)
    rewriter.start(0x10000 + 65535, 700, 90000, now=1.0)
    first = (65535 + rewriter.sequence_offset) & 0xFFFF
    rewriter.stop(0x20000 + 1, 1000, now=2.0)

    rewriter.start(0x10000 + 4242, 123, 90000, now=2.5)

    assert first == 100
    assert (4242 + rewriter.sequence_offset) & 0xFFFF == 103
    # 300 ticks of the first producer, half a second of pause
    assert (123 + rewriter.timestamp_offset) & 0xFFFFFFFF == 5000 + 300 + 45000


def test_a_subscribers_number_is_found_at_the_source_across_the_wrap() -> None:
    rewriter = SequenceRewriter(100, 0)
    rewriter.start(0x10000 + 65530, 0, 90000, now=0.0)

    assert rewriter.source_number(100, highest=0x20003) == 0x1FFFA
    assert rewriter.source_number(109, highest=0x20003) == 0x20003
    assert rewriter.source_number(99, highest=0x20003) is None


def test_the_history_knows_each_packet_once() -> None:
    history = History()

    assert history.put(5, b"five")
    assert not history.put(5, b"again")
    assert history.get(5) == b"five"


def test_the_history_forgets_what_a_round_has_passed() -> None:
    history = History()
    history.put(5, b"five")

    history.put(5 + HISTORY_PACKETS, b"later")

    assert history.get(5) is None
    assert not history.put(5, b"five")
    history.clear()
    assert history.get(5 + HISTORY_PACKETS) is None


def test_a_gap_is_asked_for_at_once_and_again_after_a_round_trip() -> None:
    generator = NackGenerator()
    generator.gap(10, 12)

    assert generator.due(1.0, round_trip=0.1) == [10, 11]
    assert generator.due(1.05, round_trip=0.1) == []
    assert generator.arrived(10)
    assert generator.due(1.11, round_trip=0.1) == [11]
    assert not generator.arrived(9)


def test_what_never_comes_is_given_up_for_a_key_frame() -> None:
    generator = NackGenerator()
    generator.gap(1, 2)

    asked = [generator.due(float(second), 0.1) for second in range(MAX_TRIES + 1)]

    assert asked == [[1]] * MAX_TRIES + [[]]
    assert generator.gave_up
    generator.key_frame_received()
    assert not generator


def test_a_wide_gap_is_not_repaired_packet_by_packet() -> None:
    generator = NackGenerator()

    generator.gap(0, MAX_MISSING + 1)

    assert generator.gave_up
    assert generator.due(0.0, 0.1) == []


def test_many_wishes_for_a_key_frame_are_one() -> None:
    requests = KeyFrameRequests()
    for _ in range(5):
        requests.want()

    assert requests.due(10.0)
    requests.want()
    assert not requests.due(10.0 + MIN_INTERVAL_SECONDS / 2)
    assert requests.due(10.0 + MIN_INTERVAL_SECONDS)
    requests.came()
    assert not requests.due(20.0)


def test_only_the_wanted_extension_stays_and_nothing_moves() -> None:
    block = extensions.block({1: b"\x2a", 3: b"0"})
    packet = build(Fields(111, 1, 1, 1), b"sound", block)

    cleaned = extensions.keep_only(packet, extensions.AUDIO_LEVEL_ID)

    assert extensions.find(cleaned, 1) == b"\x2a"
    assert extensions.find(cleaned, 3) is None
    assert len(cleaned) == len(packet)
    assert cleaned.endswith(b"sound")
    assert extensions.audio_level(cleaned) == 42


def test_two_byte_elements_are_read_too() -> None:
    block = b"\x10\x00\x00\x02" + b"\x03\x01" + b"7" + b"\x00" + b"\x01\x01\x81" + b"\x00"
    packet = build(Fields(111, 1, 1, 1), b"", block)

    assert extensions.find(packet, 3) == b"7"
    assert extensions.audio_level(packet) == 1


def test_a_packet_without_extension_is_left_alone() -> None:
    packet = build(Fields(111, 1, 1, 1), b"sound")

    assert extensions.keep_only(packet, 1) is packet
    assert extensions.audio_level(packet) is None
    assert list(extensions.elements(build(Fields(1, 1, 1, 1), b"", b"\xaa\xaa\x00\x01abcd"))) == []


@pytest.mark.parametrize(
    "block",
    [
        b"\xbe\xde\x00\x01\x1f\x00\x00\x00",
        b"\x10\x00\x00\x01\x00\x00\x00\x01",
        b"\x10\x00\x00\x01\x01\xff\x00\x00",
    ],
)
def test_an_element_that_leaves_its_block_is_refused(block: bytes) -> None:
    with pytest.raises(BadPacket):
        list(extensions.elements(build(Fields(1, 1, 1, 1), b"", block)))


def test_the_stop_element_ends_a_block() -> None:
    block = b"\xbe\xde\x00\x01\xf0\x00\x10\x05"

    assert list(extensions.elements(build(Fields(1, 1, 1, 1), b"", block))) == []


@pytest.mark.parametrize("packet", [b"short", b"\x90" + bytes(12), b"\x90" + bytes(11) + b"\xbe\xde\x00\x05"])
def test_a_cut_extension_is_refused(packet: bytes) -> None:
    with pytest.raises(BadPacket):
        list(extensions.elements(packet))
