"""What somebody is told whose request is not taken: in words, and as a client's code reads an error (docs/protocol.md)."""

from http import HTTPStatus

import msgspec

from appliance.errors import ApplianceError
from appliance.http.errors import Busy, HeadersTooLarge, NoRequest, RequestTimeout, TooLarge
from appliance.problems import problem_of

_SOON = b"retry-after: %d\r\n" % Busy.retry_after


def refusal(status: int, target: bytes, limit: int = 0) -> bytes:
    """The whole response to a request for `target`, as far as that was read; `limit` in bytes where there is one."""
    error = _error(status, limit)
    more = _SOON if status == 503 else b""
    if not target.startswith(b"/api/"):
        return _plain(status, b"text/plain", str(error).encode("ascii"), more)
    return _plain(status, b"application/json", msgspec.json.encode(problem_of(error)), more)


def _error(status: int, limit: int) -> ApplianceError:
    match status:
        case 400:
            return NoRequest()
        case 408:
            return RequestTimeout()
        case 413:
            return TooLarge(limit)
        case 431:
            return HeadersTooLarge(limit=limit)
        case 503:
            return Busy()
        case _:
            return ApplianceError()


def _plain(status: int, kind: bytes, body: bytes, more: bytes) -> bytes:
    """A whole response after which the connection is closed; `more` is further lines of its head."""
    reason = HTTPStatus(status).phrase.encode("ascii")
    return (
        b"HTTP/1.1 %d %b\r\ncontent-type: %b\r\ncontent-length: %d\r\ncache-control: no-store\r\nconnection: close\r\n%b\r\n"
        % (status, reason, kind, len(body), more)
    ) + body
