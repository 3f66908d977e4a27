"""Emoji made of whatever picture comes: small, upright, without traces, and moving if it moved."""

import io
import random
from typing import Any

import pytest
from PIL import Image

from appliance.file_worker.protocol import LARGEST_EMOJI_BYTES, Failed
from tests import file_corpus as corpus
from tests.unit.file_worker.conftest import Bench
from tests.unit.file_worker.test_pictures import colour


def opened(data: bytes) -> Any:
    """As of a picture that may move, which the library's types know nothing of."""
    return Image.open(io.BytesIO(data))


def moving(format_: str, frames: list[Image.Image], **more: Any) -> bytes:
    file = io.BytesIO()
    frames[0].save(file, format_, save_all=True, append_images=frames[1:], exif=corpus.exif(1), **more)
    return file.getvalue()


def steps(number: int, side: int = 60) -> list[Image.Image]:
    """A light that goes on and off, so that no frame is like the one before."""
    return [
        Image.new("RGB", (side, side), ((250, 20, 20), (10, 10, 90))[index % 2]) for index in range(number)
    ]


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_a_photo_becomes_small_and_upright_and_says_nothing_of_where(bench: Bench, format_: str) -> None:
    report, made = bench.emoji(corpus.encoded(format_, corpus.picture(800, 600)))

    assert report.animated is False
    with opened(made) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("WEBP", (96, 128), {})
    assert (colour(made, 0.9, 0.5), colour(made, 0.1, 0.5)) == ("red", "blue")
    assert not any(trace in made for trace in corpus.TRACES)


def test_a_small_picture_is_not_blown_up_and_keeps_what_shines_through(bench: Bench) -> None:
    ring = Image.new("RGBA", (20, 10), (0, 0, 0, 0))
    ring.putpixel((3, 3), (9, 8, 7, 255))

    _, made = bench.emoji(corpus.encoded("PNG", ring, exif=b""))

    with opened(made) as image:
        assert (image.size, image.getpixel((3, 3)), image.getpixel((0, 0))[3]) == (
            (20, 10),
            (9, 8, 7, 255),
            0,
        )


@pytest.mark.parametrize("format_", ["GIF", "PNG", "WEBP", "AVIF"])
def test_what_moves_goes_on_moving_as_fast_as_before(bench: Bench, format_: str) -> None:
    report, made = bench.emoji(moving(format_, steps(5), duration=70))

    assert report.animated
    with opened(made) as image:
        assert (image.format, image.n_frames, image.info["loop"]) == ("WEBP", 5, 0)
        times = []
        for index in range(5):
            image.seek(index)
            image.load()
            times.append(image.info["duration"])
    assert times == [70] * 5
    assert not any(trace in made for trace in corpus.TRACES)


def test_one_without_times_moves_as_browsers_show_it(bench: Bench) -> None:
    _, made = bench.emoji(moving("GIF", steps(2), duration=0))

    with opened(made) as image:
        image.load()
        assert image.info["duration"] == 100


def test_a_long_one_is_thinned_and_takes_as_long(bench: Bench) -> None:
    _, made = bench.emoji(moving("WEBP", steps(100) * 4, duration=20))

    with opened(made) as image:
        assert image.n_frames <= 150
        lasted = 0
        for index in range(image.n_frames):
            image.seek(index)
            image.load()
            lasted += image.info["duration"]
    assert lasted == 8000


def test_one_that_would_be_large_is_made_more_coarsely(bench: Bench) -> None:
    # What no encoder can make small: each pixel by chance.
    chance = random.Random(1)  # noqa: S311  a picture
    noise = [Image.frombytes("RGB", (128, 128), chance.randbytes(128 * 128 * 3)) for _ in range(100)]

    report, made = bench.emoji(moving("PNG", noise, duration=50))

    assert report.animated
    assert len(made) <= LARGEST_EMOJI_BYTES


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<svg onload=alert(1)>", "not_understood"),
        (corpus.png_header(40_000, 40_000), "too_large"),
        (corpus.endless_gif(2000), "too_large"),
        (corpus.endless_scans(201, 8), "too_large"),
        (moving("GIF", steps(101, 1000)), "too_large"),
        (corpus.encoded("PNG")[:60], "not_understood"),
        (moving("GIF", steps(6))[:-60], "not_understood"),
        (b"", "not_understood"),
    ],
    ids=[
        "no picture",
        "a bomb",
        "endless",
        "scans without end",
        "too much to look at",
        "cut off",
        "cut off while it moves",
        "nothing",
    ],
)
def test_what_cannot_be_one_is_refused(bench: Bench, data: bytes, reason: str) -> None:
    report = bench.draw(data)

    assert isinstance(report, Failed)
    assert report.reason == reason
