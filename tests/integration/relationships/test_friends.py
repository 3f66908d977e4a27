"""Friends and friend requests over HTTP: who can be asked, and what each of the two hears of it."""

import asyncio
from typing import Any

import pytest

from appliance.ids import AccountId
from appliance.relationships import service
from tests.integration.chat import heard, ok, refused
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

FRIEND, BLOCKED, INCOMING, OUTGOING = 1, 2, 3, 4
MINE = "/users/@me/relationships"
NOBODY = (400, 80004, "nobody_takes_requests")


async def ask(server: Server, who: AccountId, name: str) -> None:
    await ok(server, who, "POST", MINE, json={"username": name})


async def befriend(server: Server, one: AccountId, other: AccountId) -> None:
    """Cy and whoever share no space: the request goes by name."""
    name = (await ok(server, other, "GET", "/users/@me"))["username"]
    await ask(server, one, name)
    await ok(server, other, "PUT", f"{MINE}/{one}")
    server.heard.clear()


async def block(server: Server, who: AccountId, whom: AccountId) -> None:
    await ok(server, who, "PUT", f"{MINE}/{whom}", json={"type": BLOCKED})


async def listed(server: Server, who: AccountId) -> dict[str, int]:
    return {one["id"]: one["type"] for one in await ok(server, who, "GET", MINE)}


def told(server: Server, name: str) -> list[tuple[AccountId, str, int]]:
    """To whom what was told of whom: (hearer, other, type)."""
    return [
        (account, event.payload.id, event.payload.type)  # type: ignore[attr-defined]  # as in `chat.heard`
        for event in server.heard
        if getattr(event, "name", "") == name
        for account in event.account_ids  # type: ignore[attr-defined]  # as above
    ]


async def test_a_request_is_pending_for_both_until_it_is_accepted(server: Server) -> None:
    await ask(server, server.cy, "Ada")

    assert await listed(server, server.cy) == {str(server.ada): OUTGOING}
    assert await listed(server, server.ada) == {str(server.cy): INCOMING}
    assert told(server, "RELATIONSHIP_ADD") == [
        (server.cy, str(server.ada), OUTGOING),
        (server.ada, str(server.cy), INCOMING),
    ]
    server.heard.clear()

    await ok(server, server.ada, "PUT", f"{MINE}/{server.cy}")

    assert await listed(server, server.cy) == {str(server.ada): FRIEND}
    [one] = await ok(server, server.ada, "GET", MINE)
    assert (one["type"], one["nickname"], one["user"]["username"]) == (FRIEND, None, "cy")
    assert one["since"].endswith("+00:00")
    assert sorted(told(server, "RELATIONSHIP_ADD")) == sorted(
        [(server.cy, str(server.ada), FRIEND), (server.ada, str(server.cy), FRIEND)]
    )


@pytest.mark.parametrize("by_id", [True, False])
async def test_asking_again_changes_nothing(server: Server, by_id: bool) -> None:
    await ask(server, server.ada, "bo")
    server.heard.clear()

    if by_id:
        await ok(server, server.ada, "PUT", f"{MINE}/{server.bo}")
    else:
        await ask(server, server.ada, "bo")

    assert await listed(server, server.ada) == {str(server.bo): OUTGOING}
    assert server.heard == []


async def test_requests_that_cross_make_friends_once(server: Server) -> None:
    for _ in range(3):
        await asyncio.gather(ask(server, server.ada, "bo"), ask(server, server.bo, "ada"))

        assert await listed(server, server.ada) == {str(server.bo): FRIEND}
        assert await listed(server, server.bo) == {str(server.ada): FRIEND}
        assert told(server, "RELATIONSHIP_ADD").count((server.ada, str(server.bo), FRIEND)) == 1
        await ok(server, server.ada, "DELETE", f"{MINE}/{server.bo}")
        server.heard.clear()


async def test_the_same_request_from_two_devices_at_once_is_one(server: Server) -> None:
    await asyncio.gather(*(ask(server, server.cy, "ada") for _ in range(6)))

    assert told(server, "RELATIONSHIP_ADD") == [
        (server.cy, str(server.ada), OUTGOING),
        (server.ada, str(server.cy), INCOMING),
    ]


