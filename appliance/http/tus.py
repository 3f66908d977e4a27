"""The words of tus 1.0 (tus.io), the protocol in which uploads go on after the line was cut.

Pure: requests go in, values, heads and errors come out. What a newcomer would get wrong: uploads are created by a route of the
application, so here are only HEAD (how far is it), PATCH (go on) and DELETE (leave it).
"""

import re
import time
from email.utils import formatdate
from typing import NamedTuple

from appliance.http.errors import (
    LengthRequired,
    MethodNotAllowed,
    NoRequest,
    NoSuchAddress,
    NotAPiece,
    UnknownTusVersion,
    UploadHeaderMissing,
    UploadOffsetWrong,
    UploadTooLong,
)
from appliance.http.files import UPLOADS, Upload
from appliance.http.request_parser import Request

VERSION = b"1.0.0"
PIECE = b"application/offset+octet-stream"
METHODS = frozenset({"HEAD", "PATCH", "DELETE", "OPTIONS"})
# Nobody's disk takes more, and no index of one is longer.
_NUMBER = re.compile(rb"[0-9]{1,18}")
_ID = re.compile(r"[A-Za-z0-9_-]{16,128}")
_COMMON = b"tus-resumable: %b\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n" % VERSION
_OPTIONS = b"tus-version: %b\r\ntus-extension: creation,expiration,termination\r\n" % VERSION


class Piece(NamedTuple):
    """A part of a file: where it begins, and its length in bytes."""

    offset: int
    length: int


def upload_id(request: Request) -> str:
    """Which upload a request is about. Raises what is wrong with the request as such."""
    if request.method not in METHODS:
        raise MethodNotAllowed
    if request.values(b"tus-resumable") != [VERSION]:
        raise UnknownTusVersion
    name = request.target.removeprefix(UPLOADS).decode("latin-1")
    if not _ID.fullmatch(name):
        raise NoSuchAddress
    return name


def piece(request: Request, early: int) -> Piece:
    """What a PATCH brings; so many bytes of it, and perhaps of something else, came with the head."""
    if request.values(b"content-type") != [PIECE]:
        raise NotAPiece
    offset = _number(request, b"upload-offset")
    if offset is None:
        raise UploadHeaderMissing
    length = _number(request, b"content-length")
    if length is None or request.values(b"transfer-encoding"):
        raise LengthRequired
    if early > length:
        # The next request with this one, which no client of ours sends.
        raise NoRequest
    return Piece(offset, length)


def require_fit(piece: Piece, upload: Upload) -> None:
    """Refuse what does not go on where the upload ends, or goes beyond its announced end."""
    if piece.offset != upload.offset:
        raise UploadOffsetWrong(offset=upload.offset)
    if piece.offset + piece.length > upload.length:
        raise UploadTooLong(length=upload.length)


def options(request: Request) -> bytes:
    """What we know of the protocol, as a whole response."""
    return _head(request, b"204 No Content", _OPTIONS)


def state(request: Request, upload: Upload) -> bytes:
    """How far an upload is, as a whole response to HEAD."""
    lines = b"upload-length: %d\r\ncontent-length: 0\r\n" % upload.length
    return _head(request, b"200 OK", lines + _progress(upload))


def taken(request: Request, upload: Upload) -> bytes:
    """The whole response to a PATCH."""
    return _head(request, b"204 No Content", _progress(upload))


def dropped(request: Request) -> bytes:
    """The whole response to a DELETE."""
    return _head(request, b"204 No Content", b"")


def _progress(upload: Upload) -> bytes:
    # A clock that runs away (10,000 and later) is no date in HTTP.
    expires = formatdate(min(upload.expires_at, time.time() + 10 * 366 * 86_400), usegmt=True)
    return b"upload-offset: %d\r\nupload-expires: %b\r\n" % (upload.offset, expires.encode("ascii"))


def _number(request: Request, name: bytes) -> int | None:
    values = request.values(name)
    return int(values[0]) if len(values) == 1 and _NUMBER.fullmatch(values[0]) else None


def _head(request: Request, status: bytes, lines: bytes) -> bytes:
    closing = b"" if request.keeps_alive else b"connection: close\r\n"
    return b"HTTP/1.1 %b\r\n%b%b%b\r\n" % (status, lines, _COMMON, closing)
