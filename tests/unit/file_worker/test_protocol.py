"""What the server takes for an answer: a worker that was taken over says what it likes."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.file_worker import protocol
from appliance.file_worker.protocol import (
    BadMessage,
    Converted,
    Converting,
    Failed,
    PageRead,
    Rendition,
    Understood,
)

SMALL = Rendition(protocol.SMALL, "thumbnail", "image/webp", 400, 300)
ANSWERS = [
    Understood("image/jpeg", 4000, 3000, None, bytes(25), None, "no", (SMALL,)),
    Understood("audio/mp4", duration_ms=3000, waveform=bytes(64), playable="as_is"),
    Converting(0.5),
    Converted(Rendition(protocol.SHOWN, "converted", "video/mp4", 1280, 720), "libx264"),
    Failed("too_large", "40000 x 40000"),
    PageRead("Cabin 7", "Sleeps six.", "Lake cabins", "https://lake.example/7.jpg", 0xCF6A3D),
    PageRead(),
]
LIES = [
    Understood("text/html\r\nSet-Cookie: x"),
    Understood("image/png\n"),
    Understood("nothing"),
    Understood("image/png", -1, 5),
    Understood("image/png", 1 << 40, 5),
    Understood("image/png", placeholder=bytes(26)),
    Understood("image/png", waveform=bytes(257)),
    Understood("image/png", renditions=(SMALL, SMALL)),
    Understood("image/png", renditions=(Rendition(protocol.SOURCE, "thumbnail", "image/webp"),)),
    Understood("image/png", renditions=(Rendition(9, "thumbnail", "image/webp"),)),
    Converting(math.nan),
    Converting(2.0),
    PageRead("x" * (protocol.LONGEST_TITLE + 1)),
    PageRead(description="x" * (protocol.LONGEST_DESCRIPTION + 1)),
    PageRead(site_name="x" * (protocol.LONGEST_SITE_NAME + 1)),
    PageRead(image="https://lake.example/ 7.jpg"),
    PageRead(image="https://lake.example/7.jpg\n"),
    PageRead(image="https://lake.example/\u00fc.jpg"),
    PageRead(colour=1 << 24),
    Converted(Rendition(protocol.SMALL, "converted", "video/mp4"), "libx264"),
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_understood(answer: protocol.Reports) -> None:
    assert protocol.decode_report(protocol.encode(answer)) == answer


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_none(lie: protocol.Reports) -> None:
    with pytest.raises(BadMessage):
        protocol.decode_report(protocol.encode(lie))


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_none(body: bytes) -> None:
    try:
        report = protocol.decode_report(body)
    except BadMessage:
        return
    assert protocol.decode_report(protocol.encode(report)) == report


@given(st.recursive(st.none() | st.integers() | st.floats() | st.text() | st.binary(), st.lists, max_leaves=6),
       st.sampled_from(["understood", "converting", "converted", "failed"]),
       st.sampled_from(["content_type", "renditions", "share", "reason", "width"]))  # fmt: skip
def test_any_value_is_an_answer_or_none(value: object, kind: str, field: str) -> None:
    try:
        protocol.decode_report(msgspec.msgpack.encode({"type": kind, field: value}))
    except BadMessage:
        pass
    except OverflowError:
        # The test's own: msgpack has no integers of more than 64 bits.
        assert isinstance(value, int | list)
