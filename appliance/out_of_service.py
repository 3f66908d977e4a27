"""What the server shows while it cannot open its database: a page that says why, and how the box is.

What a newcomer would get wrong: nobody can be asked who they are here, so whatever is shown is shown to everybody. It is the
reason, what to do, and the state of the board; nothing of the household.
"""

import asyncio
import html
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPMethod

import msgspec

from appliance.admin import verdict
from appliance.admin.checks import database
from appliance.admin.facts import Sources, gather
from appliance.daemon.sd_notify import notify, watchdog_seconds
from appliance.errors import Unavailable
from appliance.http.asgi import Headers, Receive, Scope, Send, answer
from appliance.http.websocket import MessageHandler, WebSocket
from appliance.problems import problem_of
from appliance.storage.trouble import Trouble
from hardware import processor

HEALTH = "/api/hearth/v1/health"
_AGAIN_SECONDS = 60
# RFC 6455's registry: try again later.
_TRY_AGAIN_LATER = 1013
_HEADERS: Headers = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
_POLICY = (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'")
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="{seconds}"><title>Hearth: {title}</title><style>
:root{{color-scheme:dark light;--a:#0c1414;--t:#dcd9d2;--s:#f6f3ec}}
@media(prefers-color-scheme:light){{:root{{--a:#fcfdfa;--t:#2b3737;--s:#121e1f}}}}
body{{margin:0;background:var(--a);color:var(--t);font:16px/1.45 system-ui,sans-serif}}
main{{max-width:30rem;margin:0 auto;padding:20px 16px 40px;display:grid;gap:16px}}h1{{font-size:27px;line-height:1.2;margin:0;color:var(--s)}}p{{margin:0}}
</style></head><body><main><h1>{title}</h1><p>{sentence}</p><p><b>{fix}</b></p>
<p>This page looks again by itself once a minute.</p></main></body></html>
"""


class HouseholdUnusable(Unavailable):
    """`reason` is the key of the health check's row that says the same."""

    key = "database_unusable"
    message = "{detail}"
    more_facts = ("reason",)


class OutOfService:
    """An ASGI application for the port of the app."""

    def __init__(self, trouble: Trouble, sources: Sources) -> None:
        self._problem = database.problem(trouble)
        self._sources = sources
        self._before = processor.look(sources.root)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with how the box is, or with the reason for having no other answer."""
        del receive
        head = scope["method"] == HTTPMethod.HEAD
        if scope["path"] == HEALTH and scope["method"] in {HTTPMethod.GET, HTTPMethod.HEAD}:
            facts = await asyncio.to_thread(gather, self._sources)
            await _give(send, 200, _json(verdict.health(facts, self._before)), "application/json", head=head)
        elif scope["path"].startswith("/api/"):
            problem = self._problem
            error = HouseholdUnusable(
                reason=problem.key, detail=f"{problem.title}. {problem.sentence} {problem.fix}"
            )
            await _give(send, 503, _json(problem_of(error)), "application/json", head=head)
        else:
            await _give(send, 503, self._page(), "text/html; charset=utf-8", head=head)

    def _page(self) -> bytes:
        problem = self._problem
        texts = {"title": problem.title, "sentence": problem.sentence, "fix": problem.fix}
        return _PAGE.format(
            seconds=_AGAIN_SECONDS, **{name: html.escape(text) for name, text in texts.items()}
        ).encode()


class Sent:
    """The other end of a WebSocket that is sent away."""

    def received(self, message: bytes) -> None:
        """Nothing that is said now is kept."""

    def drained(self) -> None:
        """Nothing more is written."""

    def closed(self) -> None:
        """It has gone."""


def send_away(websocket: WebSocket) -> MessageHandler:
    """Ask whoever opens a WebSocket to come back later."""
    asyncio.get_running_loop().call_soon(websocket.close, _TRY_AGAIN_LATER)
    return Sent()


async def wait(
    trouble: Trouble, stop: asyncio.Event, can_go_on: Callable[[], Awaitable[bool]], every: float
) -> None:
    """Stay out of service until the database can be opened, or until `stop`.

    systemd hears that we are ready and well: a restart would mend nothing, and take the page away.
    """
    notify(f"READY=1\nSTATUS=Out of service: {trouble.value}")
    seconds = min(watchdog_seconds() or every, every)
    loop = asyncio.get_running_loop()
    until = loop.time() + every
    while not stop.is_set():
        notify("WATCHDOG=1")
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds / 2)
        if loop.time() >= until:
            until = loop.time() + every
            if await can_go_on():
                return


async def _give(send: Send, status: int, body: bytes, kind: str, *, head: bool) -> None:
    more: Headers = [(b"content-type", kind.encode()), _POLICY]
    if status == 503:
        more.append((b"retry-after", str(_AGAIN_SECONDS).encode()))
    await answer(send, status, [*_HEADERS, *more], body, head=head)


def _json(value: msgspec.Struct) -> bytes:
    return msgspec.json.encode(value)
