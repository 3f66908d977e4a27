"""Reading the HTTP/1.1 requests of one connection, byte by byte and without I/O.

A request is handed on when all of it is here, so nothing behind us ever waits for somebody outside. What a newcomer would
get wrong: libraries reuse a connection on which they have spoken HTTP for their WebSocket, so a handshake may be the tenth
request; and a body is refused by what its head announces, before any of it is kept.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple

import httptools

# Browsers send less than 2 KiB; a webhook's address and a bot's reason for the audit log fit as well.
MOST_HEAD_BYTES = 16 * 1024
MOST_HEADERS = 100
# What the pieces of a chunked body say about themselves may be as much as the body, and a little for small ones.
_CHUNKING_BYTES = 16 * 1024


class Refused(Exception):
    """What came in is not taken; `status` says why, `limit` how large the body might have been."""

    def __init__(self, status: int, limit: int = 0) -> None:
        super().__init__(status)
        self.status, self.limit = status, limit


class Handshake(Exception):
    """A WebSocket is asked for; `data` is the request and whatever came after it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.data = data


class Stage(Enum):
    """How much of a request is here."""

    BETWEEN = auto()
    HEAD = auto()
    BODY = auto()
    WHOLE = auto()


class Request(NamedTuple):
    """One whole request."""

    method: str
    target: bytes
    version: str
    headers: list[tuple[bytes, bytes]]
    body: bytes
    keeps_alive: bool

    def values(self, name: bytes) -> list[bytes]:
        """All values of a header; `name` in small letters."""
        return [value for key, value in self.headers if key == name]


class Passing(NamedTuple):
    """A body that is handed on while it comes: of at most so many bytes, and perhaps read by somebody else."""

    most_bytes: int
    is_raw: bool = False


def kept_whole(_head: Request) -> Passing | None:
    """Hand no body on."""
    return None


