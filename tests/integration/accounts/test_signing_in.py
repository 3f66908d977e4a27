"""Signing in with a name and a password."""

import asyncio
from pathlib import Path
from typing import Any, override

import argon2
import pytest

from appliance.accounts import service
from appliance.accounts.authenticator import Authenticator, Origin
from appliance.accounts.fair_queue import OWN, Share
from appliance.accounts.model import Credentials, PasswordChange
from appliance.accounts.passwords import HASHER, Passwords, PasswordsBusy
from appliance.accounts.service import PasswordMoved
from appliance.accounts.throttle import Source, Throttle
from tests.integration.accounts.people import (
    AUTH,
    FIREFOX,
    PASSWORD,
    as_token,
    authenticator_of,
    cookie_of,
    give_password,
    log_in,
    morsel_of,
)
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


async def test_a_sign_in_answers_with_a_token_that_works_and_a_cookie_that_scripts_cannot_read(
    server: Server,
) -> None:
    await give_password(server, server.ada)

    reply = await log_in(server)

    assert reply.status_code == 200
    assert reply.json()["expires_in"] == 900
    assert reply.json()["user"].items() >= {
        "id": str(server.ada), "username": "ada", "global_name": "Ada", "discriminator": "0", "avatar": None,
        "bot": False, "mfa_enabled": False, "verified": True, "email": None, "locale": None, "flags": 0,
        "hearth_admin": False,
    }.items()  # fmt: skip
    cookie = morsel_of(reply)
    assert (cookie["path"], cookie["max-age"]) == (AUTH, str(90 * 24 * 3600))
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "strict"
    assert reply.headers["cache-control"] == "no-store"
    me = await as_token(server, reply.json()["access_token"], "GET", "/users/@me")
    assert me.json() == reply.json()["user"]


@pytest.mark.parametrize("username", ["ADA", " ada ", "Ada"])
async def test_the_case_of_a_name_does_not_matter(server: Server, username: str) -> None:
    await give_password(server, server.ada)

    assert (await log_in(server, username)).status_code == 200


async def test_the_password_itself_is_never_stored(server: Server, tmp_path: Path) -> None:
    await give_password(server, server.ada)
    cookie = cookie_of(await log_in(server))

    stored = (tmp_path / "hearth.db").read_bytes() + (tmp_path / "hearth.db-wal").read_bytes()

    assert PASSWORD.encode() not in stored
    assert all(part.encode() not in stored for part in cookie.split(".")[1:])


async def test_a_wrong_password_and_an_unknown_name_look_the_same(server: Server) -> None:
    await give_password(server, server.ada)

    wrong, unknown = (
        await log_in(server, "ada", "incorrect horse"),
        await log_in(server, "nobody", "incorrect horse"),
    )
    bot_like = await log_in(server, "x" * 1000, "y" * 2000)

    assert (wrong.status_code, wrong.json()["key"]) == (401, "bad_credentials")
    assert wrong.json()["facts"] == {"tries_left": 4}
    assert unknown.json() == wrong.json() == bot_like.json()


async def test_an_unknown_name_is_checked_against_a_hash_of_the_same_cost(server: Server) -> None:
    checked: list[str] = []

    class Watching(Passwords):
        @override
        async def matches(self, stored: str | None, password: str, share: Share = OWN) -> bool:
            checked.append(stored or self._nobodys)
            return await super().matches(stored, password, share)

    await give_password(server, server.ada)
    authenticator_of(server).passwords = Watching()

    await log_in(server, "ada", "incorrect horse")
    await log_in(server, "nobody", "incorrect horse")

    one, other = (argon2.extract_parameters(stored) for stored in checked)
    assert one == other


async def test_five_wrong_tries_are_followed_by_a_pause_that_even_the_right_password_waits_for(
    server: Server,
) -> None:
    await give_password(server, server.ada)
    await give_password(server, server.bo)
    now = 0.0
    authenticator_of(server).throttle = Throttle(lambda: now)

    left = [(await log_in(server, "ada", "incorrect horse")).json()["facts"]["tries_left"] for _ in range(5)]
    paused = await log_in(server)
    other = await log_in(server, "bo")
    now = 15.0
    late = await log_in(server)

    assert left == [4, 3, 2, 1, 0]
    assert (paused.status_code, paused.json()["key"]) == (429, "login_paused")
    assert paused.json()["facts"] == {"seconds": 15}
    assert paused.headers["retry-after"] == "15"
    assert other.status_code == late.status_code == 200


