"""What the cipher keeps of a peer's streams: few, whatever comes, and those in use for ever."""

import secrets
import socket
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pylibsrtp
import pytest
from aiortc.rtcdtlstransport import SRTP_AES128_CM_SHA1_80 as PROFILE

from appliance.sfu.budget import NEW_REPORTERS, NEW_STREAMS
from appliance.sfu.routing.producer import Producer
from appliance.sfu.rtp.packet import Fields, build
from appliance.sfu.transport import srtp
from appliance.sfu.transport.mmsghdr import Path
from appliance.sfu.transport.plain import PlainForwarder
from appliance.sfu.transport.udp import Endpoint

MINE = 7


class Policy:
    """Takes one stream for a camera and no other."""

    def __init__(self) -> None:
        self.camera = Producer("ann", "17", "camera")
        self.camera.allowed = True
        self.reports = 0
        self.path: Path | None = None

    def on_stun(self, data: bytes, owner: str | None, path: Callable[[], Path]) -> None:
        del data, owner
        self.path = path()

    def on_dtls(self, peer: str, data: bytes) -> None:
        """Nothing to note."""

    def on_rtcp(self, peer: str, data: bytes) -> None:
        del peer, data
        self.reports += 1

    def on_new_stream(self, peer: str, packet: bytes) -> tuple[Producer, bool] | None:
        del peer
        ssrc = int.from_bytes(packet[8:12])
        if ssrc != MINE:
            return None
        self.camera.begin(ssrc, 0.0)
        return self.camera, False

    def on_trouble(self, producers: set[Producer]) -> None:
        """Nothing to note."""


class Line(NamedTuple):
    """A forwarder with one peer, and that peer's side; the clock stands still unless it is moved."""

    policy: Policy
    forwarder: PlainForwarder
    endpoint: Endpoint
    keys: srtp.Keys
    sender: socket.socket
    cipher: pylibsrtp.Session
    now: list[float]

    def send(self, packet: bytes, *, reports: bool = False) -> None:
        protect = self.cipher.protect_rtcp if reports else self.cipher.protect
        self.sender.send(protect(packet))
        self.forwarder.readable(self.endpoint)

    def contexts(self, ssrcs: range) -> int:
        """Of how many the cipher keeps something; they are forgotten by being counted."""
        found = 0
        for ssrc in ssrcs:
            try:
                self.keys.inbound.remove_stream(ssrc)
            except pylibsrtp.Error:
                continue
            found += 1
        return found


@pytest.fixture
def line() -> Iterator[Line]:
    policy, now = Policy(), [1.0]
    endpoint = Endpoint("127.0.0.1", 0)
    forwarder = PlainForwarder([endpoint], policy, lambda: now[0])
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.connect(("127.0.0.1", endpoint.port))
    sender.send(b"\x00\x01" + bytes(18))
    forwarder.readable(endpoint)
    assert policy.path is not None
    material = secrets.token_bytes(srtp.material_bytes(PROFILE.openssl_profile))
    keys = srtp.derive(PROFILE.openssl_profile, material)
    forwarder.open("ann")
    forwarder.accept_from("ann", policy.path)
    forwarder.send_to("ann", policy.path)
    forwarder.secure("ann", keys)
    cipher = pylibsrtp.Session(
        pylibsrtp.Policy(
            key=PROFILE.get_key_and_salt(material, 0),
            ssrc_type=pylibsrtp.Policy.SSRC_ANY_OUTBOUND,
            srtp_profile=PROFILE.libsrtp_profile,
        )
    )
    yield Line(policy, forwarder, endpoint, keys, sender, cipher, now)
    sender.close()
    endpoint.close()


def rtp(ssrc: int, sequence: int) -> bytes:
    return build(Fields(96, sequence, 0, ssrc), bytes(20))


def taken(line: Line) -> int:
    reception = line.policy.camera.reception
    return reception.received if reception is not None else 0


def test_streams_that_are_nobodys_leave_no_context_and_cost_no_cipher(line: Line) -> None:
    line.send(rtp(MINE, 1))
    for ssrc in range(1000, 2000):
        line.send(rtp(ssrc, 1))
    line.send(rtp(MINE, 2))

    assert line.contexts(range(1000, 2000)) == 0
    assert taken(line) == 2


def test_reporters_are_few_and_come_back_with_time(line: Line) -> None:
    for ssrc in range(1000, 3000):
        line.send(struct.pack("!BBHI", 0x80, 201, 1, ssrc), reports=True)
    at_once = line.policy.reports
    for ssrc in range(3000, 4000):
        line.now[0] += 1.0
        line.forwarder.replenish(1.0)
        line.send(struct.pack("!BBHI", 0x80, 201, 1, ssrc), reports=True)

    assert at_once == NEW_REPORTERS.burst
    assert line.policy.reports == at_once + 1000
    assert line.contexts(range(1000, 4000)) == 256


def test_a_stream_in_use_outlives_every_flood_and_its_own_goodbye(line: Line) -> None:
    # Past the sixteen bits of the number, after which only who has kept count can decipher.
    sequence = 0xFFF0
    for number in range(40):
        line.send(rtp(MINE, (sequence + number) & 0xFFFF))
    for ssrc in range(1000, 2000):
        line.now[0] += 1.0
        line.forwarder.replenish(1.0)
        line.send(rtp(ssrc, 1))
        line.send(struct.pack("!BBHI", 0x80, 201, 1, ssrc + 10_000), reports=True)
    line.forwarder.forget_stream("ann", MINE)
    line.send(rtp(MINE, (sequence + 40) & 0xFFFF))

    assert taken(line) == 41


def test_what_is_forged_spends_nothing_of_the_real_ones_streams(line: Line) -> None:
    for ssrc in range(1000, 2000):
        line.sender.send(rtp(ssrc, 1) + bytes(10))
        line.forwarder.readable(line.endpoint)
        line.forwarder.replenish(1.0)

    line.send(rtp(MINE, 1))

    assert taken(line) == 1
    assert NEW_STREAMS.burst < 1000


def test_more_packets_than_the_budget_are_dropped_and_noticed(line: Line) -> None:
    for sequence in range(3000):
        line.send(rtp(MINE, sequence))
    flooded = [line.forwarder.replenish(0.05), line.forwarder.replenish(0.05)]

    assert taken(line) == 1500
    assert flooded == [{"ann"}, set()]


def test_addresses_are_few_and_the_one_in_use_is_kept(line: Line) -> None:

    others = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(40)]
    home = line.policy.path
    assert home is not None
    for other in others:
        other.connect(("127.0.0.1", line.endpoint.port))
        other.send(b"\x00\x01" + bytes(18))
        line.forwarder.readable(line.endpoint)
        assert line.policy.path is not None
        line.forwarder.accept_from("ann", line.policy.path)
        line.forwarder.accept_from("ann", home)
    line.send(rtp(MINE, 1))
    before = taken(line)
    for number, other in enumerate(others):
        other.send(line.cipher.protect(rtp(MINE, number + 2)))
        line.forwarder.readable(line.endpoint)
        other.close()

    assert before == 1
    assert taken(line) - before == 15