class RequestParser:
    """One connection's requests; `path` is the one of the WebSocket, `limit` how large a body may be (method, target).

    `passes` says which requests are handed on before their body is here. Of such a one `head` is set as soon as its head is
    read; its body comes by `take_piece`, and `take` ends it, or `leave` gives it to somebody else at once if it is raw.
    """

    def __init__(
        self,
        path: bytes,
        limit: Callable[[str, str], int],
        passes: Callable[[Request], Passing | None] = kept_whole,
    ) -> None:
        self._path = path
        self._limit = limit
        self._passes = passes
        self.head: Request | None = None
        self.is_raw = False
        self.stage = Stage.BETWEEN
        self.target = b""
        self._raw_head = bytearray()
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()
        self._first = ("", "", False)
        self._most_bytes = self._raw_bytes = self._body_bytes = 0
        self._may_begin = False
        self._refusal: Refused | None = None
        self._parser: httptools.HttpRequestParser | None = httptools.HttpRequestParser(self)

    @property
    def held(self) -> int:
        """How much of a body is kept."""
        return len(self._body)

    @property
    def expects_word(self) -> bool:
        """Whether the body comes only when it is asked for (RFC 9110, 10.1.1)."""
        is_asked = any(
            name == b"expect" and value.lower() == b"100-continue" for name, value in self._headers
        )
        return self.stage is Stage.BODY and is_asked and not self._body

    def feed(self, data: bytes) -> None:
        """Read on; `stage` says how far. Raises `Handshake` or `Refused`, and is over with either."""
        if self.stage is Stage.BODY:
            self._read_body(data)
            return
        if self.stage is Stage.BETWEEN:
            self.stage, self._may_begin = Stage.HEAD, True
        room = MOST_HEAD_BYTES - len(self._raw_head)
        first, rest = data[:room], data[room:]
        self._raw_head += first
        self._parse(first, rest)
        if self.stage is Stage.HEAD:
            if len(self._raw_head) >= MOST_HEAD_BYTES:
                raise Refused(431, MOST_HEAD_BYTES)
            return
        self._raw_head.clear()
        if self.is_raw:
            self._body += rest
        elif rest:
            self._read_body(rest)

    def take(self) -> Request:
        """The request that is whole; the next one may come."""
        method, version, keeps_alive = self._first
        request = Request(method, self.target, version, self._headers, bytes(self._body), keeps_alive)
        self.stage = Stage.BETWEEN
        self.target, self._headers = b"", []
        self._body = bytearray()
        self.head, self.is_raw = None, False
        return request

    def take_piece(self) -> bytes:
        """What has come of a body since the last time."""
        piece = bytes(self._body)
        self._body.clear()
        return piece

    def leave(self) -> bytes:
        """What is here of a raw body, and of whatever follows it; the rest is read by somebody else, and then a next request."""
        early = self.take_piece()
        self.take()
        self._parser = httptools.HttpRequestParser(self)
        return early

    def forget(self) -> None:
        """Let go of everything; nothing more comes.

        The parser knows us and we know it, so that a body would otherwise stay until cycles are looked for, which is seldom.
        """
        self._parser = None
        self._body = bytearray()
        self._raw_head = bytearray()
        self.head = None

    def _read_body(self, data: bytes) -> None:
        self._raw_bytes += len(data)
        self._parse(data, b"")
        if self.stage is Stage.BODY and self._raw_bytes > 2 * self._most_bytes + _CHUNKING_BYTES:
            raise Refused(413, self._most_bytes)

    def _parse(self, data: bytes, rest: bytes) -> None:
        assert self._parser is not None  # noqa: S101  nothing comes once all is forgotten
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._raw_head and self.target.partition(b"?")[0].removesuffix(b"/") == self._path:
                raise Handshake(bytes(self._raw_head) + rest) from None
            raise Refused(400) from None
        except httptools.HttpParserError as error:
            raise (self._refusal or Refused(400)) from error

    def _refuse(self, status: int, limit: int = 0) -> Refused:
        """What the parser makes of an error in a callback hides it, so it is kept."""
        self._refusal = Refused(status, limit)
        return self._refusal

    def on_message_begin(self) -> None:
        """Called by the parser; a second request with the first would have to wait here, and no client of ours sends one."""
        if not self._may_begin:
            raise self._refuse(400)
        self._may_begin = False
        self._most_bytes = self._raw_bytes = self._body_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Called by the parser, perhaps with a part."""
        self.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser; also for what may follow a chunked body, which nobody here wants."""
        if self.stage is not Stage.HEAD:
            return
        if len(self._headers) >= MOST_HEADERS:
            raise self._refuse(431, MOST_HEAD_BYTES)
        # Blanks behind a value are no part of it (RFC 9110, 5.5); the parser takes away those before it alone.
        self._headers.append((name.lower(), value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        self.stage = Stage.BODY
        assert self._parser is not None  # noqa: S101  it is what calls us
        method = self._parser.get_method().decode("ascii")
        # Afterwards the parser knows nothing of it any more.
        self._first = (method, self._parser.get_http_version(), self._parser.should_keep_alive())
        head = Request(method, self.target, self._first[1], self._headers, b"", self._first[2])
        passing = self._passes(head)
        if passing is None:
            self._most_bytes = self._limit(method, self.target.decode("latin-1"))
        else:
            self.head, self.is_raw, self._most_bytes = head, passing.is_raw, passing.most_bytes
        length = next((value for name, value in self._headers if name == b"content-length"), b"0")
        # The parser has refused what is no number.
        if int(length or b"0") > self._most_bytes:
            raise self._refuse(413, self._most_bytes)

    def on_body(self, data: bytes) -> None:
        """Called by the parser."""
        self._body_bytes += len(data)
        if self._body_bytes > self._most_bytes:
            raise self._refuse(413, self._most_bytes)
        self._body += data

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self.stage = Stage.WHOLE
