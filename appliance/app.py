"""The composition root: the only module that knows every domain."""

import logging
import math
import sqlite3
import time
from typing import Any, cast, override

import msgspec
from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.types import Message, Scope

import appliance
from appliance.accounts.authenticator import Authenticator
from appliance.accounts.callers import Caller, Callers
from appliance.errors import ApplianceError, Forbidden, NotSignedIn, TooMany, Unavailable, Unreadable
from appliance.files.conversions import Conversions
from appliance.files.drawing import Drawing
from appliance.files.files import Files
from appliance.files.worker import Worker
from appliance.http import guards, json_body
from appliance.http.asgi import answer
from appliance.http.body_limits import JSON_BYTES, body_limit
from appliance.http.controllers import (
    HEARTH_PATH,
    PUBLIC_PATH,
    HearthController,
    PublicController,
    canonical,
    controllers_in,
)
from appliance.http.errors import Malformed, MethodNotAllowed, NoSuchAddress, Refused, TooLarge
from appliance.limits import ANYTHING, Limits, Standing, TooFast
from appliance.messages import refreshing
from appliance.messages.state import MessageState
from appliance.problems import Problem, field_error, problem_of
from appliance.search.state import SearchState
from appliance.storage import Database
from appliance.storage.failures import StorageDamaged, failure_of
from appliance.storage.trouble import Trouble

log = logging.getLogger(__name__)

CONTROLLERS = controllers_in(appliance)
"""Every controller of every domain."""


def routers() -> list[Router]:
    """Both trees."""
    public = [kind for kind in CONTROLLERS if issubclass(kind, PublicController)]
    own = [kind for kind in CONTROLLERS if issubclass(kind, HearthController)]
    return [
        Router(PUBLIC_PATH, route_handlers=public),
        Router(HEARTH_PATH, route_handlers=own),
    ]


async def provide_db(request: Request[object, object, State]) -> Database:
    database: Database = request.app.state.database
    return database


async def provide_caller(
    db: NamedDependency[Database],  # noqa: ARG001  what needs it comes after it, and Litestar makes tasks for the rest
    request: Request[Any, Any, Any],
) -> Caller:
    """Who has signed in, as the guard has recognised them."""
    caller: Caller = guards.caller_of(request.scope)
    return caller


class JsonRequest(Request[Any, Any, Any]):
    """A request whose JSON is read by our own rules (`appliance.http.json_body`)."""

    @override
    async def json(self) -> Any:
        return json_body.parse(await self.body())


DEPENDENCIES = {"db": Provide(provide_db), "caller": Provide(provide_caller)}
"""The two things that a handler may ask for beside its own parameters."""


def on_problem(request: Request[Any, Any, Any], error: ApplianceError) -> Response[Any]:
    """Our own errors, as the protocol shows them."""
    problem = problem_of(error)
    if isinstance(error, TooMany):
        return _too_many(request, problem, error)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Unavailable) else {}
    return Response(problem, status_code=error.status, headers=headers)


def _too_many(request: Request[Any, Any, Any], problem: Problem, error: TooMany) -> Response[Any]:
    standing = guards.standing_of(request.scope)
    is_global = isinstance(error, TooFast) and error.standing.group is ANYTHING
    if standing is not None:
        # Slow mode and its like have a pace of their own; whoever reads the headers waits for what stops them.
        waiting = max(error.seconds, error.standing.reset_after if isinstance(error, TooFast) else 0)
        guards.stand(request.scope, Standing(standing.group, 0, waiting))
    body = {**msgspec.to_builtins(problem), "retry_after": round(error.seconds, 3), "global": is_global}
    headers = {
        "Retry-After": str(max(1, math.ceil(error.seconds))),
        "X-RateLimit-Scope": "global" if is_global else "user",
        # Without it libraries take a 429 for a ban by a proxy and stop (shared design notes, trap 2).
        "Via": "1.1 hearth",
    }
    if is_global:
        headers["X-RateLimit-Global"] = "true"
    return Response(body, status_code=429, headers=headers)


