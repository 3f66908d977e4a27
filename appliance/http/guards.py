"""What is looked at before a request is read: its size, its origin, its kind, its path, who it is from and how fast.

Everything here looks at a few hundred bytes. What a newcomer would get wrong: Litestar keeps the paths that it has routed
and takes a body for JSON whatever its type says, so what is too long must not get as far as the router (`outsize`), and
what another site's form could send not as far as the body (`watch`).
"""

import re
from functools import lru_cache
from typing import Any, Protocol, cast

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from appliance.errors import ApplianceError, Forbidden, Invalid, NotFound, NotSignedIn
from appliance.http.asgi import Scope
from appliance.http.body_limits import FORMS
from appliance.http.errors import HeadersTooLarge, NotJson, TargetTooLong
from appliance.http.origin import is_own
from appliance.ids import AccountId
from appliance.limits import ANYTHING, RATE, Group, Limits, Standing, TooFast

LONGEST_TARGET = 4 * 1024
"""Path and query in bytes; ours need a tenth of it."""
MOST_HEADER_BYTES = 16 * 1024
"""Browsers send one to two thousand, and a proxy adds a few hundred."""
_LONGEST_CREDENTIALS = 4 * 1024
_LONGEST_CONTENT_TYPE = 256

_STANDING = "hearth_standing"
_CALLER = "hearth_caller"

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ID = re.compile(r"0|[1-9][0-9]{0,18}")

_MOST_TEMPLATES = 512

type _Headers = dict[bytes, bytes]
type Connection = ASGIConnection[Any, Any, Any, Any]


class Caller(Protocol):
    """Who has signed in, as far as it matters here."""

    @property
    def account_id(self) -> AccountId:
        """Whose pace a request counts for."""
        ...


class Callers(Protocol):
    """What turns credentials into a caller; `state.callers` of the application."""

    async def identify(self, credentials: str) -> Caller:
        """Who these credentials belong to; `NotSignedIn` if nobody."""
        ...


class ReasonsComeLater(Invalid):
    key = "reasons_come_later"
    field = "X-Audit-Log-Reason"
    problem = "Reasons cannot be kept yet, since there is no audit log. Leave the reason out."


class ForeignPage(Forbidden):
    code = 0
    key = "foreign_page"
    message = "Only Hearth's own page may do this. Open Hearth under its own address and try again there."


def outsize(scope: Scope) -> ApplianceError | None:
    """What is too large about a request, before anything keeps a part of it."""
    # Percent-encoding makes three bytes of one; decoded, each letter is a byte at least.
    if len(scope["path"]) + len(scope["query_string"]) > LONGEST_TARGET:
        return TargetTooLong(limit=LONGEST_TARGET)
    size = sum(len(name) + len(value) for name, value in scope["headers"])
    return HeadersTooLarge(limit=MOST_HEADER_BYTES) if size > MOST_HEADER_BYTES else None


async def watch(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let a request through to its body, or say what is wrong with it."""
    scope = _own(connection.scope)
    require_canonical_ids(scope)
    # As bytes, for this is done for every request and Litestar's own are made anew at each look.
    headers: _Headers = dict(scope["headers"])
    if scope["method"] not in _SAFE:
        _require_own_page(headers)
        _require_readable(headers, takes_forms=FORMS in handler.opt)
        if headers.get(b"x-audit-log-reason"):
            raise ReasonsComeLater
    if needs_caller(handler):
        await _identify(connection, handler, headers.get(b"authorization", b""))


def require_canonical_ids(scope: Scope) -> None:
    """`NotFound` for an id that is not written as we write it: one thing has one address."""
    parameters = scope["path_params"]
    if not parameters:
        return
    parts = scope["path"].split("/")
    for index, name in _parameter_positions(scope["path_template"]):
        if isinstance(parameters[name], int) and not _ID.fullmatch(parts[index]):
            raise NotFound


@lru_cache(_MOST_TEMPLATES)
def _parameter_positions(template: str) -> tuple[tuple[int, str], ...]:
    """Where in a path its parameters stand."""
    return tuple((index, part[1:-1]) for index, part in enumerate(template.split("/")) if part[:1] == "{")


def _require_own_page(headers: _Headers) -> None:
    origin, site = headers.get(b"origin"), headers.get(b"sec-fetch-site")
    if origin is None and site is None:
        return
    host = headers.get(b"host", b"").decode("latin-1")
    if not is_own(_text(origin), host, _text(site)):
        raise ForeignPage


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def _require_readable(headers: _Headers, *, takes_forms: bool) -> None:
    """`NotJson` for a body that is no JSON by its own account; a page of another site can send no JSON without asking."""
    if headers.get(b"content-length", b"0") == b"0" and b"transfer-encoding" not in headers:
        return
    kind = headers.get(b"content-type", b"")
    essence = kind.partition(b";")[0].strip().lower()
    readable = essence == b"application/json" or (takes_forms and essence == b"multipart/form-data")
    if not readable or len(kind) > _LONGEST_CONTENT_TYPE:
        raise NotJson


def needs_caller(handler: BaseRouteHandler) -> bool:
    """Whether a route is for those who are signed in: then it takes a `caller`."""
    return isinstance(handler, HTTPRouteHandler) and "caller" in handler.parsed_fn_signature.parameters


async def _identify(connection: Connection, handler: BaseRouteHandler, credentials: bytes) -> None:
    """Know who it is from, and count it."""
    if not credentials or len(credentials) > _LONGEST_CREDENTIALS:
        raise NotSignedIn
    state = connection.app.state
    callers: Callers = state.callers
    caller = await callers.identify(credentials.decode("latin-1"))
    _own(connection.scope)[_CALLER] = caller
    limits: Limits = state.limits
    group: Group = handler.opt.get(RATE, ANYTHING)
    part: int = connection.path_params[group.per] if group.per else 0
    try:
        stand(connection.scope, limits.take(caller.account_id, group, part))
    except TooFast as error:
        stand(connection.scope, error.standing)
        raise


def _own(scope: object) -> Scope:
    """A scope to write in: Litestar's type for it knows only the keys that every server sets."""
    return cast("Scope", scope)


def stand(scope: object, standing: Standing) -> None:
    """Note how whoever sent a request stands with its rate group."""
    _own(scope)[_STANDING] = standing


def standing_of(scope: object) -> Standing | None:
    """How whoever sent a request stands with its rate group; None if they are not signed in."""
    return _own(scope).get(_STANDING)


def caller_of(scope: object) -> Any:
    """The caller that `watch` has recognised."""
    return _own(scope)[_CALLER]
