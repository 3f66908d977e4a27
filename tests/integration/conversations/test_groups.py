"""Groups over HTTP: who comes in, who goes, whose it is then, and what each of them reads."""

from typing import Any

import pytest

from appliance.ids import AccountId
from tests.integration.chat import heard, ok, refused
from tests.integration.conftest import Server
from tests.integration.conversations.test_direct_messages import CANNOT_BEGIN, LIST, listed, opened, write
from tests.integration.relationships.test_friends import block

pytestmark = pytest.mark.anyio

ADDED, REMOVED, RENAMED = 1, 2, 4


@pytest.fixture
async def full(server: Server) -> Server:
    """The house with Cy and ten more in the space."""
    await server.join(server.cy)
    for number in range(10):
        account = await server.account(f"child{number}")
        await server.join(account)
        server.notes[f"child{number}"] = str(account)
    server.heard.clear()
    return server


def child(server: Server, number: int) -> AccountId:
    return AccountId(int(server.notes[f"child{number}"]))


async def group(server: Server, *others: AccountId) -> str:
    """A group that Ada makes."""
    made = await ok(server, server.ada, "POST", LIST, json={"recipients": [str(one) for one in others]})
    server.heard.clear()
    id_: str = made["id"]
    return id_


async def names(server: Server, who: AccountId, channel: str) -> list[str]:
    return [one["username"] for one in (await ok(server, who, "GET", f"/channels/{channel}"))["recipients"]]


async def history(server: Server, who: AccountId, channel: str) -> list[Any]:
    """What somebody reads, the oldest first: contents, or for what nobody wrote its type with whom it is about."""
    page = await ok(server, who, "GET", f"/channels/{channel}/messages")
    return [
        message["content"]
        if message["type"] == 0
        else (
            message["type"],
            message["author"]["username"],
            [one["username"] for one in message["mentions"]],
        )
        for message in reversed(page)
    ]


async def test_everybody_in_it_has_it_at_once(full: Server) -> None:
    made = await ok(full, full.ada, "POST", LIST, json={"recipients": [str(full.bo), str(full.cy)]})

    assert (made["type"], made["name"], made["icon"], made["owner_id"]) == (3, None, None, str(full.ada))
    assert [one["username"] for one in made["recipients"]] == ["bo", "cy"]
    assert opened(full) == {full.ada, full.bo, full.cy}
    for event in heard(full, "CHANNEL_CREATE"):
        assert len(event.recipients) == 2
    for who in (full.ada, full.bo, full.cy):
        assert await listed(full, who) == [made["id"]]


async def test_the_same_people_can_have_several_groups(full: Server) -> None:
    assert await group(full, full.bo, full.cy) != await group(full, full.bo, full.cy)


async def test_ten_can_be_in_it_and_no_more(full: Server) -> None:
    nine = [child(full, number) for number in range(9)]
    channel = await group(full, *nine)

    too_many = (400, 30004, "too_many_recipients")
    assert await refused(full, full.ada, "PUT", f"/channels/{channel}/recipients/{full.bo}") == too_many
    for more in ([full.bo], [full.bo] * 3000, list(range(5, 3000))):
        body = {"recipients": [str(one) for one in (*nine, *more)]}
        assert await refused(full, full.ada, "POST", LIST, json=body) == too_many
    # Oneself and whoever is named twice count once.
    body = {"recipients": [str(one) for one in (*nine, full.ada, *nine)]}
    assert len((await ok(full, full.ada, "POST", LIST, json=body))["recipients"]) == 9


@pytest.mark.parametrize("who", ["stranger", "nobody", "blocks", "blocked"])
async def test_nobody_comes_in_to_whom_one_cannot_write(server: Server, who: str) -> None:
    dora, egon = await server.account("dora"), await server.account("egon")
    for account in (dora, egon):
        await server.join(account)
    if who in {"blocks", "blocked"}:
        await block(server, *((server.bo, egon) if who == "blocks" else (egon, server.bo)))
    id_ = {"stranger": server.cy, "nobody": AccountId(77)}.get(who, egon)
    channel = await group(server, server.bo, dora)

    body = {"recipients": [str(dora), str(id_)]}
    assert await refused(server, server.bo, "POST", LIST, json=body) == CANNOT_BEGIN
    assert await refused(server, server.bo, "PUT", f"/channels/{channel}/recipients/{id_}") == CANNOT_BEGIN
    assert await names(server, server.bo, channel) == ["ada", "dora"]


