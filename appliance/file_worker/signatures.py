"""What the first bytes of a file prove it to be. Never its name, and never what its sender says of it.

A file may be two things at once (a polyglot): it is then the one that is found here, and is served and read as that alone.
Signatures: WHATWG MIME Sniffing, and the specification of each format.
"""

import re

HEAD_BYTES = 4096
"""How much of a file has to be looked at."""

UNKNOWN = "application/octet-stream"
TEXT = "text/plain"

_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF = {b"avif", b"avis"}
_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P "}

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"OggS\x00", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", "video/x-ms-asf"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b\x08", "application/gzip"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}

# Text has none of these: the controls of ASCII but tab, line feed, form feed and carriage return.
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def content_type(head: bytes) -> str:
    """The type of the file that begins like this, `application/octet-stream` where nothing is proven."""
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    return _by_rhythm(head)


def _iso_media(head: bytes) -> str:
    """ISO/IEC 14496-12: the major brand, and for pictures also those that it is compatible with."""
    length = min(int.from_bytes(head[:4]), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))]
    if brands[0] == b"qt  ":
        return "video/quicktime"
    if brands[0] in _AUDIO_BRANDS:
        return "audio/mp4"
    # A film of pictures may name both; what it is in the first place stands first.
    if brands[0] in _AVIF or (brands[0] in {b"mif1", b"msf1"} and _AVIF & set(brands)):
        return "image/avif"
    if brands[0] in _HEIC:
        return "image/heic"
    return "video/mp4"


def _by_rhythm(head: bytes) -> str:
    """What has no signature but comes back at a distance, and text."""
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:
        return "video/mp2t"
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    if _is_mpeg_audio(head):
        return "audio/mpeg"
    return TEXT if _is_text(head) else UNKNOWN


def _is_mpeg_audio(head: bytes) -> bool:
    """A frame header of layer III (ISO/IEC 11172-3) with a bit rate and a sampling rate that there are."""
    return (
        len(head) > 3
        and head[0] == 0xFF
        and head[1] & 0xE6 == 0xE2
        and head[1] & 0x18 != 0x08
        and head[2] >> 4 not in {0, 15}
        and head[2] & 0x0C != 0x0C
    )


def _is_text(head: bytes) -> bool:
    if not head or _CONTROLS.search(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # Where it was cut, a letter may be in two.
        return len(head) == HEAD_BYTES and error.start > len(head) - 4
    return True
