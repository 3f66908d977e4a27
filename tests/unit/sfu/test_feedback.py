"""What viewers ask for is answered within their budgets, and costs publishers and other viewers little."""

from pathlib import Path

import pytest

from appliance.sfu.budget import KEY_FRAMES, REPAIRS, RTCP_PARTS
from appliance.sfu.codecs.codec import VP8
from appliance.sfu.feedback import Feedback
from appliance.sfu.routing.consumer import Consumer
from appliance.sfu.routing.router import Router
from appliance.sfu.rtp import rtcp
from appliance.sfu.rtp.packet import Fields, build
from tests.unit.sfu.recorder import Recorder, peers

KEY_FRAME = b"\x10\x00" + bytes(1000)


class Room:
    """Ann's camera on Bo's m-line, after so many packets; times are seconds."""

    def __init__(self, folder: Path, packets: int = 300) -> None:
        self.recorder = Recorder()
        self.peers = peers(folder, self.recorder, "ann", "bo")
        self.feedback = Feedback(self.peers, self.recorder)
        router = Router()
        for peer in self.peers.values():
            router.join(peer.participant)
        ann, bo = self.peers["ann"].participant, self.peers["bo"].participant
        ann.switch(frozenset({"camera"}), 0.0)
        router.reattach(0.0)
        self.producer = ann.producers["camera"]
        self.producer.begin(1, 0.0)
        (self.line,) = bo.consumers
        self.line.payload_types = frozenset({VP8.payload_type, VP8.rtx_payload_type or 0})
        self.line.answered = True
        self.producer.changed(0.0)
        for sequence in range(packets):
            packet = build(Fields(VP8.payload_type, sequence, 0, 1), KEY_FRAME)
            number = self.producer.record(packet, sequence, 0, 0.0)
            if self.producer.waiting:
                self.producer.welcome(packet, number, 0, 0.0)

    def asks(self, packets: list[rtcp.Packet], now: float) -> None:
        self.feedback.received(self.peers["bo"], rtcp.build(packets), now)

    def number(self, back: int) -> int:
        """The number on Bo's line of the packet so far behind the newest."""
        reception = self.producer.reception
        assert reception is not None
        return (reception.highest - back + self.line.rewriter.sequence_offset) & 0xFFFF


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def nack(line: Consumer, *numbers: int) -> list[rtcp.Packet]:
    return [rtcp.Nack(1, line.ssrc, numbers)]


def test_a_lost_packet_is_sent_again_once_however_often_it_is_named(room: Room) -> None:
    number = room.number(5)
    for _ in range(20):
        room.asks(nack(room.line, *[number] * 100), 1.0)

    assert len(room.recorder.resent) == 1


def test_what_was_never_sent_or_is_of_another_stream_is_not(room: Room) -> None:
    room.asks(nack(room.line, room.number(-100), room.number(9000)), 1.0)
    room.asks([rtcp.Nack(1, room.line.rtx_ssrc, (room.number(5),))], 1.0)
    room.asks([rtcp.Nack(1, 0xDEAD, (room.number(5),))], 1.0)

    assert room.recorder.resent == []


def test_what_is_sent_again_stays_within_the_viewers_budget(room: Room) -> None:
    for at in range(200):
        room.asks(nack(room.line, *(room.number(back) for back in range(290))), 1.0 + at * 0.2)

    sent = sum(len(packet) for packet in room.recorder.resent)
    assert sent <= REPAIRS.burst + 40 * REPAIRS.per_second
    # Ten times each, and no more.
    assert len(room.recorder.resent) <= 10 * 300


def test_a_loss_as_it_happens_is_repaired_whole(room: Room) -> None:
    lost = [room.number(back) for back in range(20, 120)]

    room.asks(nack(room.line, *lost), 1.0)

    assert len(room.recorder.resent) == len(lost)


def test_a_viewer_who_keeps_asking_for_key_frames_gets_few(room: Room) -> None:
    for at in range(1000):
        now = 1.0 + at * 0.1
        room.asks([rtcp.KeyFrameRequest(1, room.line.ssrc)] * 10, now)
        room.feedback.ask(now)
        room.producer.key_frames.came()

    asked = [compound for peer, compound in room.recorder.rtcp if peer == "ann"]
    assert len(asked) <= KEY_FRAMES.burst + 100 * KEY_FRAMES.per_second + 1
    assert len(asked) >= 100 * KEY_FRAMES.per_second


def test_a_first_request_is_passed_on_at_once(room: Room) -> None:
    room.producer.key_frames.came()

    room.asks([rtcp.KeyFrameRequest(1, room.line.ssrc)], 1.0)

    assert room.recorder.rtcp == [("ann", rtcp.build([rtcp.KeyFrameRequest(1, 1)]))]


def test_a_picture_that_stands_still_is_asked_for_as_well(room: Room) -> None:
    room.producer.key_frames.want()

    room.asks([rtcp.KeyFrameRequest(1, room.line.ssrc)], 1.0)

    assert room.recorder.rtcp == [("ann", rtcp.build([rtcp.KeyFrameRequest(1, 1)]))]


def test_more_parts_than_a_browser_sends_are_not_acted_on(room: Room) -> None:
    remb: list[rtcp.Packet] = [rtcp.Remb(1, 100_000, ())] * rtcp.MAX_PARTS
    for _ in range(round(RTCP_PARTS.burst / rtcp.MAX_PARTS)):
        room.asks(remb, 1.0)
    before = room.peers["bo"].viewer.loss
    block = rtcp.ReportBlock(room.line.ssrc, 255, 0, 0, 0, 0, 0)

    room.asks([rtcp.ReceiverReport(1, (block,))], 1.0)

    assert room.peers["bo"].viewer.loss == before
    room.asks([rtcp.ReceiverReport(1, (block,))], 2.0)
    assert room.peers["bo"].viewer.loss > before


@pytest.mark.parametrize("value", [0, 1, 2**40, (2**18 - 1) << 63])
def test_no_estimate_pushes_a_publisher_below_the_floor_or_fails(room: Room, value: int) -> None:
    sequence = 300
    for second in range(1, 20):
        room.asks([rtcp.Remb(1, value, ())], float(second))
        for _ in range(30):
            packet = build(Fields(VP8.payload_type, sequence, 0, 1), KEY_FRAME)
            room.producer.record(packet, sequence, 0, float(second))
            sequence += 1
        room.feedback.report(room.peers["ann"], float(second))
        room.feedback.report(room.peers["bo"], float(second))

    granted = [
        part.bitrate_bps
        for _, compound in room.recorder.rtcp
        for part in rtcp.parse(compound)
        if isinstance(part, rtcp.Remb)
    ]
    assert granted
    assert min(granted) >= 150_000


def test_reports_of_streams_and_clocks_that_are_nonsense_do_no_harm(room: Room) -> None:
    blocks = tuple(
        rtcp.ReportBlock(room.line.ssrc, 255, -1, 2**32 - 1, 2**32 - 1, last, 2**32 - 1)
        for last in (0, 1, 2**32 - 1)
    )
    for stamp in (0, 1, 2**63, 2**64 - 1):
        room.feedback.received(
            room.peers["ann"],
            rtcp.build([rtcp.SenderReport(1, stamp, 2**32 - 1, 2**32 - 1, 2**32 - 1, blocks)]),
            1.0,
        )
        room.feedback.report(room.peers["bo"], 1.5)
        room.feedback.report(room.peers["ann"], 1.5)

    assert room.peers["ann"].round_trip < 10