async def test_who_comes_in_reads_what_is_written_from_then_on(full: Server) -> None:
    channel = await group(full, full.bo, full.cy)
    await write(full, full.ada, channel, "before")
    full.heard.clear()

    await ok(full, full.bo, "PUT", f"/channels/{channel}/recipients/{child(full, 0)}")
    await ok(full, full.bo, "PUT", f"/channels/{channel}/recipients/{child(full, 0)}")

    assert opened(full) == {child(full, 0)}
    [change] = heard(full, "CHANNEL_RECIPIENT_ADD")
    assert (change.channel_id, change.user.username) == (channel, "child0")
    await write(full, full.ada, channel, "after")
    added = (ADDED, "bo", ["child0"])
    assert await history(full, child(full, 0), channel) == [added, "after"]
    assert await history(full, full.cy, channel) == ["before", added, "after"]


async def test_who_is_taken_out_and_added_again_sees_nothing_of_the_gap_nor_of_before(full: Server) -> None:
    channel = await group(full, full.bo, full.cy)
    await write(full, full.ada, channel, "before")
    await ok(full, full.ada, "DELETE", f"/channels/{channel}/recipients/{full.bo}")
    await write(full, full.ada, channel, "gap")
    assert (await refused(full, full.bo, "GET", f"/channels/{channel}/messages"))[2] == "channel_not_found"

    await ok(full, full.cy, "PUT", f"/channels/{channel}/recipients/{full.bo}")

    assert await history(full, full.bo, channel) == [(ADDED, "cy", ["bo"])]


async def test_only_who_owns_it_takes_somebody_out(full: Server) -> None:
    channel = await group(full, full.bo, full.cy)

    path = f"/channels/{channel}/recipients"
    assert await refused(full, full.bo, "DELETE", f"{path}/{full.cy}") == (403, 50013, "not_the_groups_owner")
    assert await refused(full, full.ada, "DELETE", f"{path}/{child(full, 0)}") == (
        404,
        10013,
        "recipient_not_found",
    )
    await ok(full, full.ada, "DELETE", f"{path}/{full.cy}")

    [gone] = heard(full, "CHANNEL_DELETE")
    assert [one.username for one in gone.recipients] == ["ada", "bo"]
    [change] = heard(full, "CHANNEL_RECIPIENT_REMOVE")
    assert change.user.username == "cy"
    assert await history(full, full.bo, channel) == [(REMOVED, "ada", ["cy"])]
    assert await listed(full, full.cy) == []


@pytest.mark.parametrize("how", ["DELETE channel", "DELETE oneself"])
async def test_whoever_has_been_in_it_longest_owns_it_when_the_owner_leaves(full: Server, how: str) -> None:
    channel = await group(full, full.cy, full.bo)
    await ok(full, full.cy, "PUT", f"/channels/{channel}/recipients/{child(full, 0)}")
    full.heard.clear()

    path = f"/channels/{channel}" + ("" if how == "DELETE channel" else f"/recipients/{full.ada}")
    await ok(full, full.ada, "DELETE", path)

    seen = await ok(full, full.bo, "GET", f"/channels/{channel}")
    assert seen["owner_id"] == str(min(full.bo, full.cy))
    assert {event.owner_id for event in heard(full, "CHANNEL_UPDATE")} == {seen["owner_id"]}
    assert len(heard(full, "CHANNEL_UPDATE")) == 3
    assert (await history(full, full.bo, channel))[-1] == (REMOVED, "ada", ["ada"])


