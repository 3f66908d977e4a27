"""`compress=zstd-stream`: one Zstandard frame for a whole connection (RFC 8878), with each message in it as it is.

Some libraries ask for this and take nothing else. A frame may hold blocks that are not compressed, which every reader of
the format reads: so it costs neither memory nor a library, and in a house the line is not what is slow.
"""

# Magic number; no content size, checksum or dictionary; a window of 128 KiB, which is also the largest block
# (RFC 8878, 3.1.1.1 and 3.1.1.2.4).
_HEADER = b"\x28\xb5\x2f\xfd\x00\x38"
_LARGEST_BLOCK = 128 * 1024
# Where in a block's three bytes its size begins; the bits below say that it is not the last, and is as it is.
_SIZE_SHIFT = 3


class ZstdStream:
    """What is told on one connection, as a `Deflater` tells it."""

    def __init__(self) -> None:
        self._start = _HEADER

    def begin(self) -> None:
        """There is nothing to begin: no message is ever compressed."""

    def deflate(self, text: bytes) -> bytes:
        """The next piece of the stream, in which all of the text can be read."""
        start, self._start = self._start, b""
        pieces = (text[at : at + _LARGEST_BLOCK] for at in range(0, len(text), _LARGEST_BLOCK))
        return start + b"".join((len(one) << _SIZE_SHIFT).to_bytes(3, "little") + one for one in pieces)
