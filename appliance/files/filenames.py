"""Names of files as they are kept and as they stand in addresses: in any script, but a name and nothing else.

What a newcomer would get wrong: a name is shown to others and written onto their disks, so a separator, a control character
or a mark that turns the text around (`gpj.exe` shown as `exe.jpg`) must never come through.
"""

import unicodedata
from pathlib import PurePosixPath

LONGEST_BYTES = 150
"""Of UTF-8; file systems take 255, and a name in an address is up to three times as long."""
NAMELESS = "file"
_LONGEST_SUFFIX_BYTES = 32
_SEPARATORS = dict.fromkeys(map(ord, '/\\:*?"<>|'), "_")
# What joins emoji turns nothing around; a tab becomes a space.
_KEPT = frozenset({"\u200d", "\t"})


def cleaned(name: str) -> str:
    """A name as it is kept: one line in NFC, at most `LONGEST_BYTES`, with its suffix; `NAMELESS` if nothing is left."""
    kept = "".join(one for one in unicodedata.normalize("NFC", name) if _may_stand(one))
    kept = " ".join(kept.translate(_SEPARATORS).split()).strip(". ")
    if not kept:
        return NAMELESS
    suffix = PurePosixPath(kept).suffix
    if len(suffix.encode()) > _LONGEST_SUFFIX_BYTES:
        suffix = ""
    stem = kept.removesuffix(suffix) if suffix else kept
    return _cut(stem, LONGEST_BYTES - len(suffix.encode())) + suffix


def _may_stand(one: str) -> bool:
    category = unicodedata.category(one)
    return category == "Zs" or category[0] not in "CZ" or one in _KEPT


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode(errors="ignore").rstrip()


def with_suffix(name: str, content_type: str) -> str:
    """The name of what was made of a file: `IMG_1.HEIC` shown as JPEG is `IMG_1.jpg`."""
    suffix = _SUFFIXES.get(content_type)
    if suffix is None:
        return name
    stem = name.removesuffix(PurePosixPath(name).suffix)
    return _cut(stem, LONGEST_BYTES - len(suffix)) + suffix


_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "video/mp4": ".mp4",
    "audio/mp4": ".m4a",
}
