"""What somebody is told whose request is not taken: in words, and as a client's code reads an error (docs/protocol.md)."""

from http import HTTPStatus

import msgspec

from appliance.errors import ApplianceError
from appliance.http.errors import Busy, HeadersTooLarge, NoRequest, RequestTimeout, TooLarge
from appliance.http.files import UPLOADS
from appliance.problems import problem_of

_FOR_PROGRAMS = (b"/api/", UPLOADS)
_CLOSE = b"connection: close\r\n"
_SOON = b"retry-after: %d\r\n" % Busy.retry_after


def refusal(status: int, target: bytes, limit: int = 0) -> bytes:
    """The whole response to a request for `target`, as far as that was read; `limit` in bytes where there is one."""
    return response(_error(status, limit), target)


def response(
    error: ApplianceError, target: bytes, *, is_head: bool = False, keeps_alive: bool = False
) -> bytes:
    """The whole response to a request for `target` that ended with an error; the answer to a HEAD has no body."""
    more = _SOON if error.status == 503 else b""
    if target.startswith(_FOR_PROGRAMS):
        kind, body = b"application/json", msgspec.json.encode(problem_of(error))
    else:
        kind, body = b"text/plain", str(error).encode("ascii", "replace")
    whole = _plain(error.status, kind, body, more if keeps_alive else more + _CLOSE)
    return whole.removesuffix(body) if is_head else whole


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
    """A whole response; `more` is further lines of its head."""
    reason = HTTPStatus(status).phrase.encode("ascii")
    return (
        b"HTTP/1.1 %d %b\r\ncontent-type: %b\r\ncontent-length: %d\r\ncache-control: no-store\r\n%b\r\n"
        % (status, reason, kind, len(body), more)
    ) + body
