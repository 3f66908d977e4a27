"""What goes out is what a library reads as the response that was meant."""

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.front.requests import Request
from appliance.front.responses import Malformed, Response


class Reader:
    """A client."""

    def __init__(self) -> None:
        self.headers: dict[bytes, bytes] = {}
        self.body = b""
        self.is_over = False
        self.parser = httptools.HttpResponseParser(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.is_over = True


def request(method: str = "GET", version: str = "1.1", *, keeps_alive: bool = True) -> Request:
    return Request(method, b"/", version, [], b"", keeps_alive)


def sent(response: Response, status: int, headers: list[tuple[bytes, bytes]], pieces: list[bytes]) -> bytes:
    response.begin(status, headers)
    *early, last = pieces
    return b"".join([*(response.body(piece, more=True) for piece in early), response.body(last, more=False)])


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=5), st.booleans())
def test_a_client_reads_what_the_application_said(pieces: list[bytes], tells_length: bool) -> None:
    whole = b"".join(pieces)
    headers = [(b"content-length", str(len(whole)).encode())] if tells_length else []
    response, reader = Response(request()), Reader()

    reader.parser.feed_data(sent(response, 200, headers, pieces))

    assert (reader.body, reader.is_over, response.is_over, response.keeps_alive) == (whole, True, True, True)
    assert b"date" in reader.headers


def test_to_http_1_0_the_end_of_the_connection_is_the_end() -> None:
    response = Response(request(version="1.0"))

    out = sent(response, 200, [], [b"a", b"b"])

    assert not response.keeps_alive
    assert b"connection: close" in out
    assert out.endswith(b"\r\n\r\nab")


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 304), ("DELETE", 204)])
def test_what_has_no_body_sends_none(method: str, status: int) -> None:
    out = sent(Response(request(method)), status, [(b"etag", b"x")], [b"words"])

    assert out.endswith(b"\r\n\r\n")
    assert (b"content-length: 5" in out) == (method == "HEAD")


@pytest.mark.parametrize("value", [b"/\r\nset-cookie: a=b", b"/\nx", b"/\0"])
def test_what_somebody_sent_begins_no_header_of_its_own(value: bytes) -> None:
    with pytest.raises(Malformed):
        Response(request()).begin(307, [(b"location", value)])


@pytest.mark.parametrize("pieces", [[b"123"], [b"12345"], [b"12", b"345"]])
def test_a_body_of_another_length_than_announced_is_noticed(pieces: list[bytes]) -> None:
    with pytest.raises(Malformed):
        sent(Response(request()), 200, [(b"content-length", b"4")], pieces)


def test_a_response_begins_once_and_before_its_body() -> None:
    response = Response(request())
    with pytest.raises(Malformed):
        response.body(b"x", more=False)
    response.begin(200, [])
    with pytest.raises(Malformed):
        response.begin(200, [])
    response.body(b"", more=False)

    with pytest.raises(Malformed):
        response.body(b"", more=False)


def test_a_client_that_asked_for_the_end_is_told_of_it() -> None:
    assert b"connection: close" in sent(Response(request(keeps_alive=False)), 200, [], [b""])
    assert b"connection: keep-alive" in sent(Response(request(version="1.0")), 200, [], [b""])
