"""One request and its response, as an ASGI application has them.

The request is here as a whole before the application is called, so the application never waits for it; it waits where the
other side is slow to read, and holds no more than it has in its hands.
"""

import asyncio
from collections.abc import MutableMapping
from typing import Any, Protocol
from urllib.parse import unquote

import httptools

from appliance.asgi import Scope
from appliance.front.requests import Request
from appliance.front.responses import Response

# As much as one TLS record carries four times over; in between the loop may turn.
_SLICE_BYTES = 64 * 1024


class Line(Protocol):
    """What a connection does for an exchange."""

    async def send(self, data: bytes | memoryview) -> None:
        """Write, and return when the next may be written; `ConnectionError` if the other side has gone."""
        ...

    async def gone(self) -> None:
        """Return when the connection is no more."""
        ...


class Unreadable(Exception):
    """The first line of the request names nothing."""


class Exchange:
    """`receive` and `send` are ASGI's."""

    def __init__(self, request: Request, line: Line) -> None:
        self.response = Response(request)
        self._line = line
        self._body: bytes | None = request.body
        self._over = asyncio.Event()

    async def receive(self) -> MutableMapping[str, Any]:
        """The whole body; whoever asks again waits for the end."""
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        waits = [asyncio.ensure_future(self._over.wait()), asyncio.ensure_future(self._line.gone())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return {"type": "http.disconnect"}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """One message of a response."""
        if message["type"] == "http.response.start":
            self.response.begin(message["status"], message.get("headers", ()))
            return
        data = self.response.body(message.get("body", b""), more=message.get("more_body", False))
        if self.response.is_over:
            self._over.set()
        if len(data) <= _SLICE_BYTES:
            if data:
                await self._line.send(data)
            return
        view = memoryview(data)
        for at in range(0, len(view), _SLICE_BYTES):
            await self._line.send(view[at : at + _SLICE_BYTES])


def scope_of(request: Request, peer: str, scheme: str) -> Scope:
    """The request as ASGI describes it; `Unreadable` if its target is no path."""
    raw_path, query = _path_and_query(request.target)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": request.version,
        "method": request.method,
        "scheme": scheme,
        "path": unquote(raw_path.decode("latin-1")),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": request.headers,
        "client": (peer, 0),
        "server": None,
    }


def _path_and_query(target: bytes) -> tuple[bytes, bytes]:
    if target.startswith(b"/"):
        path, _, query = target.partition(b"#")[0].partition(b"?")
        return path, query
    if target == b"*":
        return target, b""
    try:
        # A proxy's form, which every server has to understand (RFC 9112, 3.2.2).
        url = httptools.parse_url(target)
    except httptools.HttpParserInvalidURLError:
        raise Unreadable from None
    return url.path or b"/", url.query or b""