async def test_a_hundred_tries_at_once_are_not_all_the_first(server: Server) -> None:
    await give_password(server, server.ada)

    replies = await asyncio.gather(*(log_in(server, "ada", f"guess number {n}") for n in range(30)))

    statuses = [reply.status_code for reply in replies]
    assert statuses.count(401) <= 5
    assert statuses.count(401) + statuses.count(429) + statuses.count(503) == 30
    assert 429 in statuses


async def test_a_busy_box_says_so_and_counts_nothing(server: Server) -> None:
    class Full(Passwords):
        @override
        async def matches(self, stored: str | None, password: str, share: Share = OWN) -> bool:
            del stored, password, share
            raise PasswordsBusy

    await give_password(server, server.ada)
    authenticator_of(server).passwords = Full()
    replies = [await log_in(server) for _ in range(7)]
    authenticator_of(server).passwords = Passwords()

    assert {(reply.status_code, reply.json()["key"]) for reply in replies} == {(503, "sign_in_busy")}
    assert (await log_in(server, "ada", "incorrect horse")).json()["facts"] == {"tries_left": 4}


async def test_a_password_hashed_with_old_parameters_is_hashed_anew_at_the_next_sign_in(
    server: Server,
) -> None:
    async with server.database.transaction() as tx:
        old = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
        await tx.run("UPDATE account SET password_hash = :hash WHERE id = :id", hash=old, id=server.ada)

    assert (await log_in(server)).status_code == 200

    [(stored,)] = await server.database._writer.connection.thread.execute_fetchall(
        "SELECT password_hash FROM account WHERE id = ?", (server.ada,)
    )
    assert not HASHER.check_needs_rehash(stored)
    assert (await log_in(server)).status_code == 200


class ChangesMeanwhile(Passwords):
    """Somebody changes Ada's password while the old one is being checked."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server = server

    @override
    async def matches(self, stored: str | None, password: str, share: Share = OWN) -> bool:
        right = await super().matches(stored, password, share)
        await give_password(self._server, self._server.ada, "a newer password")
        return right


async def test_a_password_that_changes_while_it_is_checked_opens_nothing(server: Server) -> None:
    await give_password(server, server.ada)
    authenticator = Authenticator(server.callers, ChangesMeanwhile(server))
    origin = Origin((Source("10.0.0.7"),), "test")

    with pytest.raises(PasswordMoved):
        await service.log_in(server.database, authenticator, Credentials("ada", PASSWORD), origin)

    caller = await server.callers.identify(f"Bearer {server.token(server.ada)}")
    change = PasswordChange("a newer password", "the newest password")
    await give_password(server, server.ada, "a newer password")
    with pytest.raises(PasswordMoved):
        await service.change_password(server.database, authenticator, caller, change, origin)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"username": 7, "password": "x"}',
        b'{"username": "ada"}',
        b'{"username": "\xff", "password": "x"}',
        b'{"username": "\\ud800", "password": "x"}',
    ],
)
async def test_a_body_that_is_none_is_refused_as_a_form(server: Server, body: bytes) -> None:
    reply = await server.request(
        None, "POST", f"{AUTH}/login", content=body, headers={"Content-Type": "application/json"}
    )

    assert (reply.status_code, reply.json()["code"]) == (400, 50035)


async def test_a_sign_in_without_a_user_agent_or_an_address_works(server: Server) -> None:
    await give_password(server, server.ada)
    sent: list[dict[str, object]] = []
    body = b'{"username": "ada", "password": "correct horse", "and": "more"}'
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "https",
        "path": f"{AUTH}/login", "raw_path": f"{AUTH}/login".encode(), "query_string": b"", "root_path": "",
        "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())],
        "client": None, "server": ("box", 8443),
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    app: Any = server.client.app  # the messages of ASGI without Litestar's names for them
    await app(scope, receive, send)

    assert sent[0]["status"] == 200


async def test_the_device_is_remembered_in_plain_words(server: Server) -> None:
    await give_password(server, server.ada)
    token = (await log_in(server, agent=FIREFOX)).json()["access_token"]

    devices = (await as_token(server, token, "GET", f"{AUTH}/sessions")).json()

    assert [(entry["device"], entry["current"]) for entry in devices] == [
        ("Firefox on Linux", True),
        ("test", False),
    ]
