"""Who gets whose packets."""

import pytest

from appliance.sfu.codecs import h264, vp8
from appliance.sfu.kinds import SLOTS, Kind, Track
from appliance.sfu.routing.producer import Producer
from appliance.sfu.routing.router import Participant, Router
from appliance.sfu.routing.speakers import HANG_SECONDS, Speaker
from appliance.sfu.rtp.extensions import block
from appliance.sfu.rtp.packet import Fields, build

ALL: frozenset[Kind] = frozenset(SLOTS)
KEY_FRAME = b"\x10\x00"
DELTA_FRAME = b"\x10\x01"


def room(*names: str) -> tuple[Router, list[Participant]]:
    router = Router()
    people = [Participant(name, f"owner-{name}", ALL) for name in names]
    for person in people:
        router.join(person)
    return router, people


def agree(viewer: Participant) -> None:
    for consumer in viewer.consumers:
        if consumer.producer is not None:
            consumer.payload_types = frozenset((96, 97, 111))
            consumer.answered = True
            consumer.producer.changed(0.0)


def arrive(producer: Producer, sequence: int, payload: bytes, timestamp: int = 0, now: float = 0.0) -> bool:
    packet = build(Fields(96, sequence & 0xFFFF, timestamp, 5), payload)
    number = producer.record(packet, sequence & 0xFFFF, timestamp, now)
    if number >= 0:
        producer.welcome(packet, number, timestamp, now)
    return number >= 0


def test_a_microphone_gets_a_line_at_everybody_else_when_it_is_heard() -> None:
    router, (ann, bo, cy) = room("ann", "bo", "cy")
    ann.sends("mic")

    changed = router.reattach(0.0)

    assert changed == [bo, cy]
    assert bo.tracks() == [Track("4", "owner-ann", "mic")]
    assert ann.tracks() == []
    assert router.reattach(0.0) == []


def test_a_muted_microphone_keeps_its_line() -> None:
    router, (ann, bo) = room("ann", "bo")
    ann.switch(frozenset(("mic",)), 1.0)
    router.reattach(0.0)

    ann.sends("mic")
    ann.switch(frozenset(), 1.0)

    assert router.reattach(0.0) == []
    assert bo.tracks() == [Track("4", "owner-ann", "mic")]


def test_a_camera_comes_and_goes_with_what_is_switched_on() -> None:
    router, (ann, bo) = room("ann", "bo")
    ann.switch(frozenset(("camera",)), 1.0)
    router.reattach(0.0)
    shown = bo.tracks()

    ann.switch(frozenset(), 1.0)
    changed = router.reattach(0.0)

    assert shown == [Track("4", "owner-ann", "camera")]
    assert (changed, bo.tracks()) == ([bo], [])


def test_a_line_that_comes_back_announces_another_stream() -> None:
    """Chromium decodes a stream whose line was inactive and comes back with the same ssrc, and shows nothing."""
    router, (ann, bo) = room("ann", "bo")
    ann.switch(frozenset(("camera",)), 1.0)
    router.reattach(0.0)
    (line,) = bo.consumers
    first = {line.ssrc, line.rtx_ssrc}

    ann.switch(frozenset(), 1.0)
    router.reattach(1.0)
    ann.switch(frozenset(("camera",)), 1.0)
    router.reattach(2.0)

    assert bo.consumers == [line]
    assert first.isdisjoint({line.ssrc, line.rtx_ssrc})


def test_a_free_line_carries_the_next_of_its_medium_only() -> None:
    router, (ann, bo) = room("ann", "bo")
    ann.switch(frozenset(("camera", "screen_audio")), 1.0)
    router.reattach(0.0)
    ann.switch(frozenset(), 1.0)
    router.reattach(0.0)

    ann.switch(frozenset(("screen", "mic")), 1.0)
    router.reattach(0.0)

    by_kind = {track.kind: track.mid for track in bo.tracks()}
    assert by_kind["screen"] == next(one.mid for one in bo.consumers if one.kind == "screen")
    assert by_kind["screen"] in {"4", "5"}
    # stereo sound has another payload type than a voice
    assert by_kind["mic"] == "6"


