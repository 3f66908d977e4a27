"""Which picture some bytes are, by their first ones alone: nothing of it is decoded here.

What a newcomer would get wrong: the type that a sender names. A page that is called a picture would be run by a browser, so
what is kept is what the bytes prove, and it is given out under that type with `nosniff`.
"""

import struct
from typing import NamedTuple

LARGEST_SIDE = 4096


class Picture(NamedTuple):
    content_type: str
    animated: bool


def recognised(data: bytes) -> Picture | None:
    """PNG, GIF, WebP, AVIF or JPEG of at most 4096 pixels each way; None for anything else."""
    for read in (_png, _gif, _webp, _avif, _jpeg):
        found = read(data)
        if found is not None:
            return found
    return None


def _fits(width: int, height: int) -> bool:
    return 0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE


def _png(data: bytes) -> Picture | None:
    """PNG, 5.2 and 11.2.2; of APNG the frames begin with `acTL` in front of the first `IDAT`."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") or len(data) < 33:
        return None
    if not _fits(*struct.unpack_from(">II", data, 16)):
        return None
    picture_begins = data.find(b"IDAT")
    return Picture("image/png", animated=0 <= data.find(b"acTL") < picture_begins)


def _gif(data: bytes) -> Picture | None:
    """GIF89a, 17 and 18; it moves if there is a second graphic control."""
    if (
        data[:6] not in {b"GIF87a", b"GIF89a"}
        or len(data) < 13
        or not _fits(*struct.unpack_from("<HH", data, 6))
    ):
        return None
    return Picture("image/gif", animated=data.count(b"\x21\xf9\x04") > 1)


def _webp(data: bytes) -> Picture | None:
    """RFC 9649: the size is in VP8X, or in the one frame's own header."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        width = 1 + int.from_bytes(data[24:27], "little")
        height = 1 + int.from_bytes(data[27:30], "little")
        return Picture("image/webp", animated=bool(data[20] & 0x02)) if _fits(width, height) else None
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = (one & 0x3FFF for one in struct.unpack_from("<HH", data, 26))
    elif kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    else:
        return None
    return Picture("image/webp", animated=False) if _fits(width, height) else None


def _avif(data: bytes) -> Picture | None:
    """ISO 14496-12, 4.3 with the brands of AVIF; its size is that of `ispe` (ISO 23008-12, 6.5.3)."""
    if data[4:8] != b"ftyp" or data[8:12] not in {b"avif", b"avis"}:
        return None
    at = data.find(b"ispe")
    if at < 0 or len(data) < at + 16 or not _fits(*struct.unpack_from(">II", data, at + 8)):
        return None
    return Picture("image/avif", animated=data[8:12] == b"avis")


# Markers without a length: SOI, EOI, RST0 to RST7, TEM (T.81, table B.1).
_ALONE = frozenset({0xD8, 0xD9, 0x01, *range(0xD0, 0xD8)})
_NOT_FRAMES = frozenset({0xC4, 0xC8, 0xCC})


def _jpeg(data: bytes) -> Picture | None:
    """T.81, B.1.1: from segment to segment up to the frame's header, which has the size."""
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in _NOT_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Picture("image/jpeg", animated=False) if _fits(width, height) else None
        at += 2 if marker in _ALONE else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
