"""`python -m hardware.encoder`: encode some pictures with the board's H.264 encoder, and say how that went.

Always in a process of its own (`codecs.attempt`): FFmpeg waits for a driver without a limit, and a driver that hangs
must not take along whoever asks.
"""

import sys
import time
from collections.abc import Buffer, Iterator
from fractions import Fraction
from io import BytesIO
from typing import Protocol, cast

import av
import msgspec
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext

from hardware.codecs import PICTURES, Attempt

_CODEC = "h264_v4l2m2m"
# FFmpeg copies a picture's lines as they are, and drivers want each to be a multiple of 64.
_WIDTH, _HEIGHT = 640, 384
_PER_SECOND = 30


class _Encoder(Protocol):
    """PyAV leaves the types of packets open."""

    def encode(self, frame: av.VideoFrame | None) -> list[Buffer]: ...


class _File(Protocol):
    def decode(self, *, video: int) -> Iterator[av.VideoFrame]: ...


def encode(codec: str = _CODEC) -> Attempt:
    """Encode a moving pattern and decode it again."""
    began = time.monotonic()
    problem = None
    pictures = 0
    try:
        pictures = _decoded(_encoded(codec))
    except FFmpegError as error:
        problem = f"{codec}: {error.strerror}"
    return Attempt(pictures, PICTURES, round((time.monotonic() - began) * 1000), problem)


def _encoded(codec: str) -> bytes:
    # One stream of bytes for the decoder: the driver gives the headers as a packet of their own.
    encoder = cast("VideoCodecContext", av.CodecContext.create(codec, "w"))
    encoder.width, encoder.height, encoder.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
    encoder.framerate, encoder.time_base = Fraction(_PER_SECOND), Fraction(1, _PER_SECOND)
    encoder.bit_rate = 1_000_000
    # A packet keeps one of the driver's few buffers until it is copied, and then encoding waits for ever.
    pictures = [*(_picture(number) for number in range(PICTURES)), None]
    return b"".join(
        bytes(packet) for picture in pictures for packet in cast("_Encoder", encoder).encode(picture)
    )


def _picture(number: int) -> av.VideoFrame:
    frame = av.VideoFrame(_WIDTH, _HEIGHT, "yuv420p")
    for plane, step in zip(frame.planes, (3, 1, 2), strict=True):
        line = bytes((column + number * step) % 256 for column in range(plane.line_size))
        plane.update(line * plane.height)
    frame.pts, frame.time_base = number, Fraction(1, _PER_SECOND)
    return frame


def _decoded(stream: bytes) -> int:
    if not stream:
        return 0
    with av.open(BytesIO(stream), "r", format="h264") as file:
        frames = cast("_File", file).decode(video=0)
        return sum((frame.width, frame.height) == (_WIDTH, _HEIGHT) for frame in frames)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(encode()))