def test_an_unannounced_camera_counts_as_soon_as_it_sends() -> None:
    router, (ann, bo) = room("ann", "bo")

    assert ann.sends("camera")
    assert not ann.sends("camera")
    router.reattach(0.0)

    assert bo.tracks() == [Track("4", "owner-ann", "camera")]


def test_who_leaves_is_gone_from_both_sides() -> None:
    router, (ann, bo) = room("ann", "bo")
    ann.sends("mic")
    bo.sends("mic")
    router.reattach(0.0)

    router.leave("ann", 0.0)
    router.leave("nobody", 0.0)

    assert router.reattach(0.0) == [bo]
    assert bo.tracks() == []
    assert bo.producers["mic"].consumers == []


def test_nothing_flows_before_the_answer_and_not_before_a_key_frame() -> None:
    router, (ann, bo) = room("ann", "bo")
    camera = ann.producers["camera"]
    ann.sends("camera")
    router.reattach(0.0)
    line = bo.consumers[0]

    arrive(camera, 10, KEY_FRAME)
    before_answer = line.flowing
    agree(bo)
    arrive(camera, 11, DELTA_FRAME)
    before_key_frame = line.flowing
    asked = camera.key_frames.due(1.0)
    arrive(camera, 12, KEY_FRAME)

    assert (before_answer, before_key_frame, asked, line.flowing) == (False, False, True, True)
    assert not camera.key_frames.wanted
    assert line.packets == 1


def test_a_key_frame_fulfils_the_request_of_one_who_is_in_already() -> None:
    camera = Producer("ann", "ann", "camera")
    camera.key_frames.want()

    arrive(camera, 10, DELTA_FRAME)
    after_delta = camera.key_frames.wanted
    arrive(camera, 11, KEY_FRAME)

    assert (after_delta, camera.key_frames.wanted) == (True, False)


def test_who_may_no_longer_stream_is_not_forwarded_from_the_next_packet_on() -> None:
    router, (ann, bo) = room("ann", "bo")
    camera = ann.producers["camera"]
    ann.sends("camera")
    router.reattach(0.0)
    agree(bo)
    arrive(camera, 10, KEY_FRAME)
    line = bo.consumers[0]
    flowing = line.flowing

    ann.permit(frozenset(("mic",)), 1.0)

    assert (flowing, line.flowing) == (True, False)
    assert router.reattach(1.0) == [bo]


def test_who_is_deaf_gets_nothing_and_goes_on_where_it_stopped() -> None:
    router, (ann, bo) = room("ann", "bo")
    mic = ann.producers["mic"]
    ann.sends("mic")
    router.reattach(0.0)
    agree(bo)
    arrive(mic, 10, b"x", 960)
    line = bo.consumers[0]
    out = (10 + line.rewriter.sequence_offset) & 0xFFFF

    bo.set_hearing(hears=False, now=1.0)
    deaf = line.flowing
    arrive(mic, 11, b"x", 1920)
    bo.set_hearing(hears=False, now=1.0)
    bo.set_hearing(hears=True, now=2.0)
    arrive(mic, 12, b"x", 2880, now=2.0)

    assert (deaf, line.flowing) == (False, True)
    # the packet in between was never theirs: no gap to be asked for
    assert (12 + line.rewriter.sequence_offset) & 0xFFFF == (out + 1) & 0xFFFF
    assert line.packets == 2


def test_a_new_ssrc_is_a_new_beginning() -> None:
    router, (ann, bo) = room("ann", "bo")
    mic = ann.producers["mic"]
    mic.begin(5, 0.0)
    ann.sends("mic")
    router.reattach(0.0)
    agree(bo)
    arrive(mic, 10, b"x")

    mic.begin(5, 1.0)
    unchanged = bo.consumers[0].flowing
    mic.begin(6, 1.0)

    assert (unchanged, bo.consumers[0].flowing, mic.reception) == (True, False, None)
    assert arrive(mic, 40000, b"x", 5)
    assert bo.consumers[0].flowing


