"""What kind of file some bytes are: what they prove (`appliance.file_worker.signatures`), and the one thing that they cannot.

Whether the rest of the file keeps what its first bytes promise is found out by the worker.
"""

from appliance.file_worker import signatures

LOOKED_AT = signatures.HEAD_BYTES
"""So many of the first bytes are enough."""

UNKNOWN = signatures.UNKNOWN
_MEDIA = ("image/", "video/", "audio/")

# A sound in a container that films come in too, which is told by the sender alone until the worker has looked; either way only
# sound and film are played.
_SAME_CONTAINER = {
    "video/webm": "audio/webm",
    "video/mp4": "audio/mp4",
    "video/x-matroska": "audio/x-matroska",
}


def of(first: bytes, declared: str = "") -> str:
    """The content type that the first bytes prove, `UNKNOWN` if none; `declared` is what the sender calls it.

    The sender is believed in one thing: whether there is only sound in a container for both.
    """
    found = signatures.content_type(first)
    if declared.partition(";")[0].strip().lower().startswith("audio/"):
        return _SAME_CONTAINER.get(found, found)
    return found


def needs_understanding(content_type: str) -> bool:
    """Whether there is more to find out about it: a picture, a film, a sound."""
    return content_type.startswith(_MEDIA)
