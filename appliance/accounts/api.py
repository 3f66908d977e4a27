"""Signing in over HTTP. The refresh token travels in a cookie that no script can read and no other site can send."""

from typing import Annotated, Any

from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie, State
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, PathParameter

from appliance.accounts import devices, service, throttle
from appliance.accounts.authenticator import Authenticator, Origin
from appliance.accounts.callers import Caller
from appliance.accounts.known_devices import KEPT_SECONDS
from appliance.accounts.model import Credentials, Device, PasswordChange, Session
from appliance.accounts.service import SignedIn
from appliance.accounts.sessions import IDLE_SECONDS
from appliance.http.body_limits import SIGN_IN_BYTES
from appliance.http.controllers import HearthController
from appliance.ids import MAX_ID, SessionId
from appliance.network import addresses
from appliance.storage import Database

Db = NamedDependency[Database]
Who = NamedDependency[Caller]
SignInWith = NamedDependency[Authenticator]
From = NamedDependency[Origin]
SessionPath = Annotated[SessionId, PathParameter(ge=0, le=MAX_ID)]

COOKIE = "hearth_refresh"
KNOWN_DEVICE = "hearth_device"
COOKIE_PATH = "/api/hearth/v1/auth"
# Tokens are for whoever asked, not for a cache in between.
NO_STORE = {"Cache-Control": "no-store"}


async def provide_authenticator(state: State) -> Authenticator:
    authenticator: Authenticator = state.authenticator
    return authenticator


async def provide_origin(request: Request[Any, Any, Any]) -> Origin:
    host = request.client.host if request.client else ""
    return Origin(
        throttle.sources_of(host, addresses.own_ipv6_networks() if ":" in host else ()),
        devices.describe(request.headers.get("user-agent", "")),
        request.cookies.get(KNOWN_DEVICE, ""),
    )


async def provide_refresh_token(request: Request[Any, Any, Any]) -> str:
    return request.cookies.get(COOKIE, "")


SIGN_IN = {
    "authenticator": Provide(provide_authenticator),
    "origin": Provide(provide_origin),
    "refresh_token": Provide(provide_refresh_token),
}
"""What the handlers of a sign-in may ask for besides."""


def answer(signed_in: SignedIn, status: int) -> Response[Session]:
    """A Session with its cookies: the one that renews it, and the one by which the device is known again."""
    return Response(
        signed_in.session,
        status_code=status,
        headers=NO_STORE,
        cookies=[
            _cookie(COOKIE, signed_in.refresh_token, IDLE_SECONDS),
            _cookie(KNOWN_DEVICE, signed_in.known_device, KEPT_SECONDS),
        ],
    )


def _cookie(key: str, value: str, max_age: int) -> Cookie:
    return Cookie(
        key=key,
        value=value,
        path=COOKIE_PATH,
        max_age=max_age,
        secure=True,
        httponly=True,
        samesite="strict",
    )


class AuthController(HearthController):
    path = "/auth"
    tags = ("Accounts",)
    dependencies = SIGN_IN
    request_max_body_size = SIGN_IN_BYTES

    @post("/login", status_code=200, summary="Sign in")
    async def log_in(
        self, db: Db, authenticator: SignInWith, origin: From, data: JSONBody[Credentials]
    ) -> Response[Session]:
        return answer(await service.log_in(db, authenticator, data, origin), 200)

    @post("/refresh", status_code=200, summary="Renew a sign-in")
    async def refresh(
        self, db: Db, authenticator: SignInWith, refresh_token: NamedDependency[str], origin: From
    ) -> Response[Session]:
        return answer(await service.refresh(db, authenticator, refresh_token, origin), 200)

    @post("/logout", status_code=204, summary="Sign the current device out")
    async def log_out(self, db: Db, refresh_token: NamedDependency[str]) -> Response[None]:
        async with db.transaction() as tx:
            await service.log_out(tx, refresh_token)
        return Response(None, status_code=204, cookies=[_cookie(COOKIE, "", 0)])

    @get("/sessions", summary="List signed-in devices")
    async def sessions(self, db: Db, caller: Who) -> list[Device]:
        async with db.read() as reader:
            return await service.devices(reader, caller)

    @delete("/sessions/{session_id:int}", status_code=204, summary="Sign a device out")
    async def sign_out(self, db: Db, caller: Who, session_id: SessionPath) -> None:
        async with db.transaction() as tx:
            await service.sign_out(tx, caller, session_id)

    @post("/password", status_code=204, summary="Change one's own password")
    async def change_password(
        self, db: Db, authenticator: SignInWith, caller: Who, origin: From, data: JSONBody[PasswordChange]
    ) -> None:
        await service.change_password(db, authenticator, caller, data, origin)