async def test_a_friend_is_not_asked_again(server: Server) -> None:
    await befriend(server, server.ada, server.bo)

    assert await refused(server, server.ada, "POST", MINE, json={"username": "bo"}) == (
        409,
        80007,
        "already_friends",
    )
    await ok(server, server.ada, "PUT", f"{MINE}/{server.bo}")
    assert server.heard == []


@pytest.mark.parametrize("who_ends", ["ada", "bo"])
@pytest.mark.parametrize("accepted", [True, False])
async def test_either_of_two_can_end_what_is_between_them(
    server: Server, who_ends: str, accepted: bool
) -> None:
    await ask(server, server.ada, "bo")
    if accepted:
        await ok(server, server.bo, "PUT", f"{MINE}/{server.ada}")
    server.heard.clear()
    ends, other = (server.ada, server.bo) if who_ends == "ada" else (server.bo, server.ada)

    await ok(server, ends, "DELETE", f"{MINE}/{other}")
    await ok(server, ends, "DELETE", f"{MINE}/{other}")

    assert await listed(server, server.ada) == await listed(server, server.bo) == {}
    was = {server.ada: FRIEND, server.bo: FRIEND} if accepted else {server.ada: OUTGOING, server.bo: INCOMING}
    assert sorted(told(server, "RELATIONSHIP_REMOVE")) == sorted(
        [(server.ada, str(server.bo), was[server.ada]), (server.bo, str(server.ada), was[server.bo])]
    )


async def refused_bodies(server: Server, who: AccountId, names: list[str]) -> set[tuple[int, bytes]]:
    replies = [await server.request(who, "POST", MINE, json={"username": name}) for name in names]
    return {(reply.status_code, reply.content) for reply in replies}


async def test_every_name_that_cannot_be_asked_is_answered_in_the_same_words(server: Server) -> None:
    for name in ("dora", "egon", "finn"):
        await server.account(name)
    made = await server.request(
        server.ada, "POST", f"/api/hearth/v1/guilds/{server.guild}/bots", json={"name": "helper"}
    )
    assert made.status_code == 201
    accounts = await people_by_name(server)
    await ok(server, accounts["dora"], "PATCH", "/users/@me", json={"hearth_takes_friend_requests": False})
    await know_each_other(server, server.cy, accounts["egon"], accounts["finn"])
    await block(server, accounts["egon"], server.cy)
    await block(server, server.cy, accounts["finn"])
    server.heard.clear()

    names = ["nobody", "dora", "egon", "finn", "helper", "cy", "#5", "", "x" * 5000, "\u0000"]
    answers = await refused_bodies(server, server.cy, names)

    assert len(answers) == 1
    assert server.heard == []
    assert await refused(server, server.cy, "POST", MINE, json={"username": "nobody"}) == NOBODY


async def people_by_name(server: Server) -> dict[str, AccountId]:
    async with server.database.read() as reader:
        rows = await reader._connection.thread.execute_fetchall("SELECT username, id FROM account")
    return {name: AccountId(id_) for name, id_ in rows}


async def know_each_other(server: Server, *accounts: AccountId) -> None:
    for account in accounts:
        await server.join(account)


@pytest.mark.parametrize("what", ["closed", "bot", "self", "stranger", "nobody", "blocked by", "blocks"])
async def test_an_id_that_cannot_be_asked_is_answered_in_the_same_words(server: Server, what: str) -> None:
    made = await server.request(
        server.ada, "POST", f"/api/hearth/v1/guilds/{server.guild}/bots", json={"name": "helper"}
    )
    ids = {"bot": made.json()["id"], "self": server.bo, "stranger": server.cy, "nobody": 77}
    if what == "closed":
        await ok(server, server.ada, "PATCH", "/users/@me", json={"hearth_takes_friend_requests": False})
    elif what == "blocked by":
        await block(server, server.ada, server.bo)
    elif what == "blocks":
        await block(server, server.bo, server.ada)

    path = f"{MINE}/{ids.get(what, server.ada)}"
    for body in ({}, {"type": FRIEND}, None):
        assert await refused(server, server.bo, "PUT", path, json=body) == NOBODY


