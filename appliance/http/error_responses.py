"""What somebody is told whose request is not taken: in words, and as a client's code reads an error (docs/protocol.md)."""

from http import HTTPStatus
from typing import NamedTuple

import msgspec

from appliance.problems import Problem


class _Refusal(NamedTuple):
    code: int
    key: str
    message: str


_REFUSALS = {
    400: _Refusal(0, "no_request", "This is not a request of a browser."),
    408: _Refusal(0, "too_slow", "The request did not arrive in time. Try again."),
    413: _Refusal(
        40005, "too_large", "This is more than the box takes at once here. Send at most {kibibytes} KiB."
    ),
    431: _Refusal(
        0, "headers_too_large", "The headers of this request are too large: at most {limit} bytes are read."
    ),
    500: _Refusal(0, "internal", "Something went wrong on the box. Try again in a moment."),
    503: _Refusal(130000, "busy", "The box has too much to do at the moment. Try again in a few seconds."),
}
_SOON = b"retry-after: 2\r\n"


def refusal(status: int, target: bytes, limit: int = 0) -> bytes:
    """The whole response to a request for `target`, as far as that was read; `limit` in bytes where there is one."""
    code, key, message = _REFUSALS[status]
    words = message.format(limit=limit, kibibytes=limit // 1024)
    more = _SOON if status == 503 else b""
    if not target.startswith(b"/api/"):
        return _plain(status, b"text/plain", words.encode("ascii"), more)
    facts: dict[str, object] = {"limit": limit} if limit else {}
    body = msgspec.json.encode(Problem(code, key, words, facts=facts))
    return _plain(status, b"application/json", body, more)


def _plain(status: int, kind: bytes, body: bytes, more: bytes) -> bytes:
    """A whole response after which the connection is closed; `more` is further lines of its head."""
    reason = HTTPStatus(status).phrase.encode("ascii")
    return (
        b"HTTP/1.1 %d %b\r\ncontent-type: %b\r\ncontent-length: %d\r\ncache-control: no-store\r\nconnection: close\r\n%b\r\n"
        % (status, reason, kind, len(body), more)
    ) + body
