"""What is read of the requests of a connection, whatever comes in and in whichever pieces."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.http.request_parser import (
    MOST_HEAD_BYTES,
    MOST_HEADERS,
    Handshake,
    Passing,
    Refused,
    Request,
    RequestParser,
    Stage,
)

MOST = 1000
GET = b"GET /api/v10/gateway HTTP/1.1\r\nHost: box\r\n\r\n"
POST = b"POST /api/x HTTP/1.1\r\nHost: box\r\nContent-Length: 10\r\n\r\n0123456789"
CHUNKED = (
    b"POST /api/x HTTP/1.1\r\nHost: box\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nGET \r\n0\r\nX: y\r\n\r\n"
)
UPGRADE = b"GET /ws?v=10 HTTP/1.1\r\nHost: box\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
BODIES = {GET: b"", POST: b"0123456789", CHUNKED: b"GET "}


def requests() -> RequestParser:
    return RequestParser(b"/ws", lambda _method, _target: MOST)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    cuts = sorted({cut % len(data) for cut in cuts} | {0, len(data)})
    return [data[begin:end] for begin, end in pairwise(cuts)]


def feed_all(following: RequestParser, data: list[bytes]) -> None:
    for piece in data:
        following.feed(piece)


def read(following: RequestParser, data: list[bytes]) -> Request:
    for piece in data:
        assert following.stage is not Stage.WHOLE
        following.feed(piece)
    assert following.stage is Stage.WHOLE
    return following.take()


@given(st.lists(st.sampled_from([GET, POST, CHUNKED]), min_size=1, max_size=5), st.lists(st.integers(0, 400)))
def test_every_request_is_read_as_it_was_sent_however_it_is_cut(sent: list[bytes], cuts: list[int]) -> None:
    following = requests()

    for request in sent:
        got = read(following, pieces(request, cuts))
        method, target, _ = request.split(b" ", 2)
        assert (got.method, got.target) == (method.decode(), target)
        assert (got.body, got.headers[0], got.keeps_alive) == (BODIES[request], (b"host", b"box"), True)
        assert b"x" not in dict(got.headers)


@given(st.lists(st.sampled_from([GET, POST]), max_size=3), st.lists(st.integers(0, 400)))
def test_a_handshake_is_noticed_as_the_first_request_and_as_a_later_one(
    before: list[bytes], cuts: list[int]
) -> None:
    following = requests()
    for request in before:
        read(following, [request])

    *early, last = pieces(UPGRADE, cuts)
    for piece in early:
        following.feed(piece)
    with pytest.raises(Handshake) as caught:
        following.feed(last + b"frame")

    assert caught.value.data == UPGRADE + b"frame"


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT mail.example:25 HTTP/1.1\r\nHost: mail.example\r\n\r\n",
        UPGRADE.replace(b"/ws", b"/api/ws"),
        UPGRADE.replace(b"websocket", b"h2c").replace(b"/ws", b"/"),
        GET + GET,
        POST + GET,
        POST + UPGRADE,
        b"GET / HTTP/1.1\r\nHost: box\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
    ],
    ids=[
        "tls", "http2", "connect", "elsewhere", "h2c", "pipelined", "pipelined after a body", "pipelined handshake",
        "smuggled", "negative", "overflowing", "two lengths",
    ],
)  # fmt: skip
def test_what_is_no_request_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        requests().feed(data)

    assert refused.value.status == 400


@pytest.mark.parametrize("size", [1, 100, MOST_HEAD_BYTES * 3])
def test_a_head_without_end_is_refused_when_it_is_too_long(size: int) -> None:
    following = requests()
    following.feed(b"GET / HTTP/1.1\r\nX-Long: ")

    with pytest.raises(Refused) as refused:
        feed_all(following, [b"x" * size] * (MOST_HEAD_BYTES // size + 1))

    assert refused.value.status == 431


def test_a_head_of_too_many_lines_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        requests().feed(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * (MOST_HEADERS + 1) + b"\r\n")

    assert refused.value.status == 431


def test_a_body_is_refused_by_what_its_head_says() -> None:
    with pytest.raises(Refused) as refused:
        requests().feed(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (MOST + 1))

    assert (refused.value.status, refused.value.limit) == (413, MOST)


@pytest.mark.parametrize(
    "chunk",
    [b"40\r\n" + b"x" * 64 + b"\r\n", b"1\r\nx\r\n", b"1;" + b"e" * 500 + b"\r\nx\r\n"],
    ids=["pieces", "crumbs", "extensions"],
)
def test_a_body_in_pieces_without_end_is_refused_when_it_is_too_large(chunk: bytes) -> None:
    following = requests()
    following.feed(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")

    with pytest.raises(Refused) as refused:
        feed_all(following, [chunk] * (32 * 1024 // len(chunk)))

    assert refused.value.status == 413
    assert following.held <= MOST


def test_trailers_without_end_are_refused() -> None:
    following = requests()
    following.feed(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")

    with pytest.raises(Refused):
        feed_all(following, [b"a: bbbbbbbbbbbbbbbbbbbb\r\n"] * 2000)


@pytest.mark.parametrize(
    ("head", "keeps_alive"),
    [
        (b"GET / HTTP/1.1\r\n", True),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n", False),
        (b"GET / HTTP/1.0\r\n", False),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n", True),
        (b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n", False),
    ],
)
def test_whether_a_client_wants_to_stay_is_known(head: bytes, *, keeps_alive: bool) -> None:
    got = read(requests(), [head + b"\r\n"])

    assert got.keeps_alive == keeps_alive
    assert got.version == head.split(b"HTTP/")[1][:3].decode()


def test_a_body_that_waits_to_be_asked_for_is() -> None:
    following = requests()
    following.feed(b"POST / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n")
    assert following.expects_word

    following.feed(b"h")
    assert not following.expects_word


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=6))
def test_any_bytes_are_read_or_refused(data: list[bytes]) -> None:
    following = requests()

    with suppress(Refused, Handshake):
        for piece in data:
            following.feed(piece)
            if following.stage is Stage.WHOLE:
                following.take()


@given(st.sampled_from([GET, POST, CHUNKED]), st.integers(0, 150), st.binary(max_size=4))
def test_a_request_with_something_wrong_in_it_is_read_or_refused(request: bytes, at: int, put: bytes) -> None:
    following = requests()

    with suppress(Refused, Handshake):
        following.feed(request[:at] + put + request[at + 1 :])
        if following.stage is Stage.WHOLE:
            assert len(following.take().body) <= MOST


BODY = bytes(range(256)) * 120
PASSED = {
    "length": b"POST /form HTTP/1.1\r\nHost: box\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY),
    "chunked": b"POST /form HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n"
    % (len(BODY), BODY),
    "small": b"POST /form HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
}


def passing(*, is_raw: bool = False, most: int = len(BODY)) -> RequestParser:
    def passes(head: Request) -> Passing | None:
        return Passing(most, is_raw) if head.target == b"/form" else None

    return RequestParser(b"/ws", lambda _method, _target: MOST, passes)


@given(st.sampled_from(list(PASSED)), st.lists(st.integers(0, 40_000), max_size=6))
def test_a_body_that_is_handed_on_is_all_there_however_it_is_cut(kind: str, cuts: list[int]) -> None:
    following, body, head = passing(), b"", None
    for request in (PASSED[kind], GET, PASSED[kind]):
        body = b""
        for piece in pieces(request, cuts):
            following.feed(piece)
            head = following.head
            body += following.take_piece() if head else b""
        assert following.stage is Stage.WHOLE
        assert (head is None) == (request is GET)
        assert following.take().body == b""
        assert body == (b"" if request is GET or kind == "small" else BODY)


@given(st.lists(st.integers(0, 40_000), max_size=6))
def test_a_raw_body_is_left_to_somebody_else_and_the_next_request_is_read(cuts: list[int]) -> None:
    following = passing(is_raw=True)
    sent = iter(pieces(PASSED["length"], cuts))
    for piece in sent:
        following.feed(piece)
        if following.head is not None:
            break

    assert following.is_raw
    early = following.leave()
    assert early + b"".join(sent) == BODY
    assert read(following, [GET]).target == b"/api/v10/gateway"


@pytest.mark.parametrize("kind", ["length", "chunked"])
def test_a_body_that_is_handed_on_has_its_limit_too(kind: str) -> None:
    following = passing(most=len(BODY) - 1)

    with pytest.raises(Refused) as refused:
        feed_all(following, [PASSED[kind][at : at + 1000] for at in range(0, len(PASSED[kind]), 1000)])

    assert refused.value.status == 413
