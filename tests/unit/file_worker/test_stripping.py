"""Pictures lose where and when, and not a pixel."""

import contextlib
import io

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from appliance.file_worker import stripping
from appliance.file_worker.failing import Damaged
from tests import file_corpus as corpus

pillow_heif.register_heif_opener()

XMP = f"<x:xmpmeta>{corpus.LOCATION}</x:xmpmeta>".encode()
PICTURES = {
    "image/jpeg": corpus.encoded("JPEG", comment=corpus.LOCATION, xmp=XMP),
    "image/png": corpus.encoded("PNG"),
    "image/webp": corpus.encoded("WEBP", xmp=XMP),
    "image/gif": corpus.encoded("GIF", comment=corpus.LOCATION.encode()),
    "image/avif": corpus.encoded("AVIF", xmp=XMP),
    "image/heic": corpus.encoded("HEIF", xmp=XMP),
}


def stripped(content_type: str, data: bytes, orientation: int = 1) -> bytes:
    return b"".join(stripping.without_traces(content_type, memoryview(data), orientation))


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()


@pytest.mark.parametrize("content_type", PICTURES)
def test_nothing_of_where_and_when_is_left_and_every_pixel_is(content_type: str) -> None:
    data = PICTURES[content_type]
    assert any(trace in data for trace in corpus.TRACES)

    clean = stripped(content_type, data)

    assert not any(trace in clean for trace in corpus.TRACES)
    assert pixels(clean) == pixels(data)


@pytest.mark.parametrize("content_type", ["image/jpeg", "image/png", "image/webp"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_picture_stays_upright(content_type: str, orientation: int) -> None:
    clean = stripped(content_type, PICTURES[content_type], orientation)

    with Image.open(io.BytesIO(clean)) as image:
        assert dict(image.getexif()) == ({corpus.ORIENTATION: orientation} if orientation != 1 else {})


def test_a_film_behind_the_end_is_cut_off() -> None:
    assert stripped("image/jpeg", corpus.motion_photo()) == stripped("image/jpeg", corpus.encoded("JPEG"))


def test_a_progressive_jpeg_with_a_profile_keeps_its_scans_and_its_colours() -> None:
    data = corpus.encoded("JPEG", progressive=True, icc_profile=b"a profile", quality=95)

    clean = stripped("image/jpeg", data)

    assert pixels(clean) == pixels(data)
    assert b"ICC_PROFILE\0\x01\x01a profile" in clean


def test_an_animation_keeps_its_frames_and_its_loop() -> None:
    frames = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in range(0, 250, 25)]
    for format_, content_type in (("GIF", "image/gif"), ("WEBP", "image/webp"), ("PNG", "image/png")):
        data = corpus.encoded(
            format_, frames[0], save_all=True, append_images=frames[1:], loop=3, duration=50
        )

        with Image.open(io.BytesIO(stripped(content_type, data))) as image:
            assert (getattr(image, "n_frames", 1), image.info["loop"]) == (10, 3)


@pytest.mark.parametrize("content_type", PICTURES)
@given(data=st.data())
def test_damage_is_refused_or_survived(content_type: str, data: st.DataObject) -> None:
    """Cut anywhere, and with bytes changed anywhere: an answer or `Damaged`, in time and without more than was there."""
    content = bytearray(PICTURES[content_type][: data.draw(st.integers(0, len(PICTURES[content_type])))])
    for _ in range(data.draw(st.integers(0, 8))):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        clean = stripped(content_type, bytes(content), 6)
    except Damaged:
        return

    assert len(clean) <= len(content) + 64


@pytest.mark.parametrize("content_type", PICTURES)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_refused_or_survived(content_type: str, content: bytes) -> None:
    starts = {"image/jpeg": b"\xff\xd8", "image/png": b"\x89PNG\r\n\x1a\n", "image/gif": b"GIF89a"}
    starts |= {"image/webp": b"RIFF\xff\0\0\0WEBP", "image/heic": b"\0\0\0\xffmeta\0\0\0\0"}
    with contextlib.suppress(Damaged):
        stripped(content_type, starts.get(content_type, b"") + content)
