"""The mentions inbox, and reading many channels at once."""

from typing import Any

import pytest

from appliance.access.permissions import Permission
from appliance.ids import AccountId
from appliance.messages.inbox import KEPT_MS
from tests.integration.chat import give, group, heard, ok, recipient, refused, relate, role, said
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

P = Permission


async def inbox(server: Server, who: AccountId | None = None, **params: Any) -> list[str]:
    page = await ok(server, who or server.bo, "GET", "/users/@me/mentions", params=params)
    return [message["content"] for message in page]


async def test_what_names_one_is_in_it_newest_first(server: Server) -> None:
    cooks = await role(server, mentionable=True)
    await give(server, server.bo, cooks["id"])
    mine = await said(server, server.bo, "Who cooks?")
    named = f"<@{server.bo}> you"
    called = f"<@&{cooks['id']}> soup"
    await said(server, server.ada, named)
    await said(server, server.ada, "nobody in particular")
    await said(server, server.ada, called)
    await said(server, server.ada, "@everyone food")
    await said(server, server.ada, "an answer", message_reference={"message_id": mine["id"]})
    await said(server, server.bo, f"<@{server.bo}> to myself")

    assert await inbox(server) == ["an answer", "@everyone food", called, named]
    assert await inbox(server, roles="false") == ["an answer", "@everyone food", named]
    assert await inbox(server, everyone="false") == ["an answer", called, named]
    assert await inbox(server, roles="false", everyone="false") == ["an answer", named]
    assert await inbox(server, guild_id=server.guild, limit=1) == ["an answer"]
    assert await inbox(server, guild_id=5) == []


async def test_pages_meet(server: Server) -> None:
    for number in range(5):
        await said(server, server.ada, f"<@{server.bo}> {number}")

    page = await ok(server, server.bo, "GET", "/users/@me/mentions", params={"limit": 2})
    rest = await inbox(server, before=page[-1]["id"])

    assert [one["content"][-1] for one in page] + [one[-1] for one in rest] == ["4", "3", "2", "1", "0"]
    assert (await refused(server, server.bo, "GET", "/users/@me/mentions", params={"limit": 101}))[0] == 400


async def test_only_what_one_may_read_now(server: Server) -> None:
    await said(server, server.ada, f"<@{server.bo}> here")
    hide = {"type": 0, "allow": "0"}
    channel = f"/channels/{server.general}/permissions/{server.guild}"

    for deny in (P.VIEW_CHANNEL, P.READ_MESSAGE_HISTORY):
        await ok(server, server.ada, "PUT", channel, json={**hide, "deny": str(int(deny))})
        assert await inbox(server) == []

    await ok(server, server.ada, "PUT", channel, json={**hide, "deny": "0"})
    assert len(await inbox(server)) == 1
    await ok(server, server.bo, "DELETE", f"/users/@me/guilds/{server.guild}")
    assert await inbox(server) == []


async def test_a_week_is_kept_and_the_blocked_are_left_out(server: Server) -> None:
    message = await said(server, server.ada, f"<@{server.bo}> old")
    async with server.database.transaction() as tx:
        shift = KEPT_MS << 22
        await tx.run("PRAGMA defer_foreign_keys = ON")
        await tx.run("UPDATE message SET id = id - :by WHERE id = :id", by=shift, id=int(message["id"]))
        await tx.run("UPDATE mention SET message_id = message_id - :by", by=shift)
    await said(server, server.ada, f"<@{server.bo}> new")

    assert await inbox(server) == [f"<@{server.bo}> new"]

    async with server.database.transaction() as tx:
        await relate(tx, server.bo, server.ada, 2)
    assert await inbox(server) == []


async def test_of_a_group_only_what_was_written_since_one_came(server: Server) -> None:
    async with server.database.transaction() as tx:
        channel = await group(tx, server.ada, server.bo)
    path = f"/channels/{channel}/messages"
    await ok(server, server.ada, "POST", path, json={"content": f"<@{server.bo}> before"})
    async with server.database.transaction() as tx:
        await tx.run("DELETE FROM recipient WHERE account_id = :id", id=server.bo)
        await recipient(tx, channel, server.bo, tx.new_id())
    await ok(server, server.ada, "POST", path, json={"content": f"<@{server.bo}> after"})
    await ok(server, server.ada, "POST", path, json={"content": "no name in it"})

    assert await inbox(server) == [f"<@{server.bo}> after"]


async def test_many_channels_are_read_at_once(server: Server) -> None:
    made = await ok(server, server.ada, "POST", f"/guilds/{server.guild}/channels", json={"name": "attic"})
    messages = []
    for channel in (server.general, made["id"]):
        body = {"content": f"<@{server.bo}> look"}
        messages.append(await ok(server, server.ada, "POST", f"/channels/{channel}/messages", json=body))
    server.heard.clear()

    states = [{"channel_id": one["channel_id"], "message_id": one["id"]} for one in messages]
    unknown = {"channel_id": "5", "message_id": "6", "read_state_type": 0}
    await ok(server, server.bo, "POST", "/read-states/ack-bulk", json={"read_states": [*states, unknown]})

    acked = [(one.channel_id, one.message_id, one.mention_count) for one in heard(server, "MESSAGE_ACK")]
    assert acked == [(one["channel_id"], one["id"], 0) for one in messages]


@pytest.mark.parametrize(
    "states",
    [
        [],
        [{"channel_id": str(1000 + number), "message_id": "1"} for number in range(101)],
        [{"channel_id": "x", "message_id": "1"}],
        [{"channel_id": "1", "message_id": "1", "read_state_type": 2}],
    ],
)
async def test_what_cannot_be_read_is_refused(server: Server, states: list[Any]) -> None:
    answer = await refused(server, server.bo, "POST", "/read-states/ack-bulk", json={"read_states": states})

    assert answer == (400, 50035, "invalid_form")
