"""What a browser is told to do with a file: show it or save it, and under which name (RFC 6266, RFC 8187).

Pure. What a newcomer would get wrong: shown is only what can do nothing on our origin. An SVG, a web page or a PDF is saved
whatever it is called, and its type is not even named.
"""

from urllib.parse import quote

from appliance.text.file_names import cleaned

SHOWN = frozenset({
    "image/jpeg", "image/png", "image/gif", "image/webp", "image/avif",
    "video/mp4", "video/webm", "video/ogg",
    "audio/mpeg", "audio/mp4", "audio/webm", "audio/ogg", "audio/aac", "audio/flac", "audio/wav",
    "text/plain",
})  # fmt: skip
"""What a browser may show: pictures, sound, films and plain text."""

SAVED = "application/octet-stream"
_QUOTED = '"\\%'
# What stands in the clear in an extended value, besides letters and digits (RFC 8187, 3.2.1); `quote` keeps `_.-~` itself.
_ATTR_CHARS = "!#$&+^`|"


def is_shown(content_type: str) -> bool:
    """Whether a browser may show such a file itself."""
    return content_type.partition(";")[0].strip().lower() in SHOWN


def type_header(content_type: str) -> str:
    """The `Content-Type` of a file whose bytes prove to be of `content_type`."""
    if not is_shown(content_type):
        return SAVED
    essence = content_type.partition(";")[0].strip().lower()
    return "text/plain; charset=utf-8" if essence == "text/plain" else essence


def content_disposition(name: str, content_type: str) -> str:
    """The header for a file of this name."""
    name = cleaned(name)
    # A percent sign in the plain form is decoded by some browsers.
    plain = "".join(letter if letter.isascii() and letter not in _QUOTED else "_" for letter in name)
    kind = "inline" if is_shown(content_type) else "attachment"
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe=_ATTR_CHARS)}"
    return f'{kind}; filename="{plain}"{extended}'
