"""Refresh tokens: one use each, a moment's grace for a lost answer, and an end for copies."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.accounts.sessions import GRACE_MS, IDLE_SECONDS, RefreshToken
from appliance.events import SessionsRevoked
from tests.integration.accounts.people import AUTH, as_token, cookie_of, give_password, log_in, refresh
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


async def signed_in(server: Server) -> str:
    await give_password(server, server.ada)
    cookie = cookie_of(await log_in(server))
    server.heard.clear()
    return cookie


async def pass_time(server: Server, milliseconds: int) -> None:
    """Every sign-in was used that much longer ago."""
    async with server.database.transaction() as tx:
        await tx.run("UPDATE session SET last_used_at = last_used_at - :by", by=milliseconds)


def revoked(server: Server) -> list[SessionsRevoked]:
    return [event for event in server.heard if isinstance(event, SessionsRevoked)]


def verdict(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json().get("key", "")


async def test_each_use_gives_a_new_token_of_the_same_sign_in(server: Server) -> None:
    first = await signed_in(server)

    reply = await refresh(server, first)
    second = cookie_of(reply)
    third = cookie_of(await refresh(server, second))

    assert reply.status_code == 200
    assert reply.json()["user"]["id"] == str(server.ada)
    assert len({first, second, third}) == 3
    assert len({cookie.split(".")[0] for cookie in (first, second, third)}) == 1
    assert (await as_token(server, reply.json()["access_token"], "GET", "/users/@me")).status_code == 200
    assert revoked(server) == []


async def test_an_old_token_ends_the_sign_in_for_whoever_holds_any_of_it(server: Server) -> None:
    first = await signed_in(server)
    second = cookie_of(await refresh(server, first))
    reply = await refresh(server, second)
    third, access = cookie_of(reply), reply.json()["access_token"]

    stolen = await refresh(server, first)

    assert verdict(stolen) == (401, "session_reused")
    assert verdict(await refresh(server, third)) == (401, "session_expired")
    assert verdict(await as_token(server, access, "GET", "/users/@me")) == (401, "not_signed_in")
    [event] = revoked(server)
    assert event.account_id == server.ada
    assert event.session_ids == {int(first.split(".")[0])}


async def test_a_lost_answer_is_asked_for_again_and_locks_nobody_out(server: Server) -> None:
    cookie = await signed_in(server)
    lost = cookie_of(await refresh(server, cookie))
    await pass_time(server, GRACE_MS - 5000)

    again = await refresh(server, cookie)
    after = await refresh(server, cookie_of(again))

    assert (again.status_code, after.status_code) == (200, 200)
    assert cookie_of(again) != lost
    assert revoked(server) == []


async def test_the_grace_is_for_one_use_only(server: Server) -> None:
    cookie = await signed_in(server)
    await refresh(server, cookie)
    await refresh(server, cookie)

    assert verdict(await refresh(server, cookie)) == (401, "session_reused")


async def test_two_tabs_that_renew_at_once_both_stay_signed_in_whichever_cookie_wins(server: Server) -> None:
    cookie = await signed_in(server)

    replies = await asyncio.gather(refresh(server, cookie), refresh(server, cookie))
    early, late = (cookie_of(reply) for reply in replies)

    assert [reply.status_code for reply in replies] == [200, 200]
    assert (await refresh(server, early)).status_code == 200
    assert early != late


async def test_after_the_grace_the_token_before_is_a_copy(server: Server) -> None:
    cookie = await signed_in(server)
    current = cookie_of(await refresh(server, cookie))
    await pass_time(server, GRACE_MS + 1000)

    assert verdict(await refresh(server, cookie)) == (401, "session_reused")
    assert verdict(await refresh(server, current)) == (401, "session_expired")


async def test_a_clock_that_stepped_back_takes_no_grace_away_and_gives_none_for_ever(server: Server) -> None:
    cookie = await signed_in(server)
    await refresh(server, cookie)
    await pass_time(server, -GRACE_MS + 5000)
    assert (await refresh(server, cookie)).status_code == 200

    other = cookie_of(await log_in(server))
    await refresh(server, other)
    await pass_time(server, -GRACE_MS - 5000)
    assert verdict(await refresh(server, other)) == (401, "session_reused")


async def test_a_made_up_token_signs_nobody_out(server: Server) -> None:
    cookie = await signed_in(server)
    token = RefreshToken.parse(cookie)
    assert token is not None

    for forged in (
        f"{token.session_id}.{'a' * 22}.{token.secret}",
        f"{token.session_id}.{'a' * 22}.{'b' * 43}",
        f"{token.session_id + 1}.{token.family}.{token.secret}",
        f"{server.bo}.{token.family}.{token.secret}",
    ):
        assert verdict(await refresh(server, forged)) == (401, "session_expired")

    assert (await refresh(server, cookie)).status_code == 200
    assert revoked(server) == []


async def test_ninety_idle_days_end_a_sign_in_and_the_next_one_forgets_it(server: Server) -> None:
    cookie = await signed_in(server)
    await pass_time(server, IDLE_SECONDS * 1000 + 1)

    assert verdict(await refresh(server, cookie)) == (401, "session_expired")
    token = (await log_in(server)).json()["access_token"]

    devices = (await as_token(server, token, "GET", f"{AUTH}/sessions")).json()
    assert [device["current"] for device in devices] == [True]
    rows = await server.database._writer.connection.thread.execute_fetchall(
        "SELECT count(*) FROM session WHERE account_id = ?", (server.ada,)
    )
    assert list(rows) == [(1,)]


async def test_a_sign_in_that_is_used_lives_on(server: Server) -> None:
    cookie = await signed_in(server)

    for _ in range(4):
        await pass_time(server, IDLE_SECONDS * 500)
        reply = await refresh(server, cookie)
        assert reply.status_code == 200
        cookie = cookie_of(reply)


async def test_without_a_cookie_there_is_nothing_to_renew(server: Server) -> None:
    reply = await server.request(None, "POST", f"{AUTH}/refresh")

    assert verdict(reply) == (401, "session_expired")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=st.binary(max_size=200) | st.builds(lambda v: b"hearth_refresh=" + v, st.binary(max_size=120)))
async def test_no_cookie_header_is_more_than_a_refusal(server: Server, header: bytes) -> None:
    headers = [(b"cookie", header), (b"content-length", b"0")]
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "https",
        "path": f"{AUTH}/refresh", "raw_path": f"{AUTH}/refresh".encode(), "query_string": b"", "root_path": "",
        "headers": headers, "client": ("10.0.0.7", 5000), "server": ("box", 8443),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    app: Any = server.client.app  # the messages of ASGI without Litestar's names for them
    await app(scope, receive, send)

    assert sent[0]["status"] == 401
    assert b"session_expired" in sent[1]["body"]
