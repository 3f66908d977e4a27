"""What a file may be called: in any script, but a name and nothing else. One rule for what is kept and what is handed out.

What a newcomer would get wrong: a name is shown to others and written onto their disks, so a separator, a control character
or a mark that turns the text around (`gpj.exe` shown as `exe.jpg`) must never come through.
"""

import unicodedata
from pathlib import PurePosixPath

LONGEST_BYTES = 150
"""Of UTF-8; file systems take 255, and a name in an address is up to three times as long."""
NAMELESS = "file"
# Longer is no suffix but a part of the name.
_LONGEST_SUFFIX_BYTES = 32
_SEPARATORS = dict.fromkeys(map(ord, '/\\:*?"<>|'), "_")
# Persian words and families of emoji are joined by them; they turn nothing around.
_JOINERS = "\u200c\u200d"
# A dot at the start hides a file, and at the end Windows takes it away; a joiner there joins nothing.
_ENDS = " ." + _JOINERS


def cleaned(name: str) -> str:
    """A name as it is kept: one line in NFC, at most `LONGEST_BYTES`, with its suffix; `NAMELESS` if nothing is left."""
    # Letters may come together that stood apart, so what is left out goes first.
    kept = unicodedata.normalize("NFC", "".join(one for one in name if _may_stand(one)))
    kept = " ".join(kept.translate(_SEPARATORS).split()).strip(_ENDS)
    if not kept:
        return NAMELESS
    suffix = PurePosixPath(kept).suffix
    if len(suffix.encode()) > _LONGEST_SUFFIX_BYTES:
        suffix = ""
    return with_ending(kept.removesuffix(suffix) if suffix else kept, suffix)


def with_ending(stem: str, suffix: str) -> str:
    """A name of at most `LONGEST_BYTES` that ends so; half a letter at the cut is left out."""
    room = LONGEST_BYTES - len(suffix.encode())
    cut = stem.encode()[:room].decode(errors="ignore")
    # A dot before the suffix hides nothing.
    return cut.rstrip(" " + _JOINERS if suffix else _ENDS) + suffix


def _may_stand(one: str) -> bool:
    category = unicodedata.category(one)
    return category == "Zs" or category[0] not in "CZ" or one in _JOINERS or one == "\t"
