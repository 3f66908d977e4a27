"""The list of devices, signing them out, and changing the password."""

import asyncio
from typing import Any

import pytest

from appliance.events import SessionsRevoked
from appliance.ids import AccountId
from tests.integration.accounts.people import (
    AUTH,
    PASSWORD,
    as_token,
    cookie_of,
    give_password,
    log_in,
    refresh,
)
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


async def two_devices(server: Server, account: AccountId | None = None) -> tuple[Any, Any]:
    await give_password(server, account or server.ada)
    replies = await log_in(server), await log_in(server, agent="Mozilla/5.0 (iPhone) Version/17 Safari/604")
    server.heard.clear()
    return replies


def access(reply: Any) -> str:
    return str(reply.json()["access_token"])


def session_of(reply: Any) -> str:
    return cookie_of(reply).split(".")[0]


def verdict(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json().get("key", "")


async def test_one_sees_ones_own_devices_and_which_is_this_one(server: Server) -> None:
    laptop, phone = await two_devices(server)

    devices = (await as_token(server, access(phone), "GET", f"{AUTH}/sessions")).json()

    by_id = {device["id"]: device for device in devices}
    assert set(by_id) == {session_of(laptop), session_of(phone), str(server.ada)}
    assert by_id[session_of(phone)]["device"] == "Safari on iPhone"
    assert by_id[session_of(phone)]["current"]
    assert not by_id[session_of(laptop)]["current"]
    assert by_id[session_of(laptop)]["created_at"].endswith("+00:00")


async def test_a_device_that_is_signed_out_is_refused_at_once_and_hears_of_it(server: Server) -> None:
    laptop, phone = await two_devices(server)

    reply = await as_token(server, access(laptop), "DELETE", f"{AUTH}/sessions/{session_of(phone)}")

    assert reply.status_code == 204
    assert server.heard == [
        SessionsRevoked(account_id=server.ada, session_ids=frozenset({int(session_of(phone))}))  # type: ignore[arg-type]  # an id is an int
    ]
    assert verdict(await as_token(server, access(phone), "GET", "/users/@me")) == (401, "not_signed_in")
    assert verdict(await refresh(server, cookie_of(phone))) == (401, "session_expired")
    assert (await as_token(server, access(laptop), "GET", "/users/@me")).status_code == 200
    again = await as_token(server, access(laptop), "DELETE", f"{AUTH}/sessions/{session_of(phone)}")
    assert verdict(again) == (404, "session_not_found")


@pytest.mark.parametrize("session_id", ["bo", "1", str(2**63 - 1)])
async def test_nobody_signs_somebody_else_out(server: Server, session_id: str) -> None:
    session_id = str(server.bo) if session_id == "bo" else session_id

    reply = await server.request(server.ada, "DELETE", f"{AUTH}/sessions/{session_id}")

    assert verdict(reply) == (404, "session_not_found")
    assert server.heard == []


async def test_an_id_that_cannot_be_one_is_refused(server: Server) -> None:
    reply = await server.request(server.ada, "DELETE", f"{AUTH}/sessions/{2**70}")

    assert reply.status_code == 404


async def test_signing_out_ends_the_sign_in_and_takes_the_cookie_away(server: Server) -> None:
    laptop, _ = await two_devices(server)
    headers = {"Cookie": f"hearth_refresh={cookie_of(laptop)}"}

    reply = await server.request(None, "POST", f"{AUTH}/logout", headers=headers)

    assert reply.status_code == 204
    assert cookie_of(reply) == ""
    assert "max-age=0" in reply.headers["set-cookie"].lower()
    assert verdict(await as_token(server, access(laptop), "GET", "/users/@me")) == (401, "not_signed_in")
    assert (await server.request(None, "POST", f"{AUTH}/logout", headers=headers)).status_code == 204
    assert (await server.request(None, "POST", f"{AUTH}/logout")).status_code == 204


async def test_a_new_password_signs_every_other_device_out(server: Server) -> None:
    laptop, phone = await two_devices(server)

    reply = await as_token(
        server,
        access(laptop),
        "POST",
        f"{AUTH}/password",
        json={"old_password": PASSWORD, "new_password": "battery staple"},
    )

    assert reply.status_code == 204
    [event] = server.heard
    assert isinstance(event, SessionsRevoked)
    assert event.session_ids == {int(session_of(phone)), server.ada}
    assert verdict(await as_token(server, access(phone), "GET", "/users/@me")) == (401, "not_signed_in")
    assert (await refresh(server, cookie_of(laptop))).status_code == 200
    assert verdict(await log_in(server)) == (401, "bad_credentials")
    assert (await log_in(server, "ada", "battery staple")).status_code == 200


async def test_whoever_has_one_device_only_signs_nobody_out_with_a_new_password(server: Server) -> None:
    await give_password(server, server.ada)

    reply = await server.request(
        server.ada,
        "POST",
        f"{AUTH}/password",
        json={"old_password": PASSWORD, "new_password": "battery staple"},
    )

    assert (reply.status_code, server.heard) == (204, [])


@pytest.mark.parametrize(
    ("old", "new", "key", "field"),
    [
        ("incorrect horse", "battery staple", "wrong_password", "old_password"),
        (PASSWORD, "short", "invalid_form", "new_password"),
        (PASSWORD, "password", "invalid_form", "new_password"),
        (PASSWORD, "x" * 1025, "invalid_form", "new_password"),
    ],
)
async def test_a_password_that_will_not_do_changes_nothing(
    server: Server, old: str, new: str, key: str, field: str
) -> None:
    await give_password(server, server.ada)

    reply = await server.request(
        server.ada, "POST", f"{AUTH}/password", json={"old_password": old, "new_password": new}
    )

    assert verdict(reply) == (400, key)
    assert reply.json()["errors"][field]["_errors"][0]["message"].endswith(".")
    assert (await log_in(server)).status_code == 200
    assert server.heard == []


async def test_guessing_the_old_password_loses_patience_like_signing_in(server: Server) -> None:
    await give_password(server, server.ada)
    body = {"old_password": "incorrect horse", "new_password": "battery staple"}

    replies = [await server.request(server.ada, "POST", f"{AUTH}/password", json=body) for _ in range(6)]

    assert [reply.json()["message"][-2] for reply in replies[:5]] == list("43210")
    assert verdict(replies[5]) == (429, "login_paused")


async def test_two_new_passwords_at_once_leave_exactly_one(server: Server) -> None:
    await give_password(server, server.ada)
    bodies = [{"old_password": PASSWORD, "new_password": f"battery staple {n}"} for n in range(2)]

    replies = await asyncio.gather(
        *(server.request(server.ada, "POST", f"{AUTH}/password", json=body) for body in bodies)
    )

    assert sorted(reply.status_code for reply in replies) == [204, 409]
    works = [(await log_in(server, "ada", body["new_password"])).status_code for body in bodies]
    assert [works[n] == 200 for n in range(2)] == [reply.status_code == 204 for reply in replies]


async def test_a_sign_in_that_was_ended_stays_ended_after_a_restart(server: Server) -> None:
    laptop, phone = await two_devices(server)
    await as_token(server, access(laptop), "DELETE", f"{AUTH}/sessions/{session_of(phone)}")

    server.callers._revoked.clear()
    await server.callers.load()

    assert verdict(await as_token(server, access(phone), "GET", "/users/@me")) == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/sessions"), ("DELETE", "/sessions/1"), ("POST", "/password")]
)
async def test_a_stranger_is_asked_to_sign_in(server: Server, method: str, path: str) -> None:
    body = {"old_password": "x", "new_password": "y"} if method == "POST" else None

    reply = await server.request(None, method, f"{AUTH}{path}", json=body)

    assert verdict(reply) == (401, "not_signed_in")
