"""Friends and friend requests over HTTP: who can be asked, and what each of the two hears of it."""

import asyncio
from typing import Any

import pytest

from appliance.ids import AccountId
from appliance.relationships import service
from tests.integration.chat import heard, ok, refused
from tests.integration.conftest import House

pytestmark = pytest.mark.anyio

FRIEND, BLOCKED, INCOMING, OUTGOING = 1, 2, 3, 4
MINE = "/users/@me/relationships"
NOBODY = (400, 80004, "nobody_takes_requests")


async def ask(house: House, who: AccountId, name: str) -> None:
    await ok(house, who, "POST", MINE, json={"username": name})


async def befriend(house: House, one: AccountId, other: AccountId) -> None:
    """Cy and whoever share no space: the request goes by name."""
    name = (await ok(house, other, "GET", "/users/@me"))["username"]
    await ask(house, one, name)
    await ok(house, other, "PUT", f"{MINE}/{one}")
    house.heard.clear()


async def block(house: House, who: AccountId, whom: AccountId) -> None:
    await ok(house, who, "PUT", f"{MINE}/{whom}", json={"type": BLOCKED})


async def listed(house: House, who: AccountId) -> dict[str, int]:
    return {one["id"]: one["type"] for one in await ok(house, who, "GET", MINE)}


def told(house: House, name: str) -> list[tuple[AccountId, str, int]]:
    """To whom what was told of whom: (hearer, other, type)."""
    return [
        (account, event.payload.id, event.payload.type)  # type: ignore[attr-defined]  # as in `chat.heard`
        for event in house.heard
        if getattr(event, "name", "") == name
        for account in event.account_ids  # type: ignore[attr-defined]  # as above
    ]


async def test_a_request_is_pending_for_both_until_it_is_accepted(house: House) -> None:
    await ask(house, house.cy, "Ada")

    assert await listed(house, house.cy) == {str(house.ada): OUTGOING}
    assert await listed(house, house.ada) == {str(house.cy): INCOMING}
    assert told(house, "RELATIONSHIP_ADD") == [
        (house.cy, str(house.ada), OUTGOING),
        (house.ada, str(house.cy), INCOMING),
    ]
    house.heard.clear()

    await ok(house, house.ada, "PUT", f"{MINE}/{house.cy}")

    assert await listed(house, house.cy) == {str(house.ada): FRIEND}
    [one] = await ok(house, house.ada, "GET", MINE)
    assert (one["type"], one["nickname"], one["user"]["username"]) == (FRIEND, None, "cy")
    assert one["since"].endswith("+00:00")
    assert sorted(told(house, "RELATIONSHIP_ADD")) == sorted(
        [(house.cy, str(house.ada), FRIEND), (house.ada, str(house.cy), FRIEND)]
    )


@pytest.mark.parametrize("by_id", [True, False])
async def test_asking_again_changes_nothing(house: House, by_id: bool) -> None:
    await ask(house, house.ada, "bo")
    house.heard.clear()

    if by_id:
        await ok(house, house.ada, "PUT", f"{MINE}/{house.bo}")
    else:
        await ask(house, house.ada, "bo")

    assert await listed(house, house.ada) == {str(house.bo): OUTGOING}
    assert house.heard == []


async def test_requests_that_cross_make_friends_once(house: House) -> None:
    for _ in range(3):
        await asyncio.gather(ask(house, house.ada, "bo"), ask(house, house.bo, "ada"))

        assert await listed(house, house.ada) == {str(house.bo): FRIEND}
        assert await listed(house, house.bo) == {str(house.ada): FRIEND}
        assert told(house, "RELATIONSHIP_ADD").count((house.ada, str(house.bo), FRIEND)) == 1
        await ok(house, house.ada, "DELETE", f"{MINE}/{house.bo}")
        house.heard.clear()


async def test_the_same_request_from_two_devices_at_once_is_one(house: House) -> None:
    await asyncio.gather(*(ask(house, house.cy, "ada") for _ in range(6)))

    assert told(house, "RELATIONSHIP_ADD") == [
        (house.cy, str(house.ada), OUTGOING),
        (house.ada, str(house.cy), INCOMING),
    ]


