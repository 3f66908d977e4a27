"""Signing in as a browser does: with a password, a User-Agent and the cookie that came back."""

from http.cookies import Morsel, SimpleCookie
from typing import Any

from appliance.accounts.authenticator import Authenticator
from appliance.accounts.passwords import HASHER
from appliance.ids import AccountId
from tests.integration.conftest import Server

AUTH = "/api/hearth/v1/auth"
PASSWORD = "correct horse"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def authenticator_of(server: Server) -> Authenticator:
    authenticator: Authenticator = server.client.app.state.authenticator
    return authenticator


async def give_password(server: Server, account: AccountId, password: str = PASSWORD) -> None:
    async with server.database.transaction() as tx:
        await tx.run(
            "UPDATE account SET password_hash = :hash WHERE id = :id", id=account, hash=HASHER.hash(password)
        )


async def log_in(
    server: Server, username: str = "ada", password: str = PASSWORD, agent: str = FIREFOX
) -> Any:
    return await server.request(
        None,
        "POST",
        f"{AUTH}/login",
        json={"username": username, "password": password},
        headers={"User-Agent": agent},
    )


def cookie_of(reply: Any) -> str:
    """The refresh token that an answer has set."""
    return morsel_of(reply).value


def morsel_of(reply: Any, name: str = "hearth_refresh") -> Morsel[str]:
    """A cookie that an answer has set, with what it says of itself."""
    [header] = [one for one in reply.headers.get_list("set-cookie") if one.startswith(f"{name}=")]
    return SimpleCookie(header)[name]


async def refresh(server: Server, cookie: str) -> Any:
    return await server.request(
        None, "POST", f"{AUTH}/refresh", headers={"Cookie": f"hearth_refresh={cookie}"}
    )


async def as_token(server: Server, token: str, method: str, path: str, **more: Any) -> Any:
    """A request with an access token or, with its scheme, any other credentials."""
    credentials = token if " " in token else f"Bearer {token}"
    return await server.request(None, method, path, headers={"Authorization": credentials}, **more)
