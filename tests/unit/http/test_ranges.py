"""Which part of a file is asked for, whatever a header says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.http.ranges import BeyondEnd, Part, parse


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (b"bytes=0-", Part(0, 100)),
        (b"bytes=0-1", Part(0, 2)),
        (b"BYTES = 5-", Part(5, 95)),
        (b"bytes=, 5-7 ,", Part(5, 3)),
        (b"bytes=-5", Part(95, 5)),
        (b"bytes=-5000", Part(0, 100)),
        (b"bytes=99-1000", Part(99, 1)),
        (b"bytes=0-" + b"9" * 5000, Part(0, 100)),
        (b"bytes=5-2", None),
        (b"bytes=0-1,5-6", None),
        (b"lines=1-2", None),
        (b"bytes=", None),
        (b"bytes=-", None),
        (b"bytes=a-b", None),
        (b"bytes=+1-2", None),
        ("bytes=١-٢".encode(), None),
    ],
)
def test_a_header_asks_for_a_part_or_for_all(value: bytes, part: Part | None) -> None:
    assert parse(value, 100) == part


@pytest.mark.parametrize("value", [b"bytes=100-", b"bytes=-0", b"bytes=" + b"9" * 5000 + b"-"])
def test_what_lies_beyond_the_end_is_refused(value: bytes) -> None:
    with pytest.raises(BeyondEnd):
        parse(value, 100)


@given(st.binary(max_size=40) | st.from_regex(rb"bytes=[0-9 ,-]{0,30}", fullmatch=True), st.integers(0, 200))
def test_a_part_always_lies_within_the_file(value: bytes, size: int) -> None:
    try:
        part = parse(value, size)
    except BeyondEnd:
        return

    assert part is None or (part.size > 0 and 0 <= part.first <= part.first + part.size <= size)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 200))
def test_what_is_sent_is_what_a_slice_would_be(first: int, last: int, size: int) -> None:
    content = bytes(size)
    try:
        part = parse(b"bytes=%d-%d" % (first, last), size)
    except BeyondEnd:
        assert not content[first:]
        return

    assert (part is None) == (last < first)
    if part is not None:
        assert part.size == len(content[first : last + 1])