async def test_a_friend_is_not_asked_again(house: House) -> None:
    await befriend(house, house.ada, house.bo)

    assert await refused(house, house.ada, "POST", MINE, json={"username": "bo"}) == (
        409,
        80007,
        "already_friends",
    )
    await ok(house, house.ada, "PUT", f"{MINE}/{house.bo}")
    assert house.heard == []


@pytest.mark.parametrize("who_ends", ["ada", "bo"])
@pytest.mark.parametrize("accepted", [True, False])
async def test_either_of_two_can_end_what_is_between_them(
    house: House, who_ends: str, accepted: bool
) -> None:
    await ask(house, house.ada, "bo")
    if accepted:
        await ok(house, house.bo, "PUT", f"{MINE}/{house.ada}")
    house.heard.clear()
    ends, other = (house.ada, house.bo) if who_ends == "ada" else (house.bo, house.ada)

    await ok(house, ends, "DELETE", f"{MINE}/{other}")
    await ok(house, ends, "DELETE", f"{MINE}/{other}")

    assert await listed(house, house.ada) == await listed(house, house.bo) == {}
    was = {house.ada: FRIEND, house.bo: FRIEND} if accepted else {house.ada: OUTGOING, house.bo: INCOMING}
    assert sorted(told(house, "RELATIONSHIP_REMOVE")) == sorted(
        [(house.ada, str(house.bo), was[house.ada]), (house.bo, str(house.ada), was[house.bo])]
    )


async def refused_bodies(house: House, who: AccountId, names: list[str]) -> set[tuple[int, bytes]]:
    replies = [await house.request(who, "POST", MINE, json={"username": name}) for name in names]
    return {(reply.status_code, reply.content) for reply in replies}


async def test_every_name_that_cannot_be_asked_is_answered_in_the_same_words(house: House) -> None:
    for name in ("dora", "egon", "finn"):
        await house.account(name)
    made = await house.request(
        house.ada, "POST", f"/api/hearth/v1/guilds/{house.guild}/bots", json={"name": "helper"}
    )
    assert made.status_code == 201
    accounts = await people_by_name(house)
    await ok(house, accounts["dora"], "PATCH", "/users/@me", json={"hearth_takes_friend_requests": False})
    await know_each_other(house, house.cy, accounts["egon"], accounts["finn"])
    await block(house, accounts["egon"], house.cy)
    await block(house, house.cy, accounts["finn"])
    house.heard.clear()

    names = ["nobody", "dora", "egon", "finn", "helper", "cy", "#5", "", "x" * 5000, "\u0000"]
    answers = await refused_bodies(house, house.cy, names)

    assert len(answers) == 1
    assert house.heard == []
    assert await refused(house, house.cy, "POST", MINE, json={"username": "nobody"}) == NOBODY


async def people_by_name(house: House) -> dict[str, AccountId]:
    async with house.database.read() as reader:
        rows = await reader._connection.thread.execute_fetchall("SELECT username, id FROM account")
    return {name: AccountId(id_) for name, id_ in rows}


async def know_each_other(house: House, *accounts: AccountId) -> None:
    for account in accounts:
        await house.join(account)


@pytest.mark.parametrize("what", ["closed", "bot", "self", "stranger", "nobody", "blocked by", "blocks"])
async def test_an_id_that_cannot_be_asked_is_answered_in_the_same_words(house: House, what: str) -> None:
    made = await house.request(
        house.ada, "POST", f"/api/hearth/v1/guilds/{house.guild}/bots", json={"name": "helper"}
    )
    ids = {"bot": made.json()["id"], "self": house.bo, "stranger": house.cy, "nobody": 77}
    if what == "closed":
        await ok(house, house.ada, "PATCH", "/users/@me", json={"hearth_takes_friend_requests": False})
    elif what == "blocked by":
        await block(house, house.ada, house.bo)
    elif what == "blocks":
        await block(house, house.bo, house.ada)

    path = f"{MINE}/{ids.get(what, house.ada)}"
    for body in ({}, {"type": FRIEND}, None):
        assert await refused(house, house.bo, "PUT", path, json=body) == NOBODY


