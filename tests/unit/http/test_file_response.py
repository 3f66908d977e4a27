"""What is answered to whoever asks for a file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.http.file_response import answer
from appliance.http.files import ServedFile
from appliance.http.ranges import Part
from appliance.http.request_parser import Request

FILE = ServedFile(Path("/nowhere"), "abc", "video/mp4", "film.mp4")
SHUT = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "accept-ranges": "bytes",
}


def ask(
    *headers: tuple[bytes, bytes], method: str = "GET", size: int = 100
) -> tuple[int, dict[str, str], Part]:
    head, part = answer(Request(method, b"/files/1", "1.1", list(headers), b"", True), FILE, size)
    lines = head.decode("ascii").removesuffix("\r\n\r\n").split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines[1:])
    assert SHUT.items() <= fields.items()
    return int(lines[0].split()[1]), fields, part


def test_a_whole_file_may_be_kept_for_as_long_as_its_address_is_valid() -> None:
    status, fields, part = ask()

    assert (status, part) == (200, Part(0, 100))
    assert fields["cache-control"] == "private, max-age=31536000, immutable"
    assert (fields["etag"], fields["content-length"]) == ('"abc"', "100")


@pytest.mark.parametrize("known", [b'"abc"', b'W/"abc"', b'"x", "abc"', b"*"])
def test_what_the_browser_has_is_not_sent_again(known: bytes) -> None:
    status, fields, part = ask((b"if-none-match", known), (b"range", b"bytes=0-1"))

    assert (status, part.size, fields["etag"]) == (304, 0, '"abc"')


@pytest.mark.parametrize(
    ("tag", "status"),
    [(b'"abc"', 206), (b'W/"abc"', 200), (b'"x"', 200), (b"Mon, 30 Nov 2026 10:00:00 GMT", 200)],
)
def test_a_part_of_another_file_is_not_sent(tag: bytes, status: int) -> None:
    assert ask((b"range", b"bytes=0-1"), (b"if-range", tag))[0] == status


def test_a_part_beyond_the_end_says_how_long_the_file_is() -> None:
    status, fields, part = ask((b"range", b"bytes=100-"))

    assert (status, part.size, fields["content-range"], fields["cache-control"]) == (
        416,
        0,
        "bytes */100",
        "no-store",
    )


@given(st.sampled_from(["GET", "HEAD"]), st.binary(max_size=30), st.binary(max_size=30), st.integers(0, 200))
def test_whatever_is_asked_the_head_says_what_follows(
    method: str, ranges: bytes, tags: bytes, size: int
) -> None:
    status, fields, part = ask(
        (b"range", b"bytes=" + ranges), (b"if-none-match", tags), method=method, size=size
    )

    assert part.first + part.size <= size
    if method == "GET" and status != 304:
        assert int(fields["content-length"]) == part.size
    if method == "HEAD":
        assert part.size == 0
