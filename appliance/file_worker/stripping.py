"""Pictures without where and when they were taken: the same pixels, byte for byte, in fewer segments.

What is kept is on a list, everything else is left out: what a camera writes of places, times and people has more shapes
than anybody knows. So is what lies behind the end marker, where telephones put a film with a place of its own in it.
Orientation, without which a picture lies on its side, is put back as the only thing in a fresh EXIF segment.

Specs: ITU-T T.81 annex B (JPEG), PNG 3rd edition §5 and §11, RFC 9649 (WebP), the GIF89a specification, ISO/IEC 23008-12.
"""

import re
import zlib
from collections.abc import Buffer, Iterator

from appliance.file_worker import heif
from appliance.file_worker.failing import Damaged, TooLarge

type Pieces = Iterator[Buffer]

# How many segments or chunks are looked at before a file is taken for a trap.
_MOST = 100_000


def without_traces(content_type: str, data: memoryview, orientation: int) -> Pieces:
    """The pieces of the picture in their order, to be written one after the other; `Damaged` or `TooLarge` on the way.

    `orientation` is EXIF's, 1 to 8. A type that is not on the list raises `KeyError`.
    """
    return _BY_TYPE[content_type](data, orientation)


def is_strippable(content_type: str) -> bool:
    return content_type in _BY_TYPE


def _exif(orientation: int) -> bytes:
    """A TIFF structure with one entry: tag 0x0112, a SHORT."""
    return (
        b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01"
        + orientation.to_bytes(2)
        + b"\0\0\0\0\0\0"
    )  # fmt: skip


def _has(data: memoryview, at: int, text: bytes) -> bool:
    return bytes(data[at : at + len(text)]) == text


# --- JPEG

_SOS, _EOI = 0xDA, 0xD9
# Cameras write one, encoders that want it smaller up to some dozens; a decoder goes over the whole picture for each.
_MOST_SCANS = 200
# In a scan, 0xFF stands for itself before 00, and before D0 to D7 it restarts the decoder.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _jpeg(data: memoryview, orientation: int) -> Pieces:
    if not _has(data, 0, b"\xff\xd8"):
        raise Damaged("no start")
    yield data[:2]
    is_oriented = orientation == 1
    at, scans = 2, 0
    for _ in range(_MOST):
        at, marker = _next_marker(data, at)
        if marker == _EOI:
            yield data[at - 2 : at]
            return
        segment = _segment(data, at)
        # JFIF wants to be first, EXIF next; there is no JFIF in what many cameras write.
        if not is_oriented and marker != 0xE0:
            yield _oriented(orientation)
            is_oriented = True
        if _is_kept_of_jpeg(marker, segment):
            yield bytes((0xFF, marker))
            yield segment
        at += len(segment)
        if marker == _SOS:
            scans = _counted(scans)
            end = _end_of_scan(data, at)
            yield data[at:end]
            at = end
        if at == len(data):
            # Cut off: what there is of it, browsers show.
            return
    raise Damaged("too many segments")


def _counted(scans: int) -> int:
    if scans == _MOST_SCANS:
        raise TooLarge(f"more than {_MOST_SCANS} scans")
    return scans + 1


def _end_of_scan(data: memoryview, at: int) -> int:
    found = _MARKER.search(data, at)
    return found.start() if found else len(data)


def _oriented(orientation: int) -> bytes:
    tiff = _exif(orientation)
    return b"\xff\xe1" + (len(tiff) + 8).to_bytes(2) + b"Exif\0\0" + tiff


def _segment(data: memoryview, at: int) -> memoryview:
    """From its length on."""
    length = int.from_bytes(data[at : at + 2])
    segment = data[at : at + length]
    if length < 2 or len(segment) < length:
        raise Damaged("a segment ends before its length")
    return segment


def _next_marker(data: memoryview, at: int) -> tuple[int, int]:
    """Behind the next marker, and which it is; fill bytes (0xFF) may stand before it."""
    if not _has(data, at, b"\xff"):
        raise Damaged("no marker")
    while _has(data, at, b"\xff"):
        at += 1
    if at >= len(data):
        raise Damaged("ends in a marker")
    return at + 1, data[at]


def _is_kept_of_jpeg(marker: int, segment: memoryview) -> bool:
    """Everything but application segments and comments; of those what changes colours."""
    if marker == 0xE0:
        return _has(segment, 2, b"JFIF\0")
    if marker == 0xE2:
        return _has(segment, 2, b"ICC_PROFILE\0")
    if marker == 0xEE:
        return _has(segment, 2, b"Adobe")
    return not (0xE0 <= marker <= 0xEF or marker == 0xFE)


# --- PNG

