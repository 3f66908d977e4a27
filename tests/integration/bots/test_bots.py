"""Bots: made by those who manage a space, known by one token, gone when they are sent away."""

from typing import Any

import pytest

from appliance.accounts import queries as account_queries
from appliance.accounts.callers import NO_SESSION
from appliance.bots import service
from appliance.events import MemberJoined, MemberLeft, SessionsRevoked
from tests.integration.accounts.people import as_token
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


def bots(server: Server) -> str:
    return f"/api/hearth/v1/guilds/{server.guild}/bots"


async def made(server: Server, name: str = "Tea bot") -> Any:
    return (await server.request(server.ada, "POST", bots(server), json={"name": name})).json()


async def make_admin(server: Server) -> None:
    async with server.database.transaction() as tx:
        await tx.run("UPDATE account SET is_admin = 1 WHERE id = :id", id=server.bo)


def verdict(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json().get("key", "")


async def test_a_new_bot_is_a_member_and_signs_in_with_its_token(server: Server) -> None:
    reply = await server.request(server.ada, "POST", bots(server), json={"name": "Tea bot"})
    bot = reply.json()

    assert (reply.status_code, bot["name"]) == (201, "Tea bot")
    assert [event.account_id for event in server.heard if isinstance(event, MemberJoined)] == [int(bot["id"])]
    me = (await as_token(server, f"Bot {bot['token']}", "GET", "/users/@me")).json()
    assert (me["id"], me["username"], me["global_name"], me["bot"]) == (bot["id"], "Tea_bot", "Tea bot", True)
    [guild] = (await as_token(server, f"Bot {bot['token']}", "GET", "/users/@me/guilds")).json()
    assert guild["id"] == str(server.guild)


async def test_the_list_shows_bots_without_their_tokens(server: Server) -> None:
    first, second = await made(server), await made(server, "Clock")

    reply = await server.request(server.ada, "GET", bots(server))

    assert reply.json() == [{"id": bot["id"], "name": bot["name"]} for bot in (first, second)]
    rows = await server.database._writer.connection.thread.execute_fetchall("SELECT token_hash FROM bot")
    assert all(first["token"].encode() not in row[0] for row in rows)


async def test_two_bots_of_one_name_have_two_usernames(server: Server) -> None:
    tokens = [(await made(server))["token"] for _ in range(2)]

    names = [(await as_token(server, f"Bot {t}", "GET", "/users/@me")).json()["username"] for t in tokens]

    assert names[0] == "Tea_bot"
    assert names[1].startswith("Tea_bot_")


async def test_a_bot_learns_what_it_is_and_whose(server: Server) -> None:
    bot = await made(server)

    for path in ("/oauth2/applications/@me", "/applications/@me"):
        reply = await as_token(server, f"Bot {bot['token']}", "GET", path)
        assert (reply.json()["id"], reply.json()["name"]) == (bot["id"], "Tea bot")
        assert (reply.json()["owner"]["username"], reply.json()["bot"]["id"]) == ("ada", bot["id"])
        assert reply.json()["guild_id"] == str(server.guild)
        assert reply.json()["flags"] & 1 << 15, "GATEWAY_GUILD_MEMBERS_LIMITED"
    assert verdict(await server.request(server.ada, "GET", "/applications/@me")) == (403, "bots_only")


async def test_a_new_token_kills_the_old_one_and_whoever_runs_on_it(server: Server) -> None:
    old = await made(server)
    server.heard.clear()

    reply = await server.request(server.ada, "POST", f"{bots(server)}/{old['id']}/token")
    new = reply.json()

    assert (reply.status_code, new["id"], new["name"]) == (200, old["id"], "Tea bot")
    assert verdict(await as_token(server, f"Bot {old['token']}", "GET", "/users/@me")) == (
        401,
        "not_signed_in",
    )
    assert (await as_token(server, f"Bot {new['token']}", "GET", "/users/@me")).status_code == 200
    [event] = server.heard
    assert isinstance(event, SessionsRevoked)
    assert (event.account_id, event.session_ids) == (int(old["id"]), frozenset({NO_SESSION}))


async def test_a_bot_that_is_sent_away_leaves_and_its_name_is_free(server: Server) -> None:
    bot = await made(server)
    server.heard.clear()

    reply = await server.request(server.ada, "DELETE", f"{bots(server)}/{bot['id']}")

    assert reply.status_code == 204
    assert verdict(await as_token(server, f"Bot {bot['token']}", "GET", "/users/@me")) == (
        401,
        "not_signed_in",
    )
    assert {type(event) for event in server.heard} >= {SessionsRevoked, MemberLeft}
    assert (await server.request(server.ada, "GET", bots(server))).json() == []
    again = await made(server)
    me = (await as_token(server, f"Bot {again['token']}", "GET", "/users/@me")).json()
    assert me["username"] == "Tea_bot"
    assert verdict(await server.request(server.ada, "DELETE", f"{bots(server)}/{bot['id']}")) == (
        404,
        "bot_not_found",
    )


@pytest.mark.parametrize("end", ["/guilds/{guild}/members/{bot}", "/guilds/{guild}"])
async def test_a_bot_without_its_space_is_over(server: Server, end: str) -> None:
    bot, other = await made(server), await made(server, "Clock")
    server.heard.clear()

    path = end.format(guild=server.guild, bot=bot["id"])
    assert (await server.request(server.ada, "DELETE", path)).status_code == 204

    gone = [bot, other] if path.endswith(str(server.guild)) else [bot]
    revoked = [event for event in server.heard if isinstance(event, SessionsRevoked)]
    assert {event.account_id for event in revoked} == {int(one["id"]) for one in gone}
    assert {event.session_ids for event in revoked} == {frozenset({NO_SESSION})}
    statuses = [
        (await as_token(server, f"Bot {one['token']}", "GET", "/users/@me")).status_code
        for one in (bot, other)
    ]
    assert statuses == [401, 401 if other in gone else 200]
    async with server.database.read() as reader:
        names = await reader.all(account_queries.BOTS_OF_GUILD, guild_id=server.guild)
    assert [name.username for name in names] == ([] if other in gone else ["Clock"])


async def test_the_name_of_a_bot_that_was_kicked_is_free(server: Server) -> None:
    bot = await made(server)
    await server.request(server.ada, "DELETE", f"/guilds/{server.guild}/members/{bot['id']}")

    again = await made(server)

    me = (await as_token(server, f"Bot {again['token']}", "GET", "/users/@me")).json()
    assert me["username"] == "Tea_bot"
    assert (await server.request(server.ada, "GET", bots(server))).json() == [
        {"id": again["id"], "name": "Tea bot"}
    ]


async def test_a_person_who_leaves_stays_signed_in(server: Server) -> None:
    await server.request(server.ada, "DELETE", f"/guilds/{server.guild}/members/{server.bo}")

    assert not [event for event in server.heard if isinstance(event, SessionsRevoked)]
    assert (await server.request(server.bo, "GET", "/users/@me")).status_code == 200


async def test_who_may_not_manage_the_space_makes_no_bots(server: Server) -> None:
    bot = await made(server)
    server.heard.clear()
    asked = [
        ("GET", bots(server), None), ("POST", bots(server), {"name": "Mine"}),
        ("POST", f"{bots(server)}/{bot['id']}/token", None), ("DELETE", f"{bots(server)}/{bot['id']}", None),
    ]  # fmt: skip

    for method, path, body in asked:
        assert verdict(await server.request(server.bo, method, path, json=body)) == (
            403,
            "missing_permissions",
        )
        assert verdict(await server.request(server.cy, method, path, json=body)) == (404, "guild_not_found")
        assert verdict(await server.request(None, method, path, json=body)) == (401, "not_signed_in")
        by_bot = await as_token(server, f"Bot {bot['token']}", method, path, json=body)
        assert verdict(by_bot) == (403, "people_only")

    assert server.heard == []


async def test_the_admin_of_the_box_looks_after_bots_in_any_space_of_theirs(server: Server) -> None:
    await make_admin(server)

    reply = await server.request(server.bo, "POST", bots(server), json={"name": "Clock"})

    assert reply.status_code == 201


async def test_a_bot_of_another_space_is_not_found(server: Server) -> None:
    bot = await made(server)
    async with server.database.transaction() as tx:
        await tx.run("UPDATE bot SET guild_id = 1 WHERE account_id = :id", id=int(bot["id"]))

    reply = await server.request(server.ada, "POST", f"{bots(server)}/{bot['id']}/token")

    assert verdict(reply) == (404, "bot_not_found")


async def test_there_is_an_end_to_bots(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_BOTS", 1)
    await made(server)

    reply = await server.request(server.ada, "POST", bots(server), json={"name": "One more"})

    assert verdict(reply) == (400, "too_many_bots")


@pytest.mark.parametrize("name", ["", " ", "x" * 33, "a\nb"])
async def test_a_name_that_will_not_do_is_refused(server: Server, name: str) -> None:
    reply = await server.request(server.ada, "POST", bots(server), json={"name": name})

    assert verdict(reply) == (400, "invalid_form")
    assert "name" in reply.json()["errors"]


async def test_a_bot_has_no_devices_and_no_password(server: Server) -> None:
    token = f"Bot {(await made(server))['token']}"
    change = {"old_password": "x", "new_password": "battery staple"}

    for method, path, body in (
        ("GET", "sessions", None),
        ("DELETE", "sessions/1", None),
        ("POST", "password", change),
    ):
        reply = await as_token(server, token, method, f"/api/hearth/v1/auth/{path}", json=body)
        assert verdict(reply) == (403, "people_only")


async def test_a_bot_cannot_sign_in_with_a_password(server: Server) -> None:
    await made(server)

    reply = await server.request(
        None, "POST", "/api/hearth/v1/auth/login", json={"username": "Tea_bot", "password": "correct horse"}
    )

    assert verdict(reply) == (401, "bad_credentials")
