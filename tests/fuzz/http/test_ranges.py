"""`Range` and `If-Range` against a second reading of RFC 9110, 14, letter by letter and with a list of all the bytes."""

from pathlib import Path

from hypothesis import strategies as st

from appliance.http.file_response import answer
from appliance.http.files import ServedFile
from appliance.http.ranges import BeyondEnd, parse
from appliance.http.request_parser import Request
from tests.fuzz.inputs import inputs

FILE = ServedFile(Path("/nowhere"), "abc", "video/mp4", "film.mp4")
WHOLE, NOTHING = "whole", "nothing"

POSITIONS = st.integers(0, 12).map(str) | st.integers(0, 10**30).map(str) | st.just("")
SPECS = st.builds(lambda first, last: f"{first}-{last}", POSITIONS, POSITIONS)
LISTS = st.lists(SPECS | st.sampled_from(["", " ", "\t", "-", "x", "1", "--1", "+1-2", "1-2-3"]), max_size=3)
JOINED = st.builds(
    lambda unit, between, specs: unit + between.join(specs),
    st.sampled_from(["bytes=", "bytes=", "bytes=", "Bytes = ", "bytes ", "lines=", "", "bytes=="]),
    st.sampled_from([",", " , ", ",\t", ",,", ";"]),
    LISTS,
)
HEADERS = JOINED.map(str.encode) | st.binary(max_size=24) | st.binary(max_size=12).map(b"bytes=".__add__)
SIZES = st.integers(0, 12)


def expected(header: bytes, size: int) -> str | list[int]:
    """Which of the bytes of a file are asked for."""
    unit, equals, specs = header.partition(b"=")
    if not equals or unit.strip().lower() != b"bytes":
        return WHOLE
    asked = [spec for spec in (one.strip(b" \t") for one in specs.split(b",")) if spec]
    if len(asked) != 1 or asked[0].count(b"-") != 1:
        return WHOLE
    first, last = asked[0].split(b"-")
    is_one = (first + last).isdigit() and (not first or not last or int(first) <= int(last))
    if not is_one or (not first and int(last) and not size):
        # Of an empty file nothing has a place that could be named.
        return WHOLE
    if not first:
        return (list(range(size))[-int(last) :] if int(last) else []) or NOTHING
    found = [at for at in range(size) if at >= int(first) and (not last or at <= int(last))]
    return found or NOTHING


@inputs(header=HEADERS, size=SIZES)
def test_a_range_is_what_the_rfc_says(header: bytes, size: int) -> None:
    try:
        part = parse(header, size)
    except BeyondEnd:
        found: str | list[int] = NOTHING
    else:
        found = WHOLE if part is None else list(range(part.first, part.first + part.size))

    assert found == expected(header, size)


@inputs(
    headers=st.lists(HEADERS, max_size=2),
    if_range=st.none() | st.sampled_from([b'"abc"', b' "abc"\t', b'W/"abc"', b"abc", b'"x"', b""]) | st.binary(max_size=6),
    method=st.sampled_from(["GET", "HEAD"]),
    size=SIZES,
)  # fmt: skip
def test_what_is_answered_says_which_bytes_follow(
    headers: list[bytes], if_range: bytes | None, method: str, size: int
) -> None:
    lines = [(b"range", one) for one in headers]
    lines += [] if if_range is None else [(b"if-range", if_range)]
    head, part = answer(Request(method, b"/files/1", "1.1", lines, b"", True), FILE, size)
    first, *rest = head.decode("ascii").removesuffix("\r\n\r\n").split("\r\n")
    fields = dict(line.split(": ", 1) for line in rest)

    is_asked = len(headers) == 1 and (if_range is None or if_range.strip(b" \t") == b'"abc"')
    bytes_ = expected(headers[0], size) if is_asked else WHOLE

    status = int(first.split()[1])
    follows = list(range(part.first, part.first + part.size))
    if bytes_ == NOTHING:
        assert (status, fields["content-range"], fields["content-length"]) == (416, f"bytes */{size}", "0")
        assert not follows
    else:
        wanted = list(range(size)) if bytes_ == WHOLE else [at for at in bytes_ if isinstance(at, int)]
        where = None if bytes_ == WHOLE else f"bytes {wanted[0]}-{wanted[-1]}/{size}"
        assert (status, fields.get("content-range")) == (206 if where else 200, where)
        assert int(fields["content-length"]) == len(wanted)
        assert follows == ([] if method == "HEAD" else wanted)