_KEPT_OF_PNG = {
    b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"pHYs", b"bKGD",
    b"hIST", b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip


def _png(data: memoryview, orientation: int) -> Pieces:
    if not _has(data, 0, b"\x89PNG\r\n\x1a\n"):
        raise Damaged("no signature")
    yield data[:8]
    at = 8
    is_oriented = orientation == 1
    for _ in range(_MOST):
        length = int.from_bytes(data[at : at + 4])
        kind = bytes(data[at + 4 : at + 8])
        chunk = data[at : at + 12 + length]
        if len(chunk) < 12 + length:
            raise Damaged("a chunk ends before its length")
        if kind == b"IEND":
            yield chunk
            return
        if not is_oriented and kind == b"IDAT":
            yield _png_chunk(b"eXIf", _exif(orientation))
            is_oriented = True
        if kind in _KEPT_OF_PNG:
            yield chunk
        at += 12 + length
    raise Damaged("too many chunks")


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


# --- WebP

_KEPT_OF_WEBP = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_HAS_XMP, _HAS_EXIF = 0x04, 0x08


def _webp(data: memoryview, orientation: int) -> Pieces:
    if not (_has(data, 0, b"RIFF") and _has(data, 8, b"WEBP")):
        raise Damaged("no RIFF of WebP")
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    chunks: list[Buffer] = []
    at = 12
    while at + 8 <= end:
        kind = bytes(data[at : at + 4])
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        chunk = data[at : at + 8 + length + length % 2]
        if len(chunk) < 8 + length or len(chunks) > _MOST:
            raise Damaged("a chunk ends before its length, or there are too many")
        if kind == b"VP8X" and length >= 10:
            flags = chunk[8] & ~(_HAS_XMP | _HAS_EXIF) | (0 if orientation == 1 else _HAS_EXIF)
            chunks.append(bytes(chunk[:8]) + bytes((flags,)) + bytes(chunk[9:]))
        elif kind in _KEPT_OF_WEBP:
            chunks.append(chunk)
        at += 8 + length + length % 2
    if orientation != 1:
        tiff = _exif(orientation)
        chunks.append(b"EXIF" + len(tiff).to_bytes(4, "little") + tiff)
    size = 4 + sum(memoryview(chunk).nbytes for chunk in chunks)
    yield b"RIFF" + size.to_bytes(4, "little") + b"WEBP"
    yield from chunks


# --- GIF

_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_GRAPHIC_CONTROL, _APPLICATION = 0xF9, 0xFF


def gif_blocks(data: memoryview) -> Iterator[tuple[memoryview, bool, bool]]:
    """Each block of a GIF: its bytes, whether it is a frame, and whether it belongs to what is seen."""
    if not _has(data, 0, b"GIF8") or len(data) < 13:
        raise Damaged("no GIF")
    at = 13 + _colours(data[10])
    yield data[:at], False, True
    while at < len(data):
        start, kind = at, data[at]
        if kind == _TRAILER:
            yield data[at : at + 1], False, True
            return
        if kind == _IMAGE and at + 10 <= len(data):
            at = _end_of_blocks(data, at + 11 + _colours(data[at + 9]))
            yield data[start:at], True, True
        elif kind == _EXTENSION and at + 2 <= len(data):
            label = data[at + 1]
            at = _end_of_blocks(data, at + 2)
            is_loop = label == _APPLICATION and bytes(data[start + 3 : start + 14]) in _LOOPS
            yield data[start:at], False, label == _GRAPHIC_CONTROL or is_loop
        else:
            raise Damaged("no block of a GIF")
    raise Damaged("no end")


def _colours(flags: int) -> int:
    """Bytes of the table of colours that follows, if one does."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(data: memoryview, at: int) -> int:
    while at < len(data):
        size = data[at]
        at += 1 + size
        if not size:
            return at
    raise Damaged("a block ends before its length")


def _gif(data: memoryview, _orientation: int) -> Pieces:
    frames = 0
    try:
        for block, is_frame, is_seen in gif_blocks(data):
            frames += is_frame
            if is_seen:
                yield block
    except Damaged:
        if not frames:
            raise
        # Cut off: what there is of it, browsers show.
        yield bytes((_TRAILER,))


# --- HEIC and AVIF


def _heif(data: memoryview, _orientation: int) -> Pieces:
    """Items are found by their offsets in the file, so nothing may move: what is left out is blanked."""
    at = 0
    for trace in heif.traces(data):
        # Items may share bytes.
        yield data[at : max(trace.start, at)]
        yield trace.blank()[max(at - trace.start, 0) :]
        at = max(trace.end, at)
    yield data[at:]


_BY_TYPE = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "image/gif": _gif,
    "image/heic": _heif,
    "image/avif": _heif,
}
