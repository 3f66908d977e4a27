"""Direct messages over HTTP: with whom one can begin, and that there is one for each two people."""

import asyncio
from typing import Any

import pytest

from appliance.events import ConversationChanged
from appliance.ids import AccountId
from tests.integration.chat import heard, ok, refused
from tests.integration.conftest import House
from tests.integration.relationships.test_friends import MINE, befriend, block

pytestmark = pytest.mark.anyio

LIST = "/users/@me/channels"
CANNOT_BEGIN = (403, 50007, "cannot_begin_with_them")
CANNOT_WRITE = (403, 50007, "cannot_write_to_them")


async def direct(house: House, who: AccountId, other: AccountId | str) -> Any:
    return await ok(house, who, "POST", LIST, json={"recipient_id": str(other)})


async def write(house: House, who: AccountId, channel: str, content: str = "Soup?") -> Any:
    return await ok(house, who, "POST", f"/channels/{channel}/messages", json={"content": content})


async def listed(house: House, who: AccountId) -> list[str]:
    return [one["id"] for one in await ok(house, who, "GET", LIST)]


def opened(house: House) -> set[AccountId]:
    """Who was told of a conversation in their list."""
    return {
        account
        for event in house.heard
        if getattr(event, "name", "") == "CHANNEL_CREATE"
        for account in event.account_ids  # type: ignore[attr-defined]  # of a PeopleEvent
    }


async def test_the_other_is_in_it_and_oneself_is_not(house: House) -> None:
    made = await direct(house, house.ada, house.bo)

    assert made["type"] == 1
    assert [one["username"] for one in made["recipients"]] == ["bo"]
    assert (made["last_message_id"], made["flags"]) == (None, 0)
    assert not {"name", "owner_id", "guild_id"} & set(made)
    seen = await ok(house, house.bo, "GET", f"/channels/{made['id']}")
    assert [one["username"] for one in seen["recipients"]] == ["ada"]


async def test_it_is_in_the_others_list_once_something_is_written(house: House) -> None:
    made = await direct(house, house.ada, house.bo)
    assert opened(house) == {house.ada}
    assert await listed(house, house.ada) == [made["id"]]
    assert await listed(house, house.bo) == []
    house.heard.clear()

    message = await write(house, house.ada, made["id"])

    assert opened(house) == {house.bo}
    assert [type(event).__name__ for event in house.heard][-1] == "MessageCreated"
    assert await listed(house, house.bo) == [made["id"]]
    [seen] = await ok(house, house.bo, "GET", LIST)
    assert seen["last_message_id"] == message["id"]


async def test_from_two_devices_of_both_at_once_there_is_one(house: House) -> None:
    made = await asyncio.gather(
        *(direct(house, house.ada, house.bo) for _ in range(4)),
        *(direct(house, house.bo, house.ada) for _ in range(4)),
    )

    assert len({one["id"] for one in made}) == 1
    assert len([event for event in house.heard if isinstance(event, ConversationChanged)]) == 1


@pytest.mark.parametrize("as_list", [True, False])
async def test_a_list_of_one_opens_the_same(house: House, as_list: bool) -> None:
    made = await direct(house, house.ada, house.bo)

    again = {"recipients": [str(house.bo), str(house.bo), int(house.bo)]} if as_list else {}
    assert (await ok(house, house.ada, "POST", LIST, json=again or {"recipient_id": house.bo})) == made


async def test_closing_deletes_nothing_and_a_message_opens_it_again(house: House) -> None:
    made = await direct(house, house.ada, house.bo)
    await write(house, house.ada, made["id"], "one")
    house.heard.clear()

    closed = await ok(house, house.bo, "DELETE", f"/channels/{made['id']}")
    await ok(house, house.bo, "DELETE", f"/channels/{made['id']}")

    assert closed["id"] == made["id"]
    assert len(heard(house, "CHANNEL_DELETE")) == 1
    assert await listed(house, house.bo) == []
    assert await listed(house, house.ada) == [made["id"]]
    await write(house, house.ada, made["id"], "two")
    assert await listed(house, house.bo) == [made["id"]]
    history = await ok(house, house.bo, "GET", f"/channels/{made['id']}/messages")
    assert [message["content"] for message in history] == ["two", "one"]


async def test_asking_for_it_opens_it_again_for_oneself_alone(house: House) -> None:
    made = await direct(house, house.ada, house.bo)
    await write(house, house.ada, made["id"])
    for who in (house.ada, house.bo):
        await ok(house, who, "DELETE", f"/channels/{made['id']}")
    house.heard.clear()

    assert (await direct(house, house.bo, house.ada))["id"] == made["id"]

    assert opened(house) == {house.bo}
    assert await listed(house, house.ada) == []


