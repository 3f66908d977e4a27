"""Whatever a stranger sends, a parser answers with a result or with its own error."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from appliance.sfu import control, ice
from appliance.sfu.codecs import h264, vp8
from appliance.sfu.kinds import SLOTS
from appliance.sfu.routing.producer import Producer
from appliance.sfu.rtp import extensions, rtcp
from appliance.sfu.rtp.packet import BadPacket, Fields, build, parse, unwrap_rtx, wrap_rtx
from appliance.sfu.rtp.sequence import SequenceRewriter, distance, extend
from appliance.sfu.sdp import answer as sdp_answer
from appliance.sfu.transport.dtls import datagrams
from appliance.sfu.transport.send_batch import BATCH_SLOTS, cuts

U16 = st.integers(0, 0xFFFF)
U32 = st.integers(0, 0xFFFFFFFF)
# Bytes that get further than the version check.
RTP_LIKE = st.builds(
    lambda first, rest: bytes((0x80 | first,)) + rest, st.integers(0, 63), st.binary(max_size=120)
)


@given(st.one_of(st.binary(max_size=120), RTP_LIKE))
def test_rtp(data: bytes) -> None:
    with contextlib.suppress(BadPacket):
        header = parse(data)
        assert 12 <= header.payload_start <= header.payload_end <= len(data)
        unwrap_rtx(data, 96, 1)
        wrap_rtx(data, 97, 1, 1)


@given(RTP_LIKE, st.integers(0, 255))
def test_header_extensions(data: bytes, kept: int) -> None:
    with contextlib.suppress(BadPacket):
        cleaned = extensions.keep_only(data, kept)
        assert len(cleaned) == len(data)
        assert {found for found, *_ in extensions.elements(cleaned)} <= {kept}
        level = extensions.audio_level(data)
        assert level is None or 0 <= level <= 127


HEADED = st.builds(
    lambda first, head, rest: bytes((0x80 | first,)) + head + rest,
    st.integers(0, 63),
    st.binary(min_size=11, max_size=11),
    st.one_of(st.binary(max_size=40), st.binary(max_size=9).map(lambda rest: b"\xbe\xde\x00\x01\x10" + rest)),
)


@given(HEADED)
def test_what_a_producer_lets_through_can_be_retransmitted(data: bytes) -> None:
    cleaned = Producer("ann", "ann", "mic").clean(data, 1.0)

    assert len(cleaned) in {0, len(data)}
    if cleaned:
        wrap_rtx(cleaned, 97, 1, 1)


@given(st.binary(max_size=64))
def test_codecs(payload: bytes) -> None:
    assert vp8.starts_key_frame(payload) in {True, False}
    assert h264.starts_key_frame(payload) in {True, False}


@given(U16, U32, U32, st.booleans(), st.binary(max_size=60), U16, U32)
def test_retransmissions_round_trip(
    sequence: int, timestamp: int, ssrc: int, marker: bool, payload: bytes, number: int, repair: int
) -> None:
    packet = build(Fields(96, sequence, timestamp, ssrc, marker), payload)

    assert unwrap_rtx(wrap_rtx(packet, 97, number, repair), 96, ssrc) == packet


RTCP_LIKE = st.builds(
    lambda first, kind, words, body: bytes((0x80 | first, kind)) + words.to_bytes(2) + body,
    st.integers(0, 63),
    st.integers(199, 207),
    st.integers(0, 12),
    st.binary(max_size=64),
)


@given(st.one_of(st.binary(max_size=80), RTCP_LIKE, st.lists(RTCP_LIKE).map(b"".join)))
def test_rtcp(data: bytes) -> None:
    with contextlib.suppress(rtcp.BadRtcp):
        rtcp.parse(data)


BLOCKS = st.lists(
    st.builds(
        rtcp.ReportBlock, U32, st.integers(0, 255), st.integers(-0x800000, 0x7FFFFF), U32, U32, U32, U32
    ),
    max_size=4,
).map(tuple)
RTCP_PACKETS = st.one_of(
    st.builds(rtcp.SenderReport, U32, st.integers(0, 2**64 - 1), U32, U32, U32, BLOCKS),
    st.builds(rtcp.ReceiverReport, U32, BLOCKS),
    st.builds(rtcp.KeyFrameRequest, U32, U32),
    st.builds(rtcp.Bye, st.lists(U32, max_size=5).map(tuple)),
    st.builds(rtcp.Remb, U32, st.integers(0, 2**18 - 1), st.lists(U32, max_size=5).map(tuple)),
)


@given(st.lists(RTCP_PACKETS, min_size=1, max_size=5))
def test_rtcp_round_trips(packets: list[rtcp.Packet]) -> None:
    assert rtcp.parse(rtcp.build(packets)) == packets


@given(st.sets(st.integers(0, 400), min_size=1), U16)
def test_nacks_round_trip_across_the_wrap(offsets: set[int], start: int) -> None:
    wanted = tuple((start + offset) & 0xFFFF for offset in sorted(offsets))

    (parsed,) = rtcp.parse(rtcp.build([rtcp.Nack(1, 2, wanted)]))

    assert isinstance(parsed, rtcp.Nack)
    assert parsed.sequences == wanted


@given(st.integers(1, 2**40))
def test_a_remb_is_exact_to_its_mantissa(bitrate: int) -> None:
    (parsed,) = rtcp.parse(rtcp.build([rtcp.Remb(1, bitrate, ())]))

    assert isinstance(parsed, rtcp.Remb)
    assert bitrate * (1 - 2**-17) <= parsed.bitrate_bps <= bitrate


@given(st.integers(0x10000, 2**40), st.integers(-0x7FFF, 0x7FFF))
def test_extending_finds_the_nearest(highest: int, ahead: int) -> None:
    assert extend(highest, (highest + ahead) & 0xFFFF) == highest + ahead
    assert distance((highest + ahead) & 0xFFFF, highest & 0xFFFF) == ahead


@given(U16, st.lists(st.tuples(st.integers(0x10000, 2**32), st.integers(1, 60000)), min_size=1, max_size=6))
def test_rewriting_keeps_one_unbroken_row_of_numbers(first: int, sources: list[tuple[int, int]]) -> None:
    rewriter = SequenceRewriter(first, 0)
    expected = first
    for start, count in sources:
        rewriter.start(start, 0, 90000, now=1.0)
        assert (start + rewriter.sequence_offset) & 0xFFFF == expected & 0xFFFF
        last = start + count - 1
        for number in {start, last, start + count // 2}:
            sent = (number + rewriter.sequence_offset) & 0xFFFF
            assert rewriter.source_number(sent, last) == number
        rewriter.stop(last, 0, now=2.0)
        expected += count


@given(st.lists(st.tuples(U16, st.binary(min_size=1, max_size=30)), max_size=60))
def test_a_producer_takes_any_order_and_each_packet_once(arrivals: list[tuple[int, bytes]]) -> None:
    producer = Producer("ann", "ann", "camera")
    taken: list[int] = []
    for sequence, payload in arrivals:
        number = producer.record(build(Fields(96, sequence, 0, 1), payload), sequence, 0, 0.0)
        if number >= 0:
            assert number & 0xFFFF == sequence
            taken.append(number)

    assert len(taken) == len(set(taken))


STUN_HEAD = b"\x00\x01\x00\x10\x21\x12\xa4\x42" + bytes(12)


@given(st.one_of(st.binary(max_size=120), st.binary(max_size=600).map(STUN_HEAD.__add__)))
def test_whose_check_it_claims_to_be_is_found_or_not(data: bytes) -> None:
    claimed = ice.claimed_ufrag(data)
    try:
        check = ice.read_check(data)
    except ice.BadStun:
        return
    assert claimed == check.ufrag.encode("ascii", "replace").decode() or not check.ufrag.isascii()


@given(st.one_of(st.binary(max_size=120), st.binary(max_size=80).map(lambda rest: b"\x00\x01" + rest)))
def test_stun(data: bytes) -> None:
    with contextlib.suppress(ice.BadStun):
        check = ice.read_check(data)
        assert not ice.is_authentic(check, ice.new_credentials())


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0x0006, 0x0008, 0x0020, 0x0024, 0x0025, 0x8029, 0x0009]), st.binary(max_size=40)
        )
    )
)
def test_stun_attributes(attributes: list[tuple[int, bytes]]) -> None:
    body = b"".join(
        kind.to_bytes(2) + len(value).to_bytes(2) + value + bytes(-len(value) % 4)
        for kind, value in attributes
    )
    data = b"\x00\x01" + len(body).to_bytes(2) + b"\x21\x12\xa4\x42" + bytes(12) + body

    claimed = ice.claimed_ufrag(data)
    with contextlib.suppress(ice.BadStun):
        check = ice.read_check(data)
        assert not ice.is_authentic(check, ice.new_credentials())
        assert claimed == check.ufrag or not check.ufrag.isascii()


SDP_LINES = st.sampled_from(
    [
        "v=0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "m=video 0 UDP/TLS/RTP/SAVPF 96 97",
        "m=video",
        "a=mid:0",
        "a=mid:1",
        "a=mid:",
        "a=setup:active",
        "a=setup:passive",
        "a=ice-ufrag:abcd",
        "a=fingerprint:sha-256 " + ":".join(["AB"] * 32),
        "a=fingerprint:sha-256 zz",
        "a=fingerprint:",
        "a=recvonly",
        "a=ssrc:1 cname:x",
        "a=ssrc:-1",
        "a=ssrc:99999999999",
        "a=ssrc:²",
        "a=ssrc-group:FID 1 2",
        "a=ssrc-group:FID",
        "a=ssrc-group:",
        "a=bundle-only",
        "",
    ]
)


@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(st.one_of(SDP_LINES, st.text(max_size=20)), max_size=30).map("\r\n".join),
    )
)
def test_sdp_answers(sdp: str) -> None:
    for text in (sdp, f"v=0\r\n{sdp}"):
        with contextlib.suppress(sdp_answer.BadAnswer):
            answer = sdp_answer.parse(text, "\nm=" * 4)
            assert answer.fingerprints
            assert all(
                0 <= ssrc <= 0xFFFFFFFF for section in answer.sections.values() for ssrc in section.ssrcs
            )


@given(st.binary(max_size=200))
def test_commands(body: bytes) -> None:
    with contextlib.suppress(control.BadMessage):
        control.decode_command(body)
    with contextlib.suppress(control.BadMessage):
        control.decode_report(body)


@given(st.sampled_from(list(SLOTS)), st.text(max_size=20))
def test_commands_round_trip(kind: control.Kind, peer: str) -> None:
    command = control.Allow(peer, frozenset((kind,)), frozenset(), hears=False)

    assert control.decode_command(control.encode(command)[4:]) == command


@given(st.binary(max_size=5000))
def test_flights_are_cut_without_loss(records: bytes) -> None:
    assert b"".join(datagrams(records)) == records


@given(st.lists(st.sampled_from([1, 2, 1100, 1496]), min_size=1, max_size=BATCH_SLOTS))
def test_send_batches_are_cut_as_segmentation_needs_it(sizes: list[int]) -> None:
    messages = cuts(sizes)

    assert [slot for first, count in messages for slot in range(first, first + count)] == [*range(len(sizes))]
    for first, count in messages:
        *whole, last = sizes[first : first + count]
        assert len(set(whole)) <= 1
        assert last <= sizes[first]
        assert sum(whole) + last < 0x10000
