"""Pins: both of the public API's paths, who may, what others hear, and the list by pages."""

from typing import Any

import pytest

from appliance.access.permissions import Permission
from appliance.ids import ChannelId
from appliance.messages import pins
from tests.integration.chat import group, heard, member_with, ok, pair, recipient, refused, said
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

P = Permission
PATHS = ("pins", "messages/pins")


async def listed(server: Server, channel: ChannelId | None = None, **more: Any) -> list[str]:
    page = await ok(server, server.ada, "GET", f"/channels/{channel or server.general}/messages/pins", **more)
    return [one["message"]["content"] for one in page["items"]]


@pytest.mark.parametrize("path", PATHS)
async def test_a_pin_is_told_in_three_ways_and_listed(server: Server, path: str) -> None:
    message = await said(server, server.bo, "The key is under the pot")
    server.heard.clear()

    await ok(server, server.ada, "PUT", f"/channels/{server.general}/{path}/{message['id']}")

    [update] = heard(server, "MESSAGE_UPDATE")
    assert (update.id, update.pinned, update.content) == (message["id"], True, message["content"])
    assert update.member.joined_at
    [change] = heard(server, "CHANNEL_PINS_UPDATE")
    assert (change.channel_id, change.guild_id) == (str(server.general), str(server.guild))
    [line] = heard(server, "MESSAGE_CREATE")
    assert (line.type, line.author.id, line.content) == (6, str(server.ada), "")
    assert line.message_reference.message_id == message["id"]
    channel = await ok(server, server.ada, "GET", f"/channels/{server.general}")
    page = await ok(server, server.bo, "GET", f"/channels/{server.general}/messages/pins")
    assert not page["has_more"]
    [item] = page["items"]
    assert item["pinned_at"] == change.last_pin_timestamp == channel["last_pin_timestamp"]
    assert (item["message"]["id"], item["message"]["pinned"]) == (message["id"], True)
    assert await ok(server, server.bo, "GET", f"/channels/{server.general}/pins") == [item["message"]]
    history = await ok(server, server.bo, "GET", f"/channels/{server.general}/messages")
    assert [(one["type"], one["pinned"]) for one in history] == [(6, False), (0, True)]
    assert "referenced_message" not in history[0]
    assert history[0]["message_reference"]["message_id"] == message["id"]


@pytest.mark.parametrize("path", PATHS)
async def test_a_pin_is_taken_down(server: Server, path: str) -> None:
    message = await said(server, server.ada)
    one = f"/channels/{server.general}/{path}/{message['id']}"
    await ok(server, server.ada, "PUT", one)
    server.heard.clear()

    await ok(server, server.ada, "DELETE", one)

    [update] = heard(server, "MESSAGE_UPDATE")
    [change] = heard(server, "CHANNEL_PINS_UPDATE")
    assert (update.pinned, change.last_pin_timestamp) == (False, None)
    assert not heard(server, "MESSAGE_CREATE")
    assert await listed(server) == []


async def test_doing_it_twice_changes_and_tells_nothing(server: Server) -> None:
    message = await said(server, server.ada)
    one = f"/channels/{server.general}/messages/pins/{message['id']}"
    for method in ("PUT", "DELETE"):
        await ok(server, server.ada, method, one)
        server.heard.clear()
        await ok(server, server.ada, method, one)
        assert server.heard == []


async def test_the_newest_pin_comes_first_and_pages_meet(server: Server) -> None:
    messages = [await said(server, server.ada, f"No. {number}") for number in range(5)]
    # All within one millisecond or two: the moments are different all the same.
    for number in (3, 0, 4, 1, 2):
        await ok(
            server, server.ada, "PUT", f"/channels/{server.general}/messages/pins/{messages[number]['id']}"
        )

    path = f"/channels/{server.general}/messages/pins"
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 2}
    for more in (True, True, False):
        page = await ok(server, server.ada, "GET", path, params=params)
        seen += [one["message"]["content"] for one in page["items"]]
        params["before"] = page["items"][-1]["pinned_at"]
        assert page["has_more"] is more

    assert seen == ["No. 2", "No. 1", "No. 4", "No. 0", "No. 3"]
    assert (await refused(server, server.ada, "GET", path, params={"before": "soon"}))[2] == "invalid_form"
    assert (await refused(server, server.ada, "GET", path, params={"limit": 51}))[0] == 400


