"""Everybody else comes in by an invite."""

import asyncio
from typing import Any

import pytest

from appliance.events import MemberJoined
from appliance.ids import now
from tests.integration.accounts.people import as_token, log_in
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


async def invite(server: Server, code: str = "kitchen", max_uses: int = 0, ends_in: int | None = None) -> str:
    async with server.database.transaction() as tx:
        await tx.run(
            "INSERT INTO invite (code, guild_id, channel_id, inviter_id, created_at, expires_at, max_age, max_uses)"
            " VALUES (:code, :guild, :channel, :inviter, :now, :ends, 0, :max_uses)",
            code=code, guild=server.guild, channel=server.general, inviter=server.ada, now=tx.now,
            ends=None if ends_in is None else now() + ends_in, max_uses=max_uses,
        )  # fmt: skip
    return code


async def register(server: Server, code: str, **change: Any) -> Any:
    form = {"invite": code, "username": "di", "display_name": "Di", "password": "correct horse", **change}
    return await server.request(None, "POST", "/api/hearth/v1/auth/register", json=form)


def verdict(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json().get("key", "")


async def test_an_invite_makes_an_account_that_is_a_member_at_once(server: Server) -> None:
    reply = await register(server, await invite(server))

    assert reply.status_code == 201
    assert reply.json()["user"]["hearth_admin"] is False
    token = reply.json()["access_token"]
    [guild] = (await as_token(server, token, "GET", "/users/@me/guilds")).json()
    assert guild["id"] == str(server.guild)
    account = int(reply.json()["user"]["id"])
    assert [event.account_id for event in server.heard if isinstance(event, MemberJoined)] == [account]
    assert (await log_in(server, "DI")).status_code == 200


@pytest.mark.parametrize("display_name", [None, ""])
async def test_without_a_display_name_the_username_is_shown(server: Server, display_name: str | None) -> None:
    reply = await register(server, await invite(server), display_name=display_name)

    assert reply.json()["user"]["global_name"] == "di"


async def test_without_a_good_invite_there_is_no_account_and_no_word_about_names(server: Server) -> None:
    old, used = await invite(server, "old", ends_in=-1000), await invite(server, "used", max_uses=1)
    await register(server, used, username="first")
    server.client.app.state.authenticator.passwords = None

    replies = [
        await register(server, code, username="ada") for code in ("never made", old, used, "\x00" * 90)
    ]

    assert [verdict(reply) for reply in replies] == [
        (404, "invite_not_found"), (404, "invite_expired"), (404, "invite_used_up"), (404, "invite_not_found"),
    ]  # fmt: skip


async def test_an_invite_for_one_lets_one_in_and_the_others_have_no_account(server: Server) -> None:
    code = await invite(server, max_uses=1)

    replies = await asyncio.gather(*(register(server, code, username=f"person{n}") for n in range(5)))

    assert sorted(reply.status_code for reply in replies) == [201] + [404] * 4
    [(number,)] = await server.database._writer.connection.thread.execute_fetchall(
        "SELECT count(*) FROM account WHERE username LIKE 'person%'"
    )
    assert number == 1


async def test_a_name_that_is_taken_uses_nothing_up(server: Server) -> None:
    code = await invite(server, max_uses=1)

    taken = await register(server, code, username="ADA")

    assert verdict(taken) == (400, "username_taken")
    assert taken.json()["errors"]["username"]["_errors"][0]["code"] == "USERNAME_ALREADY_TAKEN"
    assert (await register(server, code)).status_code == 201


async def test_of_two_people_who_want_one_name_one_gets_it(server: Server) -> None:
    code = await invite(server)

    replies = await asyncio.gather(*(register(server, code, username=name) for name in ("Robin", "ROBIN")))

    assert sorted(reply.status_code for reply in replies) == [201, 400]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "d"}, "username"),
        ({"display_name": "\n"}, "display_name"),
        ({"password": "di"}, "password"),
    ],
)
async def test_a_form_with_a_field_error_names_the_field(
    server: Server, change: dict[str, str], field: str
) -> None:
    reply = await register(server, await invite(server), **change)

    assert verdict(reply) == (400, "invalid_form")
    assert field in reply.json()["errors"]