async def test_it_ends_with_the_last_one(full: Server) -> None:
    channel = await group(full, full.bo, full.cy)
    await write(full, full.ada, channel)
    for who in (full.ada, full.bo, full.cy):
        await ok(full, who, "DELETE", f"/channels/{channel}")

    async with full.database.read() as reader:
        for table, column in (
            ("channel", "id"),
            ("conversation", "channel_id"),
            ("recipient", "channel_id"),
            ("message", "channel_id"),
        ):
            sql = f"SELECT count(*) FROM {table} WHERE {column} = {channel}"
            assert list(await reader._connection.thread.execute_fetchall(sql)) == [(0,)], table


async def test_anybody_in_it_can_name_it(full: Server) -> None:
    channel = await group(full, full.bo, full.cy)

    seen = await ok(full, full.bo, "PATCH", f"/channels/{channel}", json={"name": "  Cousins  "})

    assert seen["name"] == "Cousins"
    assert [event.name for event in heard(full, "CHANNEL_UPDATE")] == ["Cousins"] * 3
    [message] = await ok(full, full.cy, "GET", f"/channels/{channel}/messages")
    assert (message["type"], message["author"]["username"], message["content"]) == (RENAMED, "bo", "Cousins")
    full.heard.clear()
    for change in ({"name": "Cousins"}, {}, {"topic": None}):
        await ok(full, full.bo, "PATCH", f"/channels/{channel}", json=change)
    assert full.heard == []
    assert (await ok(full, full.cy, "PATCH", f"/channels/{channel}", json={"name": ""}))["name"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"name": "x" * 101},
        {"name": "\u202e"},
        {"name": 5},
        {"topic": "x"},
        {"parent_id": "5"},
        {"position": 1},
        {"permission_overwrites": []},
        {"user_limit": 5},
        {"rate_limit_per_user": 5},
        {"type": 0},
        {"icon": "x", "nsfw": True},
    ],
)
async def test_a_group_has_a_name_and_nothing_else_to_set(full: Server, change: Any) -> None:
    channel = await group(full, full.bo, full.cy)

    status, code, _ = await refused(full, full.ada, "PATCH", f"/channels/{channel}", json=change)

    assert (status, code) == (400, 50035)


async def test_a_block_between_two_of_a_group_keeps_neither_from_writing(full: Server) -> None:
    channel = await group(full, full.bo, full.cy)
    await block(full, full.bo, full.cy)

    await write(full, full.bo, channel, "one")
    await write(full, full.cy, channel, "two")

    assert await history(full, full.bo, channel) == ["one", "two"]


async def test_no_bot_is_in_a_group_and_none_makes_one(full: Server) -> None:
    made = await full.request(
        full.ada, "POST", f"/api/hearth/v1/guilds/{full.guild}/bots", json={"name": "helper"}
    )
    bot, headers = made.json()["id"], {"Authorization": f"Bot {made.json()['token']}"}
    channel = await group(full, full.bo, full.cy)
    no_bots = (403, 20001, "no_bots_in_groups")

    assert await refused(full, full.ada, "PUT", f"/channels/{channel}/recipients/{bot}") == no_bots
    body = {"recipients": [bot, str(full.bo)]}
    assert await refused(full, full.ada, "POST", LIST, json=body) == no_bots
    body = {"recipients": [str(full.ada), str(full.bo)]}
    assert await refused(full, None, "POST", LIST, json=body, headers=headers) == no_bots


async def test_the_list_says_what_happened_last_to_a_group(full: Server) -> None:
    channel = await group(full, full.bo, child(full, 1))
    await ok(full, full.ada, "PUT", f"/channels/{channel}/recipients/{full.cy}")

    async def last(who: AccountId) -> Any:
        return (await ok(full, who, "GET", LIST))[0]["hearth_last_message"]

    added = await last(full.cy)
    assert (added["type"], added["author_id"], added["content"]) == (ADDED, str(full.ada), "")
    await write(full, full.bo, channel, "after")
    assert (await last(full.cy))["content"] == "after"
