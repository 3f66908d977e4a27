"""A peer's decisions: which way to send, whom to trust, what counts of an answer."""

from contextlib import suppress
from pathlib import Path as FilePath
from types import SimpleNamespace
from typing import Any

import pytest
from OpenSSL import SSL

from appliance.sfu import ice
from appliance.sfu.control import Join
from appliance.sfu.kinds import SLOTS
from appliance.sfu.peer import Peer
from appliance.sfu.rtp.extensions import block
from appliance.sfu.rtp.packet import BadPacket, Fields, build
from appliance.sfu.sdp.answer import Answer, Section
from appliance.sfu.transport import dtls


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


def test_the_certificate_is_kept(tmp_path: FilePath) -> None:
    first = dtls.fingerprint(dtls.load_certificate(tmp_path))

    assert dtls.fingerprint(dtls.load_certificate(tmp_path)) == first


@pytest.mark.parametrize("damage", ["empty", "nonsense", "cut", "zeros", "of two boxes", "folder"])
def test_a_damaged_certificate_is_made_anew(tmp_path: FilePath, damage: str) -> None:
    first = dtls.fingerprint(dtls.load_certificate(tmp_path))
    file = tmp_path / "dtls.pem"
    content = file.read_bytes()
    dtls.load_certificate(tmp_path / "other")
    certificate = b"-----BEGIN CERTIFICATE-----"
    damaged = {
        "empty": b"",
        "nonsense": b"nonsense",
        "cut": content[: len(content) * 2 // 3],
        "zeros": bytes(len(content)),
        "of two boxes": content.partition(certificate)[0]
        + certificate
        + (tmp_path / "other/dtls.pem").read_bytes().partition(certificate)[2],
    }
    if damage == "folder":
        file.unlink()
        (file / "in it").mkdir(parents=True)
    else:
        file.write_bytes(damaged[damage])

    again = dtls.fingerprint(dtls.load_certificate(tmp_path))

    assert again != first
    assert dtls.fingerprint(dtls.load_certificate(tmp_path)) == again


def test_where_nothing_can_be_written_a_certificate_holds_for_this_run(tmp_path: FilePath) -> None:
    (tmp_path / "file").write_text("")

    assert dtls.fingerprint(dtls.load_certificate(tmp_path / "file" / "sfu"))


def test_records_of_both_dtls_versions_are_kept_whole() -> None:
    old = b"\x16\xfe\xfd" + bytes(8) + (700).to_bytes(2) + bytes(700)
    new = b"\x2e\x00\x01" + (600).to_bytes(2) + bytes(600)
    short = b"\x26\x01" + (10).to_bytes(2) + bytes(10)
    endless = b"\x2a\x00\x01" + bytes(50)

    assert dtls.datagrams(old + new + short + endless) == [old, new + short + endless]


def answered(ssrcs: dict[int, int | None]) -> Answer:
    camera = Section(SLOTS["camera"], "sendonly", frozenset({96, 97}), ssrcs)
    return Answer({camera.mid: camera}, frozenset(), "them")


def test_an_answer_replaces_the_one_before(peer: Peer) -> None:
    peer.apply(answered({1: 2}), 1.0)
    peer.apply(answered({3: 4}), 2.0)

    camera = peer.participant.producers["camera"]
    assert peer.find_producer(build(Fields(96, 1, 1, 3), b"")) == (camera, False)
    assert peer.find_producer(build(Fields(97, 1, 1, 4), b"")) == (camera, True)
    assert peer.find_producer(build(Fields(96, 1, 1, 1), b"")) is None


def test_of_what_packets_say_themselves_little_is_kept(peer: Peer) -> None:
    for ssrc in range(1, 10_000):
        peer.find_producer(build(Fields(96, 1, 1, ssrc), b"", block({3: SLOTS["camera"].encode()})))

    known = [ssrc for ssrc in range(1, 10_000) if peer.find_producer(build(Fields(96, 2, 1, ssrc), b""))]
    assert known == list(range(10_000 - 32, 10_000))


def flight(client: SSL.Connection) -> bytes:
    """What the client wants to send."""
    data = b""
    with suppress(SSL.WantReadError):
        while True:
            data += client.bio_read(1 << 16)
    return data


def shake_hands(server: dtls.DtlsSession, client: SSL.Connection, sent: list[bytes]) -> None:
    """Both sides' handshake, until both are done."""
    for _ in range(10):
        with suppress(SSL.WantReadError):
            client.do_handshake()
        for datagram in dtls.datagrams(flight(client)):
            server.receive(datagram)
        for datagram in sent:
            client.bio_write(datagram)
        sent.clear()


def test_all_records_of_a_datagram_are_read(tmp_path: FilePath) -> None:
    sent: list[bytes] = []
    server = dtls.DtlsSession(dtls.make_context(dtls.load_certificate(tmp_path / "ours")), sent.append)
    client = SSL.Connection(dtls.make_context(dtls.load_certificate(tmp_path / "theirs")))
    client.set_ciphertext_mtu(1200)
    client.set_connect_state()
    shake_hands(server, client, sent)
    said = b""
    for _ in range(30):
        client.write(b"x")
        said += flight(client)

    server.receive(said)
    # Behind everything that was said comes the goodbye; it is heard at once.
    client.write(b"x")
    client.shutdown()
    before = server.phase
    server.receive(flight(client))

    assert len(said) > 600
    assert (before, server.phase) == (dtls.Phase.DONE, dtls.Phase.CLOSED)
