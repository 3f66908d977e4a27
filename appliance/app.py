"""The composition root: the only module that knows every domain."""

import logging
import time
from collections.abc import Sequence
from typing import Any, cast

import msgspec
from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.types import ControllerRouterHandler

from appliance.accounts.api import AuthController
from appliance.accounts.callers import Caller, Callers
from appliance.accounts.door import Door
from appliance.admin.api import HealthController
from appliance.bots.api import ApplicationController, BotController
from appliance.channels import api as channels_api
from appliance.errors import ApplianceError, NotSignedIn, TooMany
from appliance.gateway.api import GatewayController
from appliance.guilds import api as guilds_api
from appliance.guilds.profiles_api import UserController
from appliance.limits import Limits
from appliance.messages import api as messages_api
from appliance.problems import Problem, problem_of
from appliance.setup.api import SetupController
from appliance.storage import Database
from appliance.voice.api import RtcController

log = logging.getLogger(__name__)

V10: Sequence[ControllerRouterHandler] = (
    UserController,
    ApplicationController,
    GatewayController,
    *guilds_api.CONTROLLERS,
    *channels_api.CONTROLLERS,
    *messages_api.CONTROLLERS,
)
"""Controllers of the Discord-shaped tree, mounted at /api/v10, /api/v9 and /api."""

HEARTH: Sequence[ControllerRouterHandler] = (
    SetupController,
    AuthController,
    BotController,
    HealthController,
    RtcController,
)
"""Controllers of our own tree, mounted at /api/hearth/v1."""


async def provide_db(request: Request[object, object, State]) -> Database:
    database: Database = request.app.state.database
    return database


async def provide_caller(
    db: NamedDependency[Database],  # noqa: ARG001  what needs it comes after it, and Litestar makes tasks for the rest
    request: Request[object, object, State],
) -> Caller:
    state = request.app.state
    credentials = request.headers.get("authorization")
    if not credentials:
        raise NotSignedIn
    callers: Callers = state.callers
    caller = await callers.identify(credentials)
    limits: Limits = state.limits
    limits.take(caller.account_id, request.method, request.scope["path"])
    return caller


DEPENDENCIES = {"db": Provide(provide_db), "caller": Provide(provide_caller)}
"""The two things that a handler may ask for beside its own parameters."""


def on_problem(_: Request[Any, Any, Any], error: ApplianceError) -> Response[Any]:
    """Our own errors, as the protocol shows them."""
    problem = problem_of(error)
    if isinstance(error, TooMany):
        return _too_many(problem, error.seconds)
    return Response(problem, status_code=error.status)


def _too_many(problem: Problem, seconds: float) -> Response[Any]:
    body = {**msgspec.to_builtins(problem), "retry_after": round(seconds, 3), "global": False}
    headers = {
        "Retry-After": str(max(1, round(seconds))),
        "X-RateLimit-Reset-After": f"{seconds:.3f}",
        # Without it libraries take a 429 for a ban by a proxy and stop (shared design notes, trap 2).
        "Via": "1.1 hearth",
    }
    return Response(body, status_code=429, headers=headers)


def on_http_error(_: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Litestar's own refusals (unknown path, malformed body) in the same shape."""
    if error.status_code == 400:
        return Response(_malformed(error), status_code=400)
    names = {401: "not_signed_in", 403: "missing_permissions", 404: "not_found", 405: "method_not_allowed"}
    key = names.get(error.status_code, "refused")
    return Response(Problem(0, key, error.detail), status_code=error.status_code)


def _malformed(error: HTTPException) -> Problem:
    extra: Any = error.extra
    entries = cast("list[dict[str, str]]", extra) if isinstance(extra, list) else []
    fields = {
        entry.get("key", "body"): {
            "_errors": [{"code": "BASE_TYPE_INVALID", "message": entry.get("message", "")}]
        }
        for entry in entries
    }
    return Problem(50035, "invalid_form", "Something in what was sent is not right.", errors=fields)


def on_unreadable(_: Request[Any, Any, Any], error: UnicodeDecodeError) -> Response[Any]:
    """A body that is not UTF-8: msgspec says so with Python's own error, which Litestar does not take for the sender's."""
    problem = Problem(50035, "invalid_form", f"What was sent is not UTF-8 text (byte {error.start}).")
    return Response(problem, status_code=400)


def on_crash(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A defect of ours: the log gets all of it, the caller a sentence."""
    log.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    return Response(Problem(0, ApplianceError.key, ApplianceError.message), status_code=500)


def create_app(database: Database, callers: Callers, *, extra: dict[str, object] | None = None) -> Litestar:
    """The HTTP and WebSocket application around an open database.

    `extra` goes into the application's state for the handlers that need more than `db` and `caller`.
    """
    state = {
        "database": database,
        "callers": callers,
        "door": Door(callers),
        "limits": Limits(time.monotonic),
        "house_url": str,
        "keeps": True,
        **(extra or {}),
    }
    discord = [Router(path, route_handlers=V10) for path in ("/api/v10", "/api/v9", "/api")]
    return Litestar(
        route_handlers=[*discord, Router("/api/hearth/v1", route_handlers=HEARTH)],
        dependencies=DEPENDENCIES,
        state=State(state),
        exception_handlers={
            ApplianceError: on_problem,
            HTTPException: on_http_error,
            UnicodeDecodeError: on_unreadable,
            Exception: on_crash,
        },
        logging_config=None,
        openapi_config=None,
    )
