"""The HTTP side of setup: probes, redirects and the pages, on the port where phones look for them.

What a newcomer would get wrong: every request is judged by where it comes from before anything else. On the setup network
all names lead here; in the house only a box without people shows setup, and only to whoever knows its code.
"""

import gzip
import logging
from collections.abc import Awaitable, Callable
from http import HTTPMethod

from appliance.http.asgi import Headers, Receive, Scope, Send, answer
from appliance.portal import captive, forms
from appliance.portal.forms import Form
from appliance.portal.screens import Screens
from appliance.portal.setup_access import ClientNetwork
from appliance.portal.site import Site

log = logging.getLogger(__name__)

_COMMON: Headers = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
]
_POLICY = (
    b"content-security-policy",
    b"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
)
_ZIP_FROM = 1024

type Give = Callable[[int, Headers, bytes], Awaitable[None]]


class Portal:
    """An ASGI application."""

    def __init__(self, site: Site, screens: Screens) -> None:
        self._site = site
        self._screens = screens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        request = _Request(scope, headers)

        async def give(status: int, more: Headers, body: bytes) -> None:
            await answer(send, status, [*_COMMON, *more], body, head=scope["method"] == HTTPMethod.HEAD)

        try:
            await self._answer(request, receive, give)
        except Exception:
            # The outermost frame: whoever asked is told something, and the log where it was.
            log.exception("%s %s failed", request.method, request.path)
            await give(500, [], b"Something went wrong on the box. Try again in a moment.")

    async def _answer(self, request: "_Request", receive: Receive, give: Give) -> None:
        client_network = self._site.network_of(request.peer)
        if client_network is ClientNetwork.SETUP:
            await self._on_setup_network(request, receive, give)
        elif self._site.is_open_to_home(request.peer):
            await self._on_home_network(request, receive, give)
        else:
            await _redirect(give, self._site.plain_url(request.host, request.path), 307)

    async def _on_setup_network(self, request: "_Request", receive: Receive, give: Give) -> None:
        probe = captive.PROBES.get(request.path)
        if probe and self._site.machine.over:
            kind: Headers = [(b"content-type", probe.kind.encode())] if probe.kind else []
            await give(probe.status, kind, probe.body)
        elif probe or request.host != self._site.setup_host:
            await _redirect(give, self._site.setup_url)
        else:
            await self._page(request, receive, give)

    async def _on_home_network(self, request: "_Request", receive: Receive, give: Give) -> None:
        # A name that somebody else may point here (DNS rebinding) shows nothing.
        if not self._site.is_own_name(request.host):
            await _redirect(give, self._site.own_url)
        else:
            await self._page(request, receive, give)

    async def _page(self, request: "_Request", receive: Receive, give: Give) -> None:
        accepted = request.headers.get(b"accept-language", "")
        if request.method in {HTTPMethod.GET, HTTPMethod.HEAD}:
            page = await self._screens.show(request.peer, request.path, accepted)
            if page is None:
                await _redirect(give, "/")
            else:
                await _give_page(request, give, page)
        elif request.method == HTTPMethod.POST:
            form = await _form(request, receive)
            # A form that is not one of ours changes nothing; whoever sent it sees how things are.
            target = "/"
            if self._site.access.is_own_form(form.get("key", "")) and request.is_same_origin():
                target = await self._screens.take(request.peer, request.path, form, accepted)
            await _redirect(give, target, 303)
        else:
            await give(405, [(b"allow", b"GET, HEAD, POST")], b"")


class _Request:
    """The few things of a request that matter here."""

    def __init__(self, scope: Scope, headers: dict[bytes, str]) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers = headers
        client = scope.get("client") or ("127.0.0.1", 0)
        self.peer: str = client[0].removeprefix("::ffff:")
        self.authority = headers.get(b"host", "").lower()
        self.host = self.authority.rsplit(":", 1)[0] if _has_port(self.authority) else self.authority

    def is_same_origin(self) -> bool:
        """Whether the page that sent this is ours, if the browser says so at all."""
        origin = self.headers.get(b"origin", "null")
        return origin in {"null", f"http://{self.authority}"}


def _has_port(authority: str) -> bool:
    tail = authority.rsplit(":", 1)[-1]
    return ":" in authority and tail.isdigit() and not authority.endswith("]")


async def _form(request: _Request, receive: Receive) -> Form:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > forms.MOST_BYTES:
            return {}
        if not message.get("more_body"):
            break
    kind = request.headers.get(b"content-type", "").split(";")[0].strip()
    return forms.read(body) if kind == "application/x-www-form-urlencoded" else {}


async def _give_page(request: _Request, give: Give, page: bytes) -> None:
    headers: Headers = [(b"content-type", b"text/html; charset=utf-8"), _POLICY]
    if len(page) > _ZIP_FROM and "gzip" in request.headers.get(b"accept-encoding", ""):
        headers.append((b"content-encoding", b"gzip"))
        page = gzip.compress(page, 6)
    await give(200, headers, page)


async def _redirect(give: Give, target: str, status: int = 302) -> None:
    location = (b"location", target.encode("ascii", "ignore"))
    await give(status, [location], b"")
