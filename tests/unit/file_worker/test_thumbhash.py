"""ThumbHash as it is published: what its decoder reads out of ours."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from appliance.file_worker import thumbhash

WIDTH, HEIGHT = 32, 24


def average(hashed: bytes) -> tuple[float, float, float, float]:
    """The published `thumbHashToAverageRGBA`."""
    header = int.from_bytes(hashed[:3], "little")
    light = (header & 63) / 63
    warm = (header >> 6 & 63) / 31.5 - 1
    red = (header >> 12 & 63) / 31.5 - 1
    alpha = (hashed[5] & 15) / 15 if header >> 23 else 1.0
    blue = light - 2 / 3 * warm
    first = (3 * light - blue + red) / 2
    return (*(min(1.0, max(0.0, part)) for part in (first, first - red, blue)), alpha)  # type: ignore[return-value]


def aspect(hashed: bytes) -> float:
    """The published `thumbHashToApproximateAspectRatio`."""
    has_alpha, is_landscape = hashed[2] & 0x80, hashed[4] & 0x80
    longest, shortest = (5 if has_alpha else 7), hashed[3] & 7
    return longest / shortest if is_landscape else shortest / longest


def lightness(hashed: bytes, width: int, height: int) -> list[float]:
    """The channel of luminance, rendered by the published decoder's sum of cosines."""
    header = int.from_bytes(hashed[:3], "little")
    most = 5 if header >> 23 else 7
    least = hashed[3] & 7
    across, down = (most, max(3, least)) if hashed[4] & 0x80 else (max(3, least), most)
    scale = (header >> 18 & 31) / 31
    start = 6 if header >> 23 else 5
    nibbles = [part for byte in hashed[start:] for part in (byte & 15, byte >> 4)]
    waves = [
        (x, y) for y in range(down) for x in range(across) if (x or y) and x * down < across * (down - y)
    ]
    factors = [(nibble / 7.5 - 1) * scale for nibble in nibbles[: len(waves)]]
    return [
        (header & 63) / 63
        + sum(
            factor * 2
            * math.cos(math.pi / width * (column + 0.5) * x) * (0.5 if not x else 1)
            * math.cos(math.pi / height * (row + 0.5) * y) * (2 if x and y else 1)
            for factor, (x, y) in zip(factors, waves, strict=True)
        )
        for row in range(height)
        for column in range(width)
    ]  # fmt: skip


colours = st.tuples(*[st.integers(0, 255)] * 3)


@given(colour=colours)
def test_a_plain_colour_is_its_average(colour: tuple[int, int, int]) -> None:
    hashed = thumbhash.encode(WIDTH, HEIGHT, bytes((*colour, 255)) * (WIDTH * HEIGHT))

    for found, sent in zip(average(hashed), (*colour, 255), strict=True):
        assert abs(found - sent / 255) < 0.06


@given(
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    pixels=st.lists(st.integers(0, 255), min_size=8, max_size=8),
)
def test_the_hash_is_short_and_knows_the_shape(width: int, height: int, pixels: list[int]) -> None:
    rgba = bytes((pixels * (width * height // 2 + 1))[: width * height * 4])

    hashed = thumbhash.encode(width, height, rgba)

    assert 5 < len(hashed) <= 25
    if 1 / 3 < width / height < 3:
        assert 0.6 < aspect(hashed) / (width / height) < 1.7


def test_light_above_is_light_above() -> None:
    image = Image.new("RGBA", (WIDTH, HEIGHT), (20, 20, 20, 255))
    image.paste((240, 240, 240, 255), (0, 0, WIDTH, HEIGHT // 2))

    rows = lightness(thumbhash.encode(WIDTH, HEIGHT, image.tobytes()), WIDTH, HEIGHT)

    assert sum(rows[: len(rows) // 4]) > 1.8 * sum(rows[-len(rows) // 4 :])


def test_what_shines_through_is_known() -> None:
    image = Image.new("RGBA", (WIDTH, HEIGHT), (255, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, WIDTH // 2, HEIGHT))

    red, green, blue, alpha = average(thumbhash.encode(WIDTH, HEIGHT, image.tobytes()))

    assert (red > 0.9, green < 0.1, blue < 0.1) == (True, True, True)
    assert 0.4 < alpha < 0.6


@pytest.mark.parametrize(("width", "height", "length"), [(0, 1, 0), (101, 1, 404), (2, 2, 15)])
def test_what_is_no_small_picture_is_refused(width: int, height: int, length: int) -> None:
    with pytest.raises(ValueError, match="pixels"):
        thumbhash.encode(width, height, bytes(length))
