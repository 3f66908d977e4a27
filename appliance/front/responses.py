"""Writing an HTTP/1.1 response, without I/O: what an ASGI application sends goes in, bytes come out (RFC 9112).

What a newcomer would get wrong: a header's value may have been made of what somebody sent us, and a line break in it would
begin a response of their own.
"""

import time
from collections.abc import Iterable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from appliance.front.requests import Request

_FORBIDDEN = (b"\r", b"\n", b"\0")
# Ours to say: how long a response is, and what becomes of the connection.
_OURS = frozenset({b"connection", b"transfer-encoding", b"date"})


class Malformed(Exception):
    """The application said something that cannot be sent."""


class Response:
    """The response to one request."""

    def __init__(self, request: Request) -> None:
        self._has_body = request.method != "HEAD"
        self._is_recent = request.version == "1.1"
        self.keeps_alive = request.keeps_alive
        self.is_begun = self.is_over = False
        self._is_chunked = False
        # Of what was announced; None where nothing was.
        self._left: int | None = None
        self._start: tuple[int, list[tuple[bytes, bytes]]] | None = None

    def begin(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep the head until the first of the body is known: alone it would be a packet of its own."""
        if self._start is not None or self.is_begun:
            raise Malformed("a response begins once")
        told = [(bytes(name), bytes(value)) for name, value in headers]
        if any(sign in part for header in told for part in header for sign in _FORBIDDEN):
            raise Malformed("a header of more than one line")
        self._start = (status, told)

    def body(self, data: bytes, *, more: bool) -> bytes:
        """What goes out for the next piece of the body, and for the head if it is the first."""
        if self.is_over:
            raise Malformed("the response is over")
        head = b""
        if self._start is not None:
            head = self._head(*self._start, len(data), more=more)
            self._start, self.is_begun = None, True
        elif not self.is_begun:
            raise Malformed("a body without a head")
        self.is_over = not more
        return head + self._piece(data, more=more) if self._has_body else head

    def _head(self, status: int, headers: list[tuple[bytes, bytes]], size: int, *, more: bool) -> bytes:
        lines = [b"HTTP/1.1 %d %b" % (status, _reason(status))]
        lines += [b"%b: %b" % header for header in headers if header[0].lower() not in _OURS]
        length = next((value for name, value in headers if name.lower() == b"content-length"), None)
        # These have no body, whatever is said of its length (RFC 9110, 6.4.1).
        if status in {204, 304} or status < 200:
            self._has_body = False
        elif length is not None:
            self._left = int(length)
        elif not more:
            self._left = size
            lines.append(b"content-length: %d" % size)
        elif self._is_recent:
            self._is_chunked = True
            lines.append(b"transfer-encoding: chunked")
        else:
            # To HTTP/1.0 the end of the connection is the end of the body.
            self.keeps_alive = False
        lines.append(b"date: " + _date(int(time.time())))
        if not self.keeps_alive:
            lines.append(b"connection: close")
        elif not self._is_recent:
            lines.append(b"connection: keep-alive")
        return b"\r\n".join((*lines, b"\r\n"))

    def _piece(self, data: bytes, *, more: bool) -> bytes:
        if self._is_chunked:
            piece = b"%x\r\n%b\r\n" % (len(data), data) if data else b""
            return piece if more else piece + b"0\r\n\r\n"
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0 or (self._left and not more):
                raise Malformed("a body of another length than announced")
        return data


def plain(status: int, kind: bytes, body: bytes, more: bytes = b"") -> bytes:
    """A whole response after which the connection is closed; `more` is further lines of its head."""
    return (
        b"HTTP/1.1 %d %b\r\ncontent-type: %b\r\ncontent-length: %d\r\ncache-control: no-store\r\nconnection: close\r\n%b\r\n"
        % (status, _reason(status), kind, len(body), more)
    ) + body


def _reason(status: int) -> bytes:
    try:
        return HTTPStatus(status).phrase.encode("ascii")
    except ValueError:
        return b""


@lru_cache(1)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode("ascii")
