"""What is answered to whoever asks for a file: the head, and which bytes follow.

Pure. What a newcomer would get wrong: a family's box must not lend its origin to what somebody has sent, so every answer
shuts the browser's doors, whatever the file is.
"""

from typing import NamedTuple

from appliance.http.disposition import content_disposition, type_header
from appliance.http.files import ServedFile
from appliance.http.ranges import BeyondEnd, Part, parse
from appliance.http.request_parser import Request

_FIXED = (
    b"accept-ranges: bytes\r\n"
    b"content-security-policy: sandbox; default-src 'none'\r\n"
    b"cross-origin-resource-policy: same-origin\r\n"
    b"referrer-policy: no-referrer\r\n"
    b"x-content-type-options: nosniff\r\n"
)
# An address stands for the same bytes for as long as it is valid.
_KEPT = b"cache-control: private, max-age=31536000, immutable\r\n"
_NOT_KEPT = b"cache-control: no-store\r\n"


class Answer(NamedTuple):
    """`head` is sent as it is, and then `part` of the file."""

    head: bytes
    part: Part


def answer(request: Request, file: ServedFile, size: int) -> Answer:
    """The answer to a GET or a HEAD of a file of `size` bytes."""
    tag = b'"%b"' % file.tag.encode("ascii")
    if _is_known(request, tag):
        return Answer(_head(request, b"304 Not Modified", _KEPT + b"etag: %b\r\n" % tag), Part(0, 0))
    try:
        part = _part(request, tag, size)
    except BeyondEnd:
        lines = _NOT_KEPT + b"content-range: bytes */%d\r\ncontent-length: 0\r\n" % size
        return Answer(_head(request, b"416 Range Not Satisfiable", lines), Part(0, 0))
    sent = part or Part(0, size)
    lines = _KEPT + b"etag: %b\r\ncontent-type: %b\r\ncontent-disposition: %b\r\ncontent-length: %d\r\n" % (
        tag,
        type_header(file.content_type).encode("ascii"),
        content_disposition(file.name, file.content_type).encode("ascii"),
        sent.size,
    )
    if part is None:
        head = _head(request, b"200 OK", lines)
    else:
        where = b"content-range: bytes %d-%d/%d\r\n" % (part.first, part.first + part.size - 1, size)
        head = _head(request, b"206 Partial Content", lines + where)
    return Answer(head, Part(0, 0) if request.method == "HEAD" else sent)


def _head(request: Request, status: bytes, lines: bytes) -> bytes:
    closing = b"" if request.keeps_alive else b"connection: close\r\n"
    return b"HTTP/1.1 %b\r\n%b%b%b\r\n" % (status, lines, _FIXED, closing)


def _is_known(request: Request, tag: bytes) -> bool:
    """Whether the browser has it already (RFC 9110, 13.1.2): compared weakly, as that header is."""
    asked = request.values(b"if-none-match")
    tags = [one.strip(b" \t").removeprefix(b"W/") for value in asked for one in value.split(b",")]
    return tag in tags or b"*" in tags


def _part(request: Request, tag: bytes, size: int) -> Part | None:
    ranges = request.values(b"range")
    if len(ranges) != 1:
        return None
    # A part of another file would be put together with what the browser has of the first (RFC 9110, 13.1.5).
    if any(value.strip(b" \t") != tag for value in request.values(b"if-range")):
        return None
    return parse(ranges[0], size)
