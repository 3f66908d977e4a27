"""What leaves for several peers in one turn, through a real socket and to be decrypted by who gets it."""

import socket
from collections.abc import Iterator

import pylibsrtp
import pytest
from aiortc.rtcdtlstransport import SRTP_AEAD_AES_128_GCM

from appliance.sfu.rtp.packet import Fields, build, parse
from appliance.sfu.transport.fanout import MAX_PACKET_BYTES, FanOut, Target
from appliance.sfu.transport.mmsghdr import Path
from appliance.sfu.transport.send_batch import BATCH_SLOTS, SendBatch
from appliance.sfu.transport.srtp import Keys
from appliance.sfu.transport.udp import Endpoint

SO_NO_CHECK = 11
OUR_SSRC = 7


def session(kind: int, ssrc: int = 0) -> pylibsrtp.Session:
    profile = SRTP_AEAD_AES_128_GCM
    key = bytes(profile.key_length + profile.salt_length)
    return pylibsrtp.Session(
        pylibsrtp.Policy(key=key, ssrc_type=kind, ssrc_value=ssrc, srtp_profile=profile.libsrtp_profile)
    )


class Viewer:
    """A peer's socket and its keys."""

    def __init__(self, endpoint: Endpoint, outbound: pylibsrtp.Session | None = None) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.2)
        host, port = self._socket.getsockname()
        name = socket.AF_INET.to_bytes(2, "little") + port.to_bytes(2) + socket.inet_aton(host) + bytes(8)
        self._inbound = session(pylibsrtp.Policy.SSRC_ANY_INBOUND)
        outbound = outbound or session(pylibsrtp.Policy.SSRC_ANY_OUTBOUND)
        keys = Keys(self._inbound, outbound, SRTP_AEAD_AES_128_GCM.openssl_profile)
        self.batch = SendBatch(Path(endpoint, name, b""), keys)

    def target(self, ssrc: int = OUR_SSRC) -> Target:
        return Target(self.batch, ssrc, sequence_offset=100, timestamp_offset=5)

    def got(self) -> list[bytes]:
        """All datagrams, as they came."""
        found: list[bytes] = []
        while True:
            try:
                found.append(self._socket.recv(4096))
            except TimeoutError:
                return found

    def heard(self) -> list[bytes]:
        """All packets, decrypted."""
        return [self._inbound.unprotect(data) for data in self.got()]

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    one = Endpoint("127.0.0.1", 0)
    yield one
    one.close()


@pytest.fixture
def viewers(endpoint: Endpoint) -> Iterator[list[Viewer]]:
    some = [Viewer(endpoint) for _ in range(3)]
    yield some
    for viewer in some:
        viewer.close()


def packet(sequence: int, size: int = 1100) -> bytes:
    return build(Fields(96, sequence, 3000, 1), bytes([sequence % 256]) * (size - 12))


def sequences(packets: list[bytes], ssrc: int = OUR_SSRC) -> list[int]:
    return [int.from_bytes(one[2:4]) - 100 for one in packets if parse(one).ssrc == ssrc]


def test_everyone_gets_the_packet_under_its_own_numbers(endpoint: Endpoint, viewers: list[Viewer]) -> None:
    fan_out = FanOut([viewer.target(ssrc=50 + index) for index, viewer in enumerate(viewers)])

    assert fan_out.send(packet(1), 1, 3000) == 3
    endpoint.flush()

    for index, viewer in enumerate(viewers):
        assert viewer.heard() == [build(Fields(96, 101, 3005, 50 + index), packet(1)[12:])]


