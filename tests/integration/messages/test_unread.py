"""What was deleted, or mentions somebody no longer, is unread for nobody: without a reload."""

from typing import Any

import pytest

from appliance.ids import AccountId
from appliance.messages.reading import read_states
from tests.integration.chat import heard, member_with, ok, said
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


def messages(server: Server) -> str:
    return f"/channels/{server.general}/messages"


async def mentions(server: Server, who: AccountId) -> int:
    async with server.database.read() as reader:
        [state] = await read_states(reader, server.messages.read_cursors, who)
    return state.mention_count


def recounts(server: Server) -> list[tuple[frozenset[AccountId], int]]:
    """Who was told which number of mentions."""
    acks: list[Any] = [event for event in server.heard if getattr(event, "name", "") == "MESSAGE_ACK"]
    return [(ack.account_ids, ack.payload.mention_count) for ack in acks]


async def test_a_deletion_says_what_is_the_last_message_now(server: Server) -> None:
    first, second, third = [await said(server, server.ada) for _ in range(3)]
    server.heard.clear()

    for gone in (second, third, first):
        await ok(server, server.ada, "DELETE", f"{messages(server)}/{gone['id']}")

    told = [gone.hearth_last_message_id for gone in heard(server, "MESSAGE_DELETE")]
    assert told == [third["id"], first["id"], None]


async def test_the_deletion_of_many_says_so_too(server: Server) -> None:
    kept, *gone = [await said(server, server.ada, f"for <@{server.bo}>") for _ in range(4)]
    server.heard.clear()

    body = {"messages": [message["id"] for message in gone]}
    await ok(server, server.ada, "POST", f"{messages(server)}/bulk-delete", json=body)

    [told] = heard(server, "MESSAGE_DELETE_BULK")
    assert told.hearth_last_message_id == kept["id"]
    assert recounts(server) == [(frozenset({server.bo}), 1)]
    assert await mentions(server, server.bo) == 1


async def test_a_mention_that_is_deleted_or_edited_away_is_counted_no_more(server: Server) -> None:
    first, second = [await said(server, server.ada, f"for <@{server.bo}>") for _ in range(2)]
    server.heard.clear()

    await ok(server, server.ada, "PATCH", f"{messages(server)}/{first['id']}", json={"content": "for nobody"})
    await ok(server, server.ada, "DELETE", f"{messages(server)}/{second['id']}")

    bo = frozenset({server.bo})
    assert recounts(server) == [(bo, 1), (bo, 0)]
    assert await mentions(server, server.bo) == 0
    assert all(ack.message_id < first["id"] for ack in heard(server, "MESSAGE_ACK"))


@pytest.mark.parametrize("how", ["everyone", "role", "answer"])
async def test_so_is_one_that_came_in_another_way(server: Server, how: str) -> None:
    dee = await member_with(server, "dee", 0, mentionable=True)
    roles = await ok(server, server.ada, "GET", f"/guilds/{server.guild}/roles")
    mine = next(role["id"] for role in roles if role["id"] != str(server.guild))
    asked = await said(server, dee)
    more: dict[str, Any] = {"message_reference": {"message_id": asked["id"]}} if how == "answer" else {}
    content = {"everyone": "@everyone", "role": f"<@&{mine}>", "answer": "yes"}[how]
    message = await said(server, server.ada, content, **more)
    assert await mentions(server, dee) == 1
    server.heard.clear()

    await ok(server, server.ada, "DELETE", f"{messages(server)}/{message['id']}")

    assert (frozenset({dee}), 0) in recounts(server)


async def test_nobody_hears_of_what_they_had_read_or_cannot_see(server: Server) -> None:
    dee = await member_with(server, "dee", 0)
    message = await said(server, server.ada, f"for <@{server.bo}> and <@{dee}>")
    await ok(server, server.bo, "POST", f"{messages(server)}/{message['id']}/ack")
    await ok(
        server,
        server.ada,
        "PUT",
        f"/channels/{server.general}/permissions/{dee}",
        json={"type": 1, "deny": "1024"},
    )
    server.heard.clear()

    await ok(server, server.ada, "DELETE", f"{messages(server)}/{message['id']}")

    assert recounts(server) == []