@pytest.mark.parametrize(
    ("permission", "may"), [(P.PIN_MESSAGES, True), (P.MANAGE_MESSAGES, True), (P.MANAGE_CHANNELS, False)]
)
async def test_either_of_two_permissions_allows_it(server: Server, permission: Permission, may: bool) -> None:
    dee = await member_with(server, "dee", int(permission))
    message = await said(server, server.ada)

    reply = await server.request(dee, "PUT", f"/channels/{server.general}/pins/{message['id']}")

    assert reply.status_code == (204 if may else 403)
    assert await listed(server) == (["Soup?"] if may else [])


async def test_a_pin_goes_with_its_message_and_with_no_more_history_nobody_sees_it(server: Server) -> None:
    kept, gone = await said(server, server.ada, "kept"), await said(server, server.ada, "gone")
    for message in (kept, gone):
        await ok(server, server.ada, "PUT", f"/channels/{server.general}/pins/{message['id']}")

    await ok(server, server.ada, "DELETE", f"/channels/{server.general}/messages/{gone['id']}")

    assert await listed(server) == ["kept"]
    everyone = {"permissions": str(int(P.VIEW_CHANNEL))}
    await ok(server, server.ada, "PATCH", f"/guilds/{server.guild}/roles/{server.guild}", json=everyone)
    path = f"/channels/{server.general}/messages/pins"
    assert await ok(server, server.bo, "GET", path) == {"items": [], "has_more": False}


async def test_a_line_about_a_pin_is_not_pinned_but_can_be_deleted(server: Server) -> None:
    message = await said(server, server.ada)
    await ok(server, server.ada, "PUT", f"/channels/{server.general}/pins/{message['id']}")
    [line] = heard(server, "MESSAGE_CREATE")[-1:]

    assert (await refused(server, server.ada, "PUT", f"/channels/{server.general}/pins/{line.id}"))[
        1
    ] == 50021
    assert (await refused(server, server.ada, "PUT", f"/channels/{server.general}/pins/{5}"))[1] == 10008
    await ok(server, server.ada, "DELETE", f"/channels/{server.general}/messages/{line.id}")


async def test_there_are_at_most_so_many(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "MOST", 2)
    messages = [await said(server, server.ada, f"No. {number}") for number in range(3)]
    one, two, three = (f"/channels/{server.general}/pins/{message['id']}" for message in messages)
    await ok(server, server.ada, "PUT", one)
    await ok(server, server.ada, "PUT", two)

    assert await refused(server, server.ada, "PUT", three) == (400, 30003, "too_many_pins")
    await ok(server, server.ada, "DELETE", one)
    await ok(server, server.ada, "PUT", three)
    assert await listed(server) == ["No. 2", "No. 1"]


async def test_in_conversations_everybody_may_pin(server: Server) -> None:
    async with server.database.transaction() as tx:
        channel = await pair(tx, server.ada, server.bo)
    message = await ok(server, server.ada, "POST", f"/channels/{channel}/messages", json={"content": "Ours"})
    server.heard.clear()

    await ok(server, server.bo, "PUT", f"/channels/{channel}/messages/pins/{message['id']}")

    [change] = heard(server, "CHANNEL_PINS_UPDATE")
    [line] = heard(server, "MESSAGE_CREATE")
    assert not change.guild_id
    assert (line.type, line.channel_type) == (6, 1)
    assert await listed(server, channel) == ["Ours"]


async def test_who_came_into_a_group_later_hears_and_sees_nothing_of_older_pins(server: Server) -> None:
    async with server.database.transaction() as tx:
        channel = await group(tx, server.ada, server.bo)
    message = await ok(server, server.ada, "POST", f"/channels/{channel}/messages", json={"content": "Old"})
    async with server.database.transaction() as tx:
        await recipient(tx, channel, server.cy, tx.new_id())
    server.heard.clear()

    await ok(server, server.ada, "PUT", f"/channels/{channel}/pins/{message['id']}")

    [update] = [one for one in server.heard if getattr(one, "name", "") == "MESSAGE_UPDATE"]
    assert update.account_ids == {server.ada, server.bo}  # type: ignore[attr-defined]  # a PeopleEvent
    assert await ok(server, server.cy, "GET", f"/channels/{channel}/pins") == []
    assert (await refused(server, server.cy, "DELETE", f"/channels/{channel}/pins/{message['id']}"))[
        1
    ] == 10008