async def test_who_takes_no_requests_can_still_ask_and_be_accepted(server: Server) -> None:
    await ok(server, server.ada, "PATCH", "/users/@me", json={"hearth_takes_friend_requests": False})
    await ask(server, server.ada, "cy")
    await ok(server, server.cy, "PUT", f"{MINE}/{server.ada}")

    assert await listed(server, server.ada) == {str(server.cy): FRIEND}


async def test_one_asks_and_is_told_of_ones_own_closed_name_alone(server: Server) -> None:
    me = await ok(server, server.ada, "GET", "/users/@me")
    assert me["hearth_takes_friend_requests"] is True
    server.heard.clear()

    me = await ok(server, server.ada, "PATCH", "/users/@me", json={"hearth_takes_friend_requests": False})

    assert me["hearth_takes_friend_requests"] is False
    assert [payload.hearth_takes_friend_requests for payload in heard(server, "USER_UPDATE")] == [False]
    assert heard(server, "GUILD_MEMBER_UPDATE") == []
    seen = await ok(server, server.bo, "GET", f"/users/{server.ada}")
    assert "hearth_takes_friend_requests" not in seen


async def test_a_friend_is_seen_without_a_space_in_common(server: Server) -> None:
    assert (await server.request(server.cy, "GET", f"/users/{server.ada}")).status_code == 404

    await befriend(server, server.cy, server.ada)

    assert (await ok(server, server.cy, "GET", f"/users/{server.ada}"))["username"] == "ada"


async def test_friends_are_told_of_a_new_name(server: Server) -> None:
    await befriend(server, server.cy, server.ada)
    await block(server, server.bo, server.ada)
    server.heard.clear()

    await ok(server, server.ada, "PATCH", "/users/@me", json={"global_name": "Mum"})

    assert {(account, id_) for account, id_, _ in told(server, "RELATIONSHIP_UPDATE")} == {
        (server.cy, str(server.ada)),
        (server.bo, str(server.ada)),
    }
    [to_cy] = [one for one in heard(server, "RELATIONSHIP_UPDATE") if one.type == FRIEND]
    assert (to_cy.user.global_name, to_cy.type) == ("Mum", FRIEND)


@pytest.mark.parametrize("kind", [0, 3, 4, 5, -1, 2**40])
async def test_a_relationship_of_another_type_cannot_be_put(server: Server, kind: int) -> None:
    assert await refused(server, server.ada, "PUT", f"{MINE}/{server.bo}", json={"type": kind}) == (
        400,
        50035,
        "invalid_form",
    )


@pytest.mark.parametrize("body", [{}, {"username": 5}, {"username": None}, [], "ada", {"username": ["ada"]}])
async def test_a_request_that_names_nobody_is_refused(server: Server, body: Any) -> None:
    reply = await server.request(server.cy, "POST", MINE, json=body)

    assert reply.status_code == 400


async def test_the_limits_count_before_the_name_does(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_PENDING", 1)
    await server.account("dora")
    await ask(server, server.cy, "ada")
    for name in ("dora", "nobody"):
        assert await refused(server, server.cy, "POST", MINE, json={"username": name}) == (
            400,
            30002,
            "too_many_pending_requests",
        )

    monkeypatch.setattr(service, "MOST_RELATIONSHIPS", 1)
    for name in ("dora", "nobody"):
        assert await refused(server, server.cy, "POST", MINE, json={"username": name}) == (
            400,
            30002,
            "too_many_relationships",
        )
    # Ada's list is full too, which the stranger who asks her is not told.
    assert await refused(server, server.bo, "POST", MINE, json={"username": "ada"}) == NOBODY
    await ok(server, server.ada, "PUT", f"{MINE}/{server.cy}")
    assert await listed(server, server.ada) == {str(server.cy): FRIEND}


async def test_a_bot_has_no_relationships(server: Server) -> None:
    made = await server.request(
        server.ada, "POST", f"/api/hearth/v1/guilds/{server.guild}/bots", json={"name": "helper"}
    )
    headers = {"Authorization": f"Bot {made.json()['token']}"}

    for method, path, body in (
        ("GET", MINE, None),
        ("POST", MINE, {"username": "ada"}),
        ("PUT", f"{MINE}/{server.ada}", {"type": BLOCKED}),
        ("DELETE", f"{MINE}/{server.ada}", None),
    ):
        assert await refused(server, None, method, path, json=body, headers=headers) == (
            403,
            20001,
            "people_only",
        )