def test_two_publishers_streams_stay_in_order_when_they_share_messages(
    endpoint: Endpoint, viewers: list[Viewer]
) -> None:
    ann, bo = FanOut([one.target(7) for one in viewers]), FanOut([one.target(8) for one in viewers[1:]])

    for number in range(5):
        ann.send(packet(number), number, 3000)
        bo.send(packet(number + 20, 1100 - number), number + 20, 3000)
    endpoint.flush()

    for index, viewer in enumerate(viewers):
        heard = viewer.heard()
        assert sequences(heard, 7) == [0, 1, 2, 3, 4]
        assert sequences(heard, 8) == ([20, 21, 22, 23, 24] if index else [])


def test_packets_of_any_sizes_are_cut_where_they_end(endpoint: Endpoint, viewers: list[Viewer]) -> None:
    sizes = [1100, 1100, 93, 80, 1100, 1480, 13, 13, 12]
    fan_out = FanOut([viewer.target() for viewer in viewers])

    # The second turn cuts the same slots at other places.
    for begin, turn in ((0, sizes), (20, sizes[::-1])):
        for number, size in enumerate(turn, begin):
            fan_out.send(packet(number, size), number, 3000)
        endpoint.flush()

        assert [[len(one) for one in viewer.heard()] for viewer in viewers] == [turn] * 3


def test_a_full_batch_departs_before_the_turn_ends(endpoint: Endpoint, viewers: list[Viewer]) -> None:
    fan_out = FanOut([viewer.target() for viewer in viewers])
    numbers = list(range(2 * BATCH_SLOTS + 3))

    for number in numbers:
        assert fan_out.send(packet(number), number, 3000) == 3
    endpoint.flush()

    assert [sequences(viewer.heard()) for viewer in viewers] == [numbers] * 3


def test_what_the_kernel_will_not_cut_apart_goes_singly_and_nothing_is_lost(
    endpoint: Endpoint, viewers: list[Viewer]
) -> None:
    # The kernel refuses segmentation without checksums, as it does on devices that cannot reckon them.
    endpoint.socket.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
    fan_out = FanOut([viewer.target() for viewer in viewers])

    for turn in (range(4), range(4, 8)):
        for number in turn:
            fan_out.send(packet(number), number, 3000)
        endpoint.flush()

    assert [sequences(viewer.heard()) for viewer in viewers] == [list(range(8))] * 3
    assert not any(viewer.batch.segments for viewer in viewers)
    assert endpoint.dropped == 0


def test_one_peers_refused_segments_leave_the_others_theirs(
    endpoint: Endpoint, viewers: list[Viewer]
) -> None:
    gone = viewers[0].batch
    gone.segments = False
    fan_out = FanOut([viewer.target() for viewer in viewers])

    for number in range(3):
        fan_out.send(packet(number), number, 3000)

    assert gone.messages() == [(0, 1), (1, 1), (2, 1)]
    assert viewers[1].batch.messages() == [(0, 3)]
    endpoint.flush()
    assert [sequences(viewer.heard()) for viewer in viewers] == [[0, 1, 2]] * 3


def test_what_cannot_be_encrypted_for_one_peer_never_leaves_and_the_others_get_it(
    endpoint: Endpoint, viewers: list[Viewer]
) -> None:
    # Its keys are for another ssrc only, so that the cipher refuses.
    outbound = session(pylibsrtp.Policy.SSRC_SPECIFIC, OUR_SSRC + 1)
    refusing = Viewer(endpoint, outbound)
    fan_out = FanOut([viewers[0].target(), refusing.target(), viewers[1].target()])

    assert fan_out.send(packet(1), 1, 3000) == 2
    endpoint.flush()

    assert fan_out.refused == 1
    assert refusing.got() == []
    assert [sequences(viewer.heard()) for viewer in viewers] == [[1], [1], []]
    refusing.close()


def test_a_packet_too_large_for_any_line_is_not_sent(endpoint: Endpoint, viewers: list[Viewer]) -> None:
    fan_out = FanOut([viewer.target() for viewer in viewers])

    assert fan_out.send(packet(1, MAX_PACKET_BYTES + 1), 1, 3000) == 0
    endpoint.flush()

    assert viewers[0].got() == []
