"""Following the HTTP/1.1 requests of one connection, byte by byte and without I/O.

The HTTP server behind us would take every request to come from us, so each is told where it comes from, in a header that it
gets as its first. What a newcomer would get wrong: libraries reuse a connection on which they have spoken HTTP for their WebSocket,
so a handshake may be the tenth request.
"""

from enum import Enum, auto

import httptools

# As much as hyper, the HTTP server behind us, reads of a head before it answers 431.
MOST_HEAD_BYTES = 64 * 1024
PEER_HEADER = b"hearth-peer"


class Refused(Exception):
    """What came in is no HTTP/1.1, or more of it than one may send at once."""


class Handshake(Exception):
    """A WebSocket is asked for; `data` is the request and whatever came after it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.data = data


class _Stage(Enum):
    BETWEEN = auto()
    HEAD = auto()
    BODY = auto()


class Requests:
    """One connection's requests; `peer` is the address that they come from, `path` the one of the WebSocket."""

    def __init__(self, peer: str, path: bytes) -> None:
        self._mark = b"\r\n%b: %b\r\n" % (PEER_HEADER, peer.encode("ascii"))
        self._path = path
        self._head = b""
        self._url = b""
        self._stage = _Stage.BETWEEN
        self._may_begin = False
        self._parser = httptools.HttpRequestParser(self)

    def feed(self, data: bytes) -> bytes:
        """What goes on to the HTTP server, marked with its origin. Raises `Handshake` or `Refused`."""
        if self._stage is _Stage.BETWEEN:
            self._stage, self._may_begin = _Stage.HEAD, True
        if self._stage is _Stage.BODY:
            self._parse(data)
            return data
        self._head += data
        self._parse(data)
        if not self._is_read():
            if len(self._head) > MOST_HEAD_BYTES:
                raise Refused
            return b""
        # Lines without anything in them may come before a request (RFC 9112, 2.2).
        line, _, rest = self._head.lstrip(b"\r\n").partition(b"\r\n")
        self._head = b""
        return line + self._mark + rest

    def _is_read(self) -> bool:
        """Whether the head is over; the parser's callbacks know."""
        return self._stage is not _Stage.HEAD

    def _parse(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._head and self._url.partition(b"?")[0].removesuffix(b"/") == self._path:
                raise Handshake(self._head) from None
            raise Refused from None
        except httptools.HttpParserError as error:
            raise Refused from error

    def on_message_begin(self) -> None:
        """Called by the parser; a second request in what came with the first would go on unmarked."""
        if not self._may_begin:
            raise Refused
        self._may_begin = False
        self._url = b""

    def on_url(self, url: bytes) -> None:
        """Called by the parser, perhaps with a part."""
        self._url += url

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        self._stage = _Stage.BODY

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self._stage = _Stage.BETWEEN
