"""What kind of file some bytes are, by the bytes alone: a name and what the sender calls it prove nothing.

Only what is told from the first bytes; whether the rest keeps the promise is found out by the worker, elsewhere. The marks are
those of the WHATWG's MIME Sniffing Standard, and of the formats' own documents for what it leaves out (HEIC, AVIF, MOV, FLAC).
"""

import codecs

LOOKED_AT = 4096
"""So many of the first bytes are enough."""

UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
_MEDIA = ("image/", "video/", "audio/")

_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"OggS\x00", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
)
_NEEDS_RIFF = frozenset({"image/webp", "audio/wav"})

# The brands of ISO base media files (ftyp).
_BRANDS = {
    b"avif": "image/avif", b"avis": "image/avif",
    b"heic": "image/heic", b"heix": "image/heic", b"heim": "image/heic", b"heis": "image/heic",
    b"hevc": "image/heic", b"hevx": "image/heic", b"mif1": "image/heif", b"msf1": "image/heif",
    b"qt  ": "video/quicktime", b"M4A ": "audio/mp4", b"M4B ": "audio/mp4",
}  # fmt: skip
# A sound in a container that films come in too, which is told by the sender alone; either way only sound and film are played.
_SAME_CONTAINER = {"video/webm": "audio/webm", "video/mp4": "audio/mp4", "audio/ogg": "audio/ogg"}


def of(first: bytes, declared: str = "") -> str:
    """The content type that the first bytes prove, `UNKNOWN` if none; `declared` is what the sender calls it.

    The sender is believed in one thing: whether there is only sound in a container for both.
    """
    found = _marked(first) or _framed(first) or _text(first)
    if declared.partition(";")[0].strip().lower().startswith("audio/"):
        return _SAME_CONTAINER.get(found, found)
    return found


def needs_understanding(content_type: str) -> bool:
    """Whether there is more to find out about it: a picture, a film, a sound."""
    return content_type.startswith(_MEDIA)


def _marked(first: bytes) -> str:
    for at, mark, kind in _MARKS:
        if first.startswith(mark, at) and (kind not in _NEEDS_RIFF or first.startswith(b"RIFF")):
            return kind
    if first[4:8] == b"ftyp":
        return _BRANDS.get(first[8:12], "video/mp4")
    return ""


def _framed(first: bytes) -> str:
    """MPEG audio without an ID3 header begins with a frame: eleven bits of synchronisation, layer III, a bit rate."""
    if len(first) < 4 or first[0] != 0xFF:
        return ""
    is_frame = first[1] & 0xE6 == 0xE2 and first[2] & 0xF0 not in {0x00, 0xF0} and first[2] & 0x0C != 0x0C
    return "audio/mpeg" if is_frame else ""


def _text(first: bytes) -> str:
    if any(byte < 9 or 13 < byte < 32 for byte in first if byte != 27):
        return UNKNOWN
    try:
        # A letter may be cut in two where we stop looking.
        codecs.getincrementaldecoder("utf-8")().decode(first, final=len(first) < LOOKED_AT)
    except UnicodeDecodeError:
        return UNKNOWN
    return TEXT
