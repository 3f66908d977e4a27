"""Making an emoji of a picture: at most 128 pixels and 256 KiB, upright, in sRGB, with nothing in it but its pixels.

One that moves goes on moving. What a newcomer would get wrong: how large it becomes is known only when it is made, so it is
made again, more coarsely, until it is small enough.
"""

import mmap
import os
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from PIL import Image

from appliance.file_worker import pictures
from appliance.file_worker.failing import CannotUnderstand, TooLarge
from appliance.file_worker.protocol import LARGEST_EMOJI_BYTES, Drawn

SIDE = 128

# What moves is decoded frame by frame, each as large as the whole: 2.4 s on a PC's core, ten times that on a Pi 3.
_MOST_PIXELS_OF_ALL = 100_000_000
# So many are kept of a longer one, at their distance.
_MOST_FRAMES = 150
# As browsers do it: what says that it moves faster than they can draw is from a time of slower ones.
_FASTEST_MS, _USUAL_MS = 10, 100
_LONGEST_MS = 60_000


class Step(NamedTuple):
    """One try: how large, how good, and which share of the frames."""

    side: int
    quality: int
    every: int


_STEPS = (Step(128, 80, 1), Step(128, 55, 1), Step(128, 50, 2), Step(96, 40, 2), Step(64, 30, 3))


class Frame(NamedTuple):
    image: Image.Image
    milliseconds: int


def draw(content_type: str, source: int, output: int) -> Drawn:
    """Make an emoji of the picture in the file `source`; `TooLarge`, `CannotUnderstand`."""
    size = os.fstat(source).st_size
    pictures.prepare(content_type)
    data = memoryview(mmap.mmap(source, 0, access=mmap.ACCESS_READ))
    pictures.check_scans(content_type, data)
    frames = pictures.frames_of_gif(data) if content_type == "image/gif" else 1
    os.lseek(source, 0, os.SEEK_SET)
    # Of its own descriptor: Pillow closes what it is given.
    with os.fdopen(os.dup(source), "rb") as file, pictures.opened(content_type, file) as image:
        width, height = pictures.checked(content_type, image, frames)
        frames = getattr(image, "n_frames", 1)
        if frames == 1:
            still = pictures.small(image, SIDE)
            pictures.write(output, pictures.encoded(still, "WEBP", lossless=True))
            return Drawn("image/webp", animated=False)
        if width * height * frames > _MOST_PIXELS_OF_ALL:
            raise TooLarge(f"{frames} frames in {size} bytes")
        made = _moving(list(_frames(image, frames)))
    pictures.write(output, made)
    # Frames that look alike become one, and of some nothing else is left.
    return Drawn("image/webp", animated=made.count(b"ANMF") > 1)


def _frames(image: Image.Image, number: int) -> Iterator[Frame]:
    """The frames that are kept, small, each with the time of those that were left out after it."""
    step = -(-number // _MOST_FRAMES)
    kept: Image.Image | None = None
    milliseconds = 0
    for index in range(number):
        try:
            image.seek(index)
            # Also of those that are left out: the next one is drawn over it.
            image.load()
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise CannotUnderstand(str(error)) from error
        if index % step == 0:
            if kept is not None:
                yield Frame(kept, milliseconds)
            kept, milliseconds = pictures.small(image.copy(), SIDE).convert("RGBA"), 0
        milliseconds += _duration(image)
    if kept is not None:
        yield Frame(kept, milliseconds)


def _duration(image: Image.Image) -> int:
    said = image.info.get("duration", 0)
    milliseconds = round(said) if isinstance(said, int | float) else 0
    return _USUAL_MS if milliseconds <= _FASTEST_MS else min(milliseconds, _LONGEST_MS)


def _moving(frames: list[Frame]) -> bytes:
    for step in _STEPS:
        made = _encoded(frames, step)
        if len(made) <= LARGEST_EMOJI_BYTES:
            return made
    raise TooLarge(f"{len(frames)} frames")


def _encoded(frames: list[Frame], step: Step) -> bytes:
    parts = [frames[at : at + step.every] for at in range(0, len(frames), step.every)]
    images = [part[0].image.copy() for part in parts]
    for one in images:
        one.info.clear()
        one.thumbnail((step.side, step.side))
    encoded = BytesIO()
    images[0].save(
        encoded,
        "WEBP",
        save_all=True,
        append_images=images[1:],
        duration=[sum(one.milliseconds for one in part) for part in parts],
        loop=0,
        quality=step.quality,
        method=2,
    )
    return encoded.getvalue()