async def tell_standing(message: Message, scope: Scope) -> None:
    """Say on every answer to whoever is signed in how fast they may go on."""
    standing = guards.standing_of(scope)
    if standing is None or message["type"] != "http.response.start":
        return
    group, remaining, reset_after = standing
    message["headers"] = [
        *message["headers"],
        (b"x-ratelimit-limit", b"%d" % group.burst),
        (b"x-ratelimit-remaining", b"%d" % remaining),
        (b"x-ratelimit-reset", b"%.3f" % (time.time() + reset_after)),
        (b"x-ratelimit-reset-after", b"%.3f" % reset_after),
        (b"x-ratelimit-bucket", group.name.encode()),
    ]


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Litestar's own refusals (unknown path, malformed body) in the same shape."""
    if error.status_code == 400:
        return Response(_malformed(error), status_code=400)
    if error.status_code == 413:
        return on_problem(request, TooLarge(body_limit(request.method, request.scope["path"])))
    kind = _REFUSALS.get(error.status_code, Refused)
    return Response(problem_of(kind()), status_code=error.status_code)


_REFUSALS: dict[int, type[ApplianceError]] = {
    401: NotSignedIn,
    403: Forbidden,
    404: NoSuchAddress,
    405: MethodNotAllowed,
}
"""What the framework refuses, in our words."""


def _malformed(error: HTTPException) -> Problem:
    extra: Any = error.extra
    entries = cast("list[dict[str, str]]", extra) if isinstance(extra, list) else []
    fields = {
        entry.get("key", "body"): {"_errors": [field_error(Unreadable(detail=entry.get("message", "")))]}
        for entry in entries
    }
    return Problem(Malformed.code, Malformed.key, Malformed.message, errors=fields)


def on_crash(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A defect of ours: the log gets all of it, the caller a sentence."""
    log.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    return Response(Problem(0, ApplianceError.key, ApplianceError.message), status_code=500)


def on_storage_error(request: Request[Any, Any, State], error: sqlite3.Error) -> Response[Any]:
    """A full or damaged disk, in one line of the log and a sentence; what else SQLite says is a defect of ours."""
    failure = failure_of(error)
    if failure is None:
        return on_crash(request, error)
    if isinstance(failure, StorageDamaged):
        database: Database = request.app.state.database
        database.trouble = Trouble.DAMAGED
    log.error("%s %s met the disk: %s", request.method, request.scope["path"], error)
    return on_problem(request, failure)


class Api(Litestar):
    """Litestar, but for requests that are too large for it to remember where they went, and aliases of the public tree."""

    @override
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        error = guards.outsize(scope) if scope["type"] == "http" else None
        if error is None:
            if "path" in scope:
                # Mounting the tree again under each alias would treble its routes, their memory and the time to start.
                scope["path"] = canonical(scope["path"])
            await super().__call__(scope, receive, send)
            return
        body = msgspec.json.encode(problem_of(error))
        await answer(send, error.status, [(b"content-type", b"application/json")], body)


def state_of(database: Database, callers: Callers, *, extra: dict[str, object] | None = None) -> State:
    """What handlers find in `request.app.state`; `extra` is for those that need more than `db` and `caller`."""
    files = Files(database, refreshing.refresh)
    return State(
        {
            "database": database,
            "callers": callers,
            "authenticator": Authenticator(callers),
            "limits": Limits(time.monotonic),
            "messages": MessageState(),
            "files": files,
            "conversions": Conversions(files, Worker()),
            "drawing": Drawing(files.disk, lambda: files.looking),
            "search": SearchState(),
            "server_url": str,
            "present": frozenset,
            "keeps": True,
            **(extra or {}),
        }
    )


def create_app(database: Database, callers: Callers, *, extra: dict[str, object] | None = None) -> Litestar:
    """The HTTP and WebSocket application around an open database; `extra` as in `state_of`."""
    return Api(
        route_handlers=routers(),
        dependencies=DEPENDENCIES,
        state=state_of(database, callers, extra=extra),
        exception_handlers={
            ApplianceError: on_problem,
            HTTPException: on_http_error,
            sqlite3.Error: on_storage_error,
            Exception: on_crash,
        },
        guards=[guards.watch],
        before_send=[tell_standing],
        request_class=JsonRequest,
        request_max_body_size=JSON_BYTES,
        logging_config=None,
        openapi_config=None,
    )