@pytest.mark.parametrize("who", ["stranger", "nobody", "self", "blocks", "blocked"])
async def test_with_whom_one_cannot_begin_is_one_answer(house: House, who: str) -> None:
    if who in {"blocks", "blocked"}:
        pair = (house.bo, house.ada) if who == "blocks" else (house.ada, house.bo)
        await block(house, *pair)
    id_ = {"stranger": house.cy, "nobody": 77, "self": house.bo}.get(who, house.ada)

    for body in ({"recipient_id": str(id_)}, {"recipients": [str(id_)]}):
        assert await refused(house, house.bo, "POST", LIST, json=body) == CANNOT_BEGIN


async def test_a_friend_needs_no_space_in_common(house: House) -> None:
    await befriend(house, house.cy, house.ada)

    made = await direct(house, house.ada, house.cy)

    await write(house, house.cy, made["id"])
    await write(house, house.ada, made["id"])


@pytest.mark.parametrize("why", ["unfriended", "left", "blocks", "blocked"])
async def test_what_was_written_stays_when_nothing_can_be_written_any_more(house: House, why: str) -> None:
    other = house.bo
    if why == "unfriended":
        other = house.cy
        await befriend(house, house.cy, house.ada)
    made = await direct(house, house.ada, other)
    await write(house, other, made["id"], "before")

    if why == "unfriended":
        await ok(house, house.ada, "DELETE", f"{MINE}/{other}")
    elif why == "left":
        await ok(house, other, "DELETE", f"/users/@me/guilds/{house.guild}")
    else:
        await block(house, *((house.ada, other) if why == "blocks" else (other, house.ada)))

    messages = f"/channels/{made['id']}/messages"
    for who in (house.ada, other):
        assert await refused(house, who, "POST", messages, json={"content": "x"}) == CANNOT_WRITE
        [message] = await ok(house, who, "GET", messages)
        assert message["content"] == "before"
        await ok(house, who, "DELETE", f"/channels/{made['id']}")
        assert (
            await ok(
                house, who, "POST", LIST, json={"recipient_id": str(house.ada if who == other else other)}
            )
        )["id"] == made["id"]


async def test_nobody_else_finds_it(house: House) -> None:
    made = await direct(house, house.ada, house.bo)
    await write(house, house.ada, made["id"])
    channel = f"/channels/{made['id']}"

    for method, path, body in (
        ("GET", channel, None),
        ("PATCH", channel, {"name": "x"}),
        ("DELETE", channel, None),
        ("GET", f"{channel}/messages", None),
        ("POST", f"{channel}/messages", {"content": "x"}),
        ("POST", f"{channel}/typing", None),
        ("PUT", f"{channel}/recipients/{house.cy}", None),
        ("DELETE", f"{channel}/recipients/{house.bo}", None),
    ):
        assert await refused(house, house.cy, method, path, json=body) == (404, 10003, "channel_not_found")


async def test_what_only_groups_and_guilds_have_is_refused_in_words(house: House) -> None:
    made = await direct(house, house.ada, house.bo)
    channel = f"/channels/{made['id']}"

    for method, path, body in (
        ("PATCH", channel, {"name": "x"}),
        ("PUT", f"{channel}/recipients/{house.cy}", None),
        ("DELETE", f"{channel}/recipients/{house.bo}", None),
    ):
        assert await refused(house, house.ada, method, path, json=body) == (403, 50003, "not_a_group")
    more: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"{channel}/invites", {}),
        ("PUT", f"{channel}/permissions/{house.bo}", {"type": 1, "allow": "0", "deny": "1024"}),
    ]
    for method, path, sent in more:
        status, _, key = await refused(house, house.ada, method, path, json=sent)
        assert (status, key) == (403, "not_in_conversations")


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        {"recipient_id": None},
        {"recipients": []},
        {"recipients": None},
        {"recipients": ["x"]},
        {"recipients": [-1]},
        {"recipients": ["007"]},
        {"recipients": "5"},
        {"recipients": [[5]]},
        {"recipient_id": "1e3"},
        {"recipient_id": str(2**63)},
        {"recipient_id": True},
        {"recipient_id": "5", "nicks": {"5": "x"}},
        {"recipient_id": "5", "access_tokens": ["x"]},
    ],
)
async def test_a_body_that_names_nobody_rightly_is_refused(house: House, body: Any) -> None:
    status, _, _ = await refused(house, house.ada, "POST", LIST, json=body)

    assert status == 400
