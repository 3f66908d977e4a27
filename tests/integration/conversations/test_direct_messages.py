"""Direct messages over HTTP: with whom one can begin, and that there is one for each two people."""

import asyncio
from typing import Any

import pytest

from appliance.events import ConversationChanged
from appliance.ids import AccountId
from tests.integration.chat import heard, ok, refused
from tests.integration.conftest import Server
from tests.integration.relationships.test_friends import MINE, befriend, block

pytestmark = pytest.mark.anyio

LIST = "/users/@me/channels"
CANNOT_BEGIN = (403, 50007, "cannot_begin_with_them")
CANNOT_WRITE = (403, 50007, "cannot_write_to_them")


async def direct(server: Server, who: AccountId, other: AccountId | str) -> Any:
    return await ok(server, who, "POST", LIST, json={"recipient_id": str(other)})


async def write(server: Server, who: AccountId, channel: str, content: str = "Soup?") -> Any:
    return await ok(server, who, "POST", f"/channels/{channel}/messages", json={"content": content})


async def listed(server: Server, who: AccountId) -> list[str]:
    return [one["id"] for one in await ok(server, who, "GET", LIST)]


def opened(server: Server) -> set[AccountId]:
    """Who was told of a conversation in their list."""
    return {
        account
        for event in server.heard
        if getattr(event, "name", "") == "CHANNEL_CREATE"
        for account in event.account_ids  # type: ignore[attr-defined]  # of a PeopleEvent
    }


async def test_the_other_is_in_it_and_oneself_is_not(server: Server) -> None:
    made = await direct(server, server.ada, server.bo)

    assert made["type"] == 1
    assert [one["username"] for one in made["recipients"]] == ["bo"]
    assert (made["last_message_id"], made["flags"]) == (None, 0)
    assert not {"name", "owner_id", "guild_id"} & set(made)
    seen = await ok(server, server.bo, "GET", f"/channels/{made['id']}")
    assert [one["username"] for one in seen["recipients"]] == ["ada"]


async def test_it_is_in_the_others_list_once_something_is_written(server: Server) -> None:
    made = await direct(server, server.ada, server.bo)
    assert opened(server) == {server.ada}
    assert await listed(server, server.ada) == [made["id"]]
    assert await listed(server, server.bo) == []
    server.heard.clear()

    message = await write(server, server.ada, made["id"])

    assert opened(server) == {server.bo}
    assert [type(event).__name__ for event in server.heard][-1] == "MessageCreated"
    assert await listed(server, server.bo) == [made["id"]]
    [seen] = await ok(server, server.bo, "GET", LIST)
    assert seen["last_message_id"] == message["id"]


async def test_from_two_devices_of_both_at_once_there_is_one(server: Server) -> None:
    made = await asyncio.gather(
        *(direct(server, server.ada, server.bo) for _ in range(4)),
        *(direct(server, server.bo, server.ada) for _ in range(4)),
    )

    assert len({one["id"] for one in made}) == 1
    assert len([event for event in server.heard if isinstance(event, ConversationChanged)]) == 1


@pytest.mark.parametrize("as_list", [True, False])
async def test_a_list_of_one_opens_the_same(server: Server, as_list: bool) -> None:
    made = await direct(server, server.ada, server.bo)

    again = {"recipients": [str(server.bo), str(server.bo), int(server.bo)]} if as_list else {}
    assert (await ok(server, server.ada, "POST", LIST, json=again or {"recipient_id": server.bo})) == made


async def test_closing_deletes_nothing_and_a_message_opens_it_again(server: Server) -> None:
    made = await direct(server, server.ada, server.bo)
    await write(server, server.ada, made["id"], "one")
    server.heard.clear()

    closed = await ok(server, server.bo, "DELETE", f"/channels/{made['id']}")
    await ok(server, server.bo, "DELETE", f"/channels/{made['id']}")

    assert closed["id"] == made["id"]
    assert len(heard(server, "CHANNEL_DELETE")) == 1
    assert await listed(server, server.bo) == []
    assert await listed(server, server.ada) == [made["id"]]
    await write(server, server.ada, made["id"], "two")
    assert await listed(server, server.bo) == [made["id"]]
    history = await ok(server, server.bo, "GET", f"/channels/{made['id']}/messages")
    assert [message["content"] for message in history] == ["two", "one"]


async def test_asking_for_it_opens_it_again_for_oneself_alone(server: Server) -> None:
    made = await direct(server, server.ada, server.bo)
    await write(server, server.ada, made["id"])
    for who in (server.ada, server.bo):
        await ok(server, who, "DELETE", f"/channels/{made['id']}")
    server.heard.clear()

    assert (await direct(server, server.bo, server.ada))["id"] == made["id"]

    assert opened(server) == {server.bo}
    assert await listed(server, server.ada) == []


@pytest.mark.parametrize("who", ["stranger", "nobody", "self", "blocks", "blocked"])
async def test_with_whom_one_cannot_begin_is_one_answer(server: Server, who: str) -> None:
    if who in {"blocks", "blocked"}:
        pair = (server.bo, server.ada) if who == "blocks" else (server.ada, server.bo)
        await block(server, *pair)
    id_ = {"stranger": server.cy, "nobody": 77, "self": server.bo}.get(who, server.ada)

    for body in ({"recipient_id": str(id_)}, {"recipients": [str(id_)]}):
        assert await refused(server, server.bo, "POST", LIST, json=body) == CANNOT_BEGIN


