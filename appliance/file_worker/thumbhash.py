"""ThumbHash: a picture in 25 bytes, which a client shows blurred until the picture is there.

The algorithm is Evan Wallace's (https://evanw.github.io/thumbhash/): the lowest frequencies of a cosine transform of
luminance, two differences of colour, and opacity. Ours, because the packages hold back Pillow or have no wheel for a Pi.
"""

import math
from collections.abc import Sequence

SIDE = 64
"""The longest side in pixels that is worth giving: beyond it the hash is the same and the time is not."""


def encode(width: int, height: int, rgba: bytes) -> bytes:
    """The hash of `width` times `height` pixels of four bytes, row by row; at most 100 on a side."""
    if not (0 < width <= 100 and 0 < height <= 100) or len(rgba) != width * height * 4:
        raise ValueError(f"{width} x {height} pixels in {len(rgba)} bytes")
    alpha = [value / 255 for value in rgba[3::4]]
    opaque = sum(alpha)
    # What shines through is the average of what does not.
    average = [
        sum(value / 255 * seen for value, seen in zip(rgba[part::4], alpha, strict=True)) / opaque if opaque else 0.0
        for part in range(3)
    ]  # fmt: skip
    red, green, blue = (
        [mean * (1 - seen) + value / 255 * seen for value, seen in zip(rgba[part::4], alpha, strict=True)]
        for part, mean in enumerate(average)
    )
    has_alpha = opaque < width * height
    pixels = list(zip(red, green, blue, strict=True))
    luminance = [(r + g + b) / 3 for r, g, b in pixels]
    yellow_blue = [(r + g) / 2 - b for r, g, b in pixels]
    red_green = [r - g for r, g, _ in pixels]

    most = 5 if has_alpha else 7
    longest = max(width, height)
    across = max(1, _rounded(most * width / longest))
    down = max(1, _rounded(most * height / longest))
    size = (width, height)
    light, *colours = (
        _channel(luminance, size, max(3, across), max(3, down)),
        _channel(yellow_blue, size, 3, 3),
        _channel(red_green, size, 3, 3),
    )
    return _packed(size, (across, down), light, colours, _channel(alpha, size, 5, 5) if has_alpha else None)


type _Channel = tuple[float, list[float], float]
"""The average, the other frequencies from 0 to 1, and by what they were scaled for that."""


def _channel(values: Sequence[float], size: tuple[int, int], across: int, down: int) -> _Channel:
    width, height = size
    rows = [values[at : at + width] for at in range(0, width * height, width)]
    average, frequencies = 0.0, list[float]()
    for y in range(down):
        wave_down = [math.cos(math.pi / height * y * (row + 0.5)) for row in range(height)]
        for x in range(across):
            # The corner of the high frequencies is left out.
            if x * down >= across * (down - y):
                break
            wave = [math.cos(math.pi / width * x * (column + 0.5)) for column in range(width)]
            total = math.sumprod(wave_down, [math.sumprod(wave, row) for row in rows]) / (width * height)
            if x or y:
                frequencies.append(total)
            else:
                average = total
    scale = max(map(abs, frequencies), default=0.0)
    if scale:
        frequencies = [0.5 + 0.5 / scale * value for value in frequencies]
    return average, frequencies, scale


def _packed(
    size: tuple[int, int],
    counts: tuple[int, int],
    light: _Channel,
    colours: Sequence[_Channel],
    alpha: _Channel | None,
) -> bytes:
    is_landscape = size[0] > size[1]
    (warm, _, warm_scale), (red, _, red_scale) = colours
    first = (
        _rounded(63 * light[0])
        | _rounded(31.5 + 31.5 * warm) << 6
        | _rounded(31.5 + 31.5 * red) << 12
        | _rounded(31 * light[2]) << 18
        | (alpha is not None) << 23
    )
    # Which side is the longer one, and how many frequencies the shorter one has.
    second = (
        (counts[1] if is_landscape else counts[0])
        | _rounded(63 * warm_scale) << 3
        | _rounded(63 * red_scale) << 9
        | is_landscape << 15
    )
    packed = bytearray(first.to_bytes(3, "little") + second.to_bytes(2, "little"))
    channels = [light, *colours]
    if alpha is not None:
        packed.append(_rounded(15 * alpha[0]) | _rounded(15 * alpha[2]) << 4)
        channels.append(alpha)
    nibbles = [_rounded(15 * value) for _, values, _ in channels for value in values]
    nibbles += [0] * (len(nibbles) % 2)
    packed += bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))
    return bytes(packed)


def _rounded(value: float) -> int:
    """As the published reference rounds: a half goes up."""
    return math.floor(value + 0.5)