async def test_who_takes_no_requests_can_still_ask_and_be_accepted(house: House) -> None:
    await ok(house, house.ada, "PATCH", "/users/@me", json={"hearth_takes_friend_requests": False})
    await ask(house, house.ada, "cy")
    await ok(house, house.cy, "PUT", f"{MINE}/{house.ada}")

    assert await listed(house, house.ada) == {str(house.cy): FRIEND}


async def test_one_asks_and_is_told_of_ones_own_closed_name_alone(house: House) -> None:
    me = await ok(house, house.ada, "GET", "/users/@me")
    assert me["hearth_takes_friend_requests"] is True
    house.heard.clear()

    me = await ok(house, house.ada, "PATCH", "/users/@me", json={"hearth_takes_friend_requests": False})

    assert me["hearth_takes_friend_requests"] is False
    assert [payload.hearth_takes_friend_requests for payload in heard(house, "USER_UPDATE")] == [False]
    assert heard(house, "GUILD_MEMBER_UPDATE") == []
    seen = await ok(house, house.bo, "GET", f"/users/{house.ada}")
    assert "hearth_takes_friend_requests" not in seen


async def test_a_friend_is_seen_without_a_space_in_common(house: House) -> None:
    assert (await house.request(house.cy, "GET", f"/users/{house.ada}")).status_code == 404

    await befriend(house, house.cy, house.ada)

    assert (await ok(house, house.cy, "GET", f"/users/{house.ada}"))["username"] == "ada"


async def test_friends_hear_of_a_new_name(house: House) -> None:
    await befriend(house, house.cy, house.ada)
    await block(house, house.bo, house.ada)
    house.heard.clear()

    await ok(house, house.ada, "PATCH", "/users/@me", json={"global_name": "Mum"})

    assert {(account, id_) for account, id_, _ in told(house, "RELATIONSHIP_UPDATE")} == {
        (house.cy, str(house.ada)),
        (house.bo, str(house.ada)),
    }
    [to_cy] = [one for one in heard(house, "RELATIONSHIP_UPDATE") if one.type == FRIEND]
    assert (to_cy.user.global_name, to_cy.type) == ("Mum", FRIEND)


@pytest.mark.parametrize("kind", [0, 3, 4, 5, -1, 2**40])
async def test_a_relationship_of_another_type_cannot_be_put(house: House, kind: int) -> None:
    assert await refused(house, house.ada, "PUT", f"{MINE}/{house.bo}", json={"type": kind}) == (
        400,
        50035,
        "invalid_form",
    )


@pytest.mark.parametrize("body", [{}, {"username": 5}, {"username": None}, [], "ada", {"username": ["ada"]}])
async def test_a_request_that_names_nobody_is_refused(house: House, body: Any) -> None:
    reply = await house.request(house.cy, "POST", MINE, json=body)

    assert reply.status_code == 400


async def test_the_limits_count_before_the_name_does(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_PENDING", 1)
    await house.account("dora")
    await ask(house, house.cy, "ada")
    for name in ("dora", "nobody"):
        assert await refused(house, house.cy, "POST", MINE, json={"username": name}) == (
            400,
            30002,
            "too_many_pending_requests",
        )

    monkeypatch.setattr(service, "MOST_RELATIONSHIPS", 1)
    for name in ("dora", "nobody"):
        assert await refused(house, house.cy, "POST", MINE, json={"username": name}) == (
            400,
            30002,
            "too_many_relationships",
        )
    # Ada's list is full too, which the stranger who asks her is not told.
    assert await refused(house, house.bo, "POST", MINE, json={"username": "ada"}) == NOBODY
    await ok(house, house.ada, "PUT", f"{MINE}/{house.cy}")
    assert await listed(house, house.ada) == {str(house.cy): FRIEND}


async def test_a_bot_has_no_relationships(house: House) -> None:
    made = await house.request(
        house.ada, "POST", f"/api/hearth/v1/guilds/{house.guild}/bots", json={"name": "helper"}
    )
    headers = {"Authorization": f"Bot {made.json()['token']}"}

    for method, path, body in (
        ("GET", MINE, None),
        ("POST", MINE, {"username": "ada"}),
        ("PUT", f"{MINE}/{house.ada}", {"type": BLOCKED}),
        ("DELETE", f"{MINE}/{house.ada}", None),
    ):
        assert await refused(house, None, method, path, json=body, headers=headers) == (
            403,
            20001,
            "people_only",
        )