async def test_a_friend_needs_no_space_in_common(server: Server) -> None:
    await befriend(server, server.cy, server.ada)

    made = await direct(server, server.ada, server.cy)

    await write(server, server.cy, made["id"])
    await write(server, server.ada, made["id"])


@pytest.mark.parametrize("why", ["unfriended", "left", "blocks", "blocked"])
async def test_what_was_written_stays_when_nothing_can_be_written_any_more(server: Server, why: str) -> None:
    other = server.bo
    if why == "unfriended":
        other = server.cy
        await befriend(server, server.cy, server.ada)
    made = await direct(server, server.ada, other)
    await write(server, other, made["id"], "before")

    if why == "unfriended":
        await ok(server, server.ada, "DELETE", f"{MINE}/{other}")
    elif why == "left":
        await ok(server, other, "DELETE", f"/users/@me/guilds/{server.guild}")
    else:
        await block(server, *((server.ada, other) if why == "blocks" else (other, server.ada)))

    messages = f"/channels/{made['id']}/messages"
    for who in (server.ada, other):
        assert await refused(server, who, "POST", messages, json={"content": "x"}) == CANNOT_WRITE
        [message] = await ok(server, who, "GET", messages)
        assert message["content"] == "before"
        await ok(server, who, "DELETE", f"/channels/{made['id']}")
        assert (
            await ok(
                server, who, "POST", LIST, json={"recipient_id": str(server.ada if who == other else other)}
            )
        )["id"] == made["id"]


async def test_what_a_bot_wrote_stays_when_the_bot_is_gone(server: Server) -> None:
    bots = f"/api/hearth/v1/guilds/{server.guild}/bots"
    made = (await server.request(server.ada, "POST", bots, json={"name": "helper"})).json()
    headers = {"Authorization": f"Bot {made['token']}"}
    opened_by_bot = await server.request(
        None, "POST", LIST, json={"recipient_id": str(server.bo)}, headers=headers
    )
    messages = f"/channels/{opened_by_bot.json()['id']}/messages"
    said = await server.request(None, "POST", messages, json={"content": "Bins out!"}, headers=headers)
    assert said.status_code == 200, said.text

    await ok(server, server.ada, "DELETE", f"{bots}/{made['id']}")

    [message] = await ok(server, server.bo, "GET", messages)
    assert message["content"] == "Bins out!"
    assert await refused(server, server.bo, "POST", messages, json={"content": "x"}) == CANNOT_WRITE
    assert (
        await refused(server, server.bo, "POST", LIST, json={"recipient_id": str(server.cy)}) == CANNOT_BEGIN
    )


async def test_nobody_else_finds_it(server: Server) -> None:
    made = await direct(server, server.ada, server.bo)
    await write(server, server.ada, made["id"])
    channel = f"/channels/{made['id']}"

    for method, path, body in (
        ("GET", channel, None),
        ("PATCH", channel, {"name": "x"}),
        ("DELETE", channel, None),
        ("GET", f"{channel}/messages", None),
        ("POST", f"{channel}/messages", {"content": "x"}),
        ("POST", f"{channel}/typing", None),
        ("PUT", f"{channel}/recipients/{server.cy}", None),
        ("DELETE", f"{channel}/recipients/{server.bo}", None),
    ):
        assert await refused(server, server.cy, method, path, json=body) == (404, 10003, "channel_not_found")


async def test_what_only_groups_and_guilds_have_is_refused_in_words(server: Server) -> None:
    made = await direct(server, server.ada, server.bo)
    channel = f"/channels/{made['id']}"

    for method, path, body in (
        ("PATCH", channel, {"name": "x"}),
        ("PUT", f"{channel}/recipients/{server.cy}", None),
        ("DELETE", f"{channel}/recipients/{server.bo}", None),
    ):
        assert await refused(server, server.ada, method, path, json=body) == (403, 50003, "not_a_group")
    more: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"{channel}/invites", {}),
        ("PUT", f"{channel}/permissions/{server.bo}", {"type": 1, "allow": "0", "deny": "1024"}),
    ]
    for method, path, sent in more:
        status, _, key = await refused(server, server.ada, method, path, json=sent)
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
async def test_a_body_that_names_nobody_rightly_is_refused(server: Server, body: Any) -> None:
    status, _, _ = await refused(server, server.ada, "POST", LIST, json=body)

    assert status == 400


async def test_the_list_says_what_was_written_last(server: Server) -> None:
    empty = await direct(server, server.ada, server.bo)
    assert (await ok(server, server.ada, "GET", LIST))[0]["hearth_last_message"] is None

    await write(server, server.bo, empty["id"])
    last = await write(server, server.ada, empty["id"], "ü" * 200)

    for who in (server.ada, server.bo):
        (shown,) = await ok(server, who, "GET", LIST)
        assert shown["hearth_last_message"] == {
            "id": last["id"],
            "author_id": str(server.ada),
            "type": 0,
            "content": "ü" * 120,
        }
