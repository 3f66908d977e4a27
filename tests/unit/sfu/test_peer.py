"""A peer's decisions: which way to send, whom to trust, what counts of an answer."""

from pathlib import Path as FilePath
from types import SimpleNamespace
from typing import Any

import pytest

from appliance.sfu.control import Join
from appliance.sfu.kinds import SLOTS
from appliance.sfu.peer import Peer
from appliance.sfu.rtp.extensions import block
from appliance.sfu.rtp.packet import BadPacket, Fields, build
from appliance.sfu.transport import dtls, ice


@pytest.fixture
def peer(tmp_path: FilePath) -> Peer:
    context = dtls.make_context(dtls.load_certificate(tmp_path))
    nobody: Any = SimpleNamespace()
    return Peer(Join("ann", "room", "17", "", frozenset(SLOTS)), context, nobody, 0.0)


def way(name: bytes) -> Any:
    return SimpleNamespace(key=name)


def test_the_first_way_is_taken_and_a_nominated_one_followed(peer: Peer) -> None:
    assert peer.follows(way(b"home"), 1.0, nominated=False)
    assert not peer.follows(way(b"home"), 2.0, nominated=True)
    assert not peer.follows(way(b"other"), 2.0, nominated=False)
    assert peer.follows(way(b"phone"), 3.0, nominated=True)


def test_a_way_without_checks_is_left_for_one_with(peer: Peer) -> None:
    peer.follows(way(b"home"), 1.0, nominated=True)

    assert not peer.follows(way(b"phone"), 1.0 + ice.STALE_SECONDS - 0.1, nominated=False)
    assert peer.follows(way(b"phone"), 1.0 + ice.STALE_SECONDS, nominated=False)
    assert peer.checked_at == 1.0 + ice.STALE_SECONDS


def test_an_offer_without_an_answer_is_said_again_as_it_was(peer: Peer) -> None:
    assert not peer.repeats(100.0)
    peer.make_offer("AB", [], 8443, 100.0)
    said = (peer.revision, peer.sdp, peer.tracks)

    assert [peer.repeats(now) for now in (104.9, 105.0, 105.1, 109.9, 110.0)] == [
        False,
        True,
        False,
        False,
        True,
    ]
    assert (peer.revision, peer.sdp, peer.tracks) == said


def test_a_new_ssrc_is_known_by_its_mid_and_only_by_that(peer: Peer) -> None:
    camera = build(Fields(96, 1, 1, 5), b"", block({3: SLOTS["camera"].encode()}))
    repair = build(Fields(97, 1, 1, 6), b"", block({3: SLOTS["camera"].encode()}))

    assert peer.find_producer(camera) == (peer.participant.producers["camera"], False)
    assert peer.find_producer(repair) == (peer.participant.producers["camera"], True)
    assert peer.find_producer(build(Fields(96, 2, 1, 5), b"")) == (
        peer.participant.producers["camera"],
        False,
    )
    assert peer.find_producer(build(Fields(96, 1, 1, 7), b"")) is None
    assert peer.find_producer(build(Fields(96, 1, 1, 7), b"", block({3: b"\xff9"}))) is None
    with pytest.raises(BadPacket):
        peer.find_producer(b"\x80")


def test_the_certificate_is_kept_and_a_broken_one_replaced(tmp_path: FilePath) -> None:
    first = dtls.fingerprint(dtls.load_certificate(tmp_path))
    second = dtls.fingerprint(dtls.load_certificate(tmp_path))
    (tmp_path / "dtls.pem").write_text("nonsense")

    assert first == second
    assert dtls.fingerprint(dtls.load_certificate(tmp_path)) != first


def test_records_of_both_dtls_versions_are_kept_whole() -> None:
    old = b"\x16\xfe\xfd" + bytes(8) + (700).to_bytes(2) + bytes(700)
    new = b"\x2e\x00\x01" + (600).to_bytes(2) + bytes(600)
    short = b"\x26\x01" + (10).to_bytes(2) + bytes(10)
    endless = b"\x2a\x00\x01" + bytes(50)

    assert dtls.datagrams(old + new + short + endless) == [old, new + short + endless]