@pytest.mark.parametrize("kind", ["camera", "mic"])
def test_late_lost_and_doubled_packets_are_told_apart(kind: Kind) -> None:
    producer = Producer("ann", "ann", kind)

    assert arrive(producer, 65534, KEY_FRAME)
    assert arrive(producer, 65537, DELTA_FRAME)
    assert producer.nack_generator.due(0.0, 0.1) == [65536 + 65535, 65536 + 65536]
    assert arrive(producer, 65535, DELTA_FRAME)
    assert not arrive(producer, 65535, DELTA_FRAME)
    assert producer.nack_generator.due(9.0, 0.1) == [65536 + 65536]
    assert producer.reception is not None
    assert producer.reception.received == 3


def test_the_bitrate_is_what_came_in_the_time() -> None:
    producer = Producer("ann", "ann", "camera")
    arrive(producer, 1, bytes(988))

    producer.measure(0.5)
    first = producer.bitrate_bps
    producer.measure(0.5)

    assert (first, producer.bitrate_bps) == (16000.0, 0.0)


def test_loudness_is_heard_and_the_mid_goes_no_further() -> None:
    producer = Producer("ann", "ann", "mic")
    with_mid = build(Fields(111, 1, 1, 5), b"s", block({1: b"\x10", 3: b"0"}))
    level_only = build(Fields(111, 2, 1, 5), b"s", block({1: b"\x10"}))
    broken = build(Fields(111, 2, 1, 5), b"s", b"\xbe\xde\x00\x01\x1f\x00\x00\x00")

    cleaned = producer.clean(with_mid, 1.0)
    same = producer.clean(level_only, 1.02)

    assert b"0" not in cleaned[16:20]
    assert same is level_only
    assert producer.speaker.turned(1.03) is True
    assert producer.clean(broken, 1.0) == b""


def test_a_knock_is_no_speech_and_a_pause_does_not_end_it() -> None:
    speaker = Speaker()
    speaker.heard(20, 1.0)
    knock = speaker.turned(1.01)
    speaker.heard(127, 1.02)
    speaker.heard(20, 1.04)
    speaker.heard(20, 1.06)
    begun = speaker.turned(1.07)
    speaker.heard(127, 1.08)
    pause = speaker.turned(1.1)
    ended = speaker.turned(1.07 + HANG_SECONDS)

    assert (knock, begun, pause, ended) == (None, True, None, False)
    speaker.heard(20, 2.0)
    speaker.heard(20, 2.0)
    speaker.silence()
    assert speaker.turned(2.01) is None


def test_vp8_key_frames_are_told_from_others() -> None:
    assert vp8.starts_key_frame(b"\x10\x00")
    assert vp8.starts_key_frame(b"\x90\xe0\x81\x23\x05\x07\x00")
    assert vp8.starts_key_frame(b"\x90\x80\x05\x00")
    assert not vp8.starts_key_frame(b"\x10\x01")
    assert not vp8.starts_key_frame(b"\x00\x00")
    assert not vp8.starts_key_frame(b"\x11\x00")
    assert not vp8.starts_key_frame(b"\x90")
    assert not vp8.starts_key_frame(b"")


def test_h264_key_frames_are_told_from_others() -> None:
    assert h264.starts_key_frame(b"\x67\x42")
    assert h264.starts_key_frame(b"\x65\x88")
    assert h264.starts_key_frame(b"\x78\x00\x02\x67\x42\x00\x02\x68\xce")
    assert h264.starts_key_frame(b"\x7c\x85")
    assert not h264.starts_key_frame(b"\x7c\x05")
    assert not h264.starts_key_frame(b"\x7c")
    assert not h264.starts_key_frame(b"\x61\x9a")
    assert not h264.starts_key_frame(b"")
