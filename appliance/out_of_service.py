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
from appliance.http import accept_language
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
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="{seconds}"><title>Hearth: {title}</title><style>
:root{{color-scheme:dark light;--a:#0c1414;--t:#dcd9d2;--s:#f6f3ec}}
@media(prefers-color-scheme:light){{:root{{--a:#fcfdfa;--t:#2b3737;--s:#121e1f}}}}
body{{margin:0;background:var(--a);color:var(--t);font:16px/1.45 system-ui,sans-serif}}
main{{max-width:30rem;margin:0 auto;padding:20px 16px 40px;display:grid;gap:16px}}h1{{font-size:27px;line-height:1.2;margin:0;color:var(--s)}}p{{margin:0}}
</style></head><body><main><h1>{title}</h1><p>{sentence}</p><p><b>{fix}</b></p>
<p>{again}</p></main></body></html>
"""
_AGAIN = {
    "en": "This page looks again by itself once a minute.",
    "de": "Diese Seite sieht jede Minute von selbst wieder nach.",
}
_COPY = (
    "Schalte die Box aus und kopiere ihre ganze Karte oder Platte, bevor irgendetwas anderes versucht wird. Spiel dann eine Sicherung "
    "zurück, wie es die Anleitung für den Betrieb beschreibt. Was jetzt da ist, bleibt unberührt."
)
# The web client says the same (webui/src/i18n/de/health.ts), but who sees this page cannot load it. A test compares them.
GERMAN = {
    "database_damaged": (
        "Die Daten des Haushalts sind beschädigt",
        "Die Datei mit Konten und Nachrichten lässt sich nicht oder nicht ganz lesen.",
        _COPY,
    ),
    "database_gone": (
        "Die Daten des Haushalts sind weg",
        "Die Datei mit Konten und Nachrichten ist nicht mehr da.",
        _COPY,
    ),
    "database_newer": (
        "Die Daten des Haushalts sind neuer als Hearth",
        "Sie stammen von einem neueren Hearth als dem, das jetzt läuft.",
        "Aktualisiere Hearth, oder spiel eine Sicherung von vorher zurück. Was jetzt da ist, bleibt unberührt.",
    ),
    "database_no_room": (
        "Es ist kein Platz mehr da",
        "Die Karte oder Platte ist voll, und ganz ohne Platz geht nicht einmal das Lesen.",
        "Schaff Platz darauf: Lösche, was nicht zu Hearth gehört, oder spiel eine Sicherung auf eine größere zurück, wie es die Anleitung "
        "für den Betrieb beschreibt. Sobald Platz ist, macht Hearth von selbst weiter.",
    ),
    "database_protected": (
        "Nichts lässt sich schreiben",
        "Die Karte oder Platte lässt Hearth nicht schreiben, wie nach einem Fehler oder mit falschen Rechten am Datenordner.",
        "Auf einer Box: starte die Box neu: Zieh für fünf Sekunden ihren Stecker; bleibt es so, kopiere die Karte und tausche sie aus. "
        "Auf einem Computer: Gib den Datenordner dem Benutzer zurück, unter dem Hearth läuft. Sobald es schreiben kann, macht Hearth von "
        "selbst weiter.",
    ),
}


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
            page = self._page(accept_language.of_headers(scope["headers"], _AGAIN))
            await _give(send, 503, page, "text/html; charset=utf-8", head=head)

    def _page(self, language: str) -> bytes:
        problem = self._problem
        texts = (problem.title, problem.sentence, problem.fix)
        title, sentence, fix = (
            html.escape(text) for text in (GERMAN[problem.key] if language == "de" else texts)
        )
        return _PAGE.format(
            language=language,
            seconds=_AGAIN_SECONDS,
            title=title,
            sentence=sentence,
            fix=fix,
            again=_AGAIN[language],
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
    more: Headers = [(b"content-type", kind.encode()), (b"vary", b"accept-language"), _POLICY]
    if status == 503:
        more.append((b"retry-after", str(_AGAIN_SECONDS).encode()))
    await answer(send, status, [*_HEADERS, *more], body, head=head)


def _json(value: msgspec.Struct) -> bytes:
    return msgspec.json.encode(value)
