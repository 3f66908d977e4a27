"""What goes on to the HTTP server, whatever comes in and in whichever pieces."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.front.requests import MOST_HEAD_BYTES, Handshake, Refused, Requests

PEER = "192.168.1.20"
MARK = b"hearth-peer: 192.168.1.20\r\n"
GET = b"GET /api/v10/gateway HTTP/1.1\r\nHost: box\r\n\r\n"
POST = b"POST /api/x HTTP/1.1\r\nHost: box\r\nContent-Length: 10\r\n\r\n0123456789"
CHUNKED = b"POST /api/x HTTP/1.1\r\nHost: box\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nGET \r\n0\r\n\r\n"
UPGRADE = b"GET /ws?v=10 HTTP/1.1\r\nHost: box\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"


def requests() -> Requests:
    return Requests(PEER, b"/ws")


def marked(request: bytes) -> bytes:
    line, _, rest = request.partition(b"\r\n")
    return line + b"\r\n" + MARK + rest


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % len(data) for cut in cuts} | {0, len(data)})
    return [data[begin:end] for begin, end in pairwise(places)]


@given(st.lists(st.sampled_from([GET, POST, CHUNKED]), min_size=1, max_size=5), st.lists(st.integers(0, 400)))
def test_every_request_is_marked_once_and_otherwise_as_it_came(sent: list[bytes], cuts: list[int]) -> None:
    following = requests()

    for request in sent:
        got = b"".join(following.feed(piece) for piece in pieces(request, cuts))
        assert got == marked(request)


@given(st.lists(st.sampled_from([GET, POST]), max_size=3), st.lists(st.integers(0, 400)))
def test_a_handshake_is_noticed_as_the_first_request_and_as_a_later_one(
    before: list[bytes], cuts: list[int]
) -> None:
    following = requests()
    for request in before:
        following.feed(request)

    *early, last = pieces(UPGRADE, cuts)
    passed = b"".join(following.feed(piece) for piece in early)
    with pytest.raises(Handshake) as caught:
        following.feed(last + b"frame")

    assert passed == b""
    assert caught.value.data == UPGRADE + b"frame"


def test_somebody_elses_mark_comes_after_ours() -> None:
    forged = GET.replace(b"Host", b"Hearth-Peer: 10.0.0.1\r\nHost")

    assert requests().feed(forged).index(MARK) < requests().feed(forged).index(b"10.0.0.1")


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT mail.example:25 HTTP/1.1\r\nHost: mail.example\r\n\r\n",
        UPGRADE.replace(b"/ws", b"/api/ws"),
        UPGRADE.replace(b"websocket", b"h2c").replace(b"/ws", b"/"),
        GET + GET,
        POST + UPGRADE,
        b"GET / HTTP/1.1\r\nHost: box\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=["tls", "http2", "connect", "elsewhere", "h2c", "pipelined", "pipelined handshake", "smuggled"],
)
def test_what_could_go_on_unmarked_or_is_no_http_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        requests().feed(data)


def test_a_head_without_end_is_refused() -> None:
    following = requests()
    following.feed(b"GET / HTTP/1.1\r\nX-Long: ")
    following.feed(b"x" * (MOST_HEAD_BYTES - 24))

    with pytest.raises(Refused):
        following.feed(b"x")


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=6))
def test_any_bytes_go_on_or_are_refused(data: list[bytes]) -> None:
    following = requests()

    with suppress(Refused, Handshake):
        for piece in data:
            following.feed(piece)
