"""What was deleted, or mentions somebody no longer, is unread for nobody: without a reload."""

from typing import Any

import pytest

from appliance.ids import AccountId
from appliance.messages.reading import read_states
from tests.integration.chat import heard, member_with, ok, said
from tests.integration.conftest import House

pytestmark = pytest.mark.anyio


def messages(house: House) -> str:
    return f"/channels/{house.general}/messages"


async def mentions(house: House, who: AccountId) -> int:
    async with house.database.read() as reader:
        [state] = await read_states(reader, house.messages.read_cursors, who)
    return state.mention_count


def recounts(house: House) -> list[tuple[frozenset[AccountId], int]]:
    """Who was told which number of mentions."""
    acks: list[Any] = [event for event in house.heard if getattr(event, "name", "") == "MESSAGE_ACK"]
    return [(ack.account_ids, ack.payload.mention_count) for ack in acks]


async def test_a_deletion_says_what_is_the_last_message_now(house: House) -> None:
    first, second, third = [await said(house, house.ada) for _ in range(3)]
    house.heard.clear()

    for gone in (second, third, first):
        await ok(house, house.ada, "DELETE", f"{messages(house)}/{gone['id']}")

    told = [gone.hearth_last_message_id for gone in heard(house, "MESSAGE_DELETE")]
    assert told == [third["id"], first["id"], None]


async def test_the_deletion_of_many_says_so_too(house: House) -> None:
    kept, *gone = [await said(house, house.ada, f"for <@{house.bo}>") for _ in range(4)]
    house.heard.clear()

    body = {"messages": [message["id"] for message in gone]}
    await ok(house, house.ada, "POST", f"{messages(house)}/bulk-delete", json=body)

    [told] = heard(house, "MESSAGE_DELETE_BULK")
    assert told.hearth_last_message_id == kept["id"]
    assert recounts(house) == [(frozenset({house.bo}), 1)]
    assert await mentions(house, house.bo) == 1


async def test_a_mention_that_is_deleted_or_edited_away_is_counted_no_more(house: House) -> None:
    first, second = [await said(house, house.ada, f"for <@{house.bo}>") for _ in range(2)]
    house.heard.clear()

    await ok(house, house.ada, "PATCH", f"{messages(house)}/{first['id']}", json={"content": "for nobody"})
    await ok(house, house.ada, "DELETE", f"{messages(house)}/{second['id']}")

    bo = frozenset({house.bo})
    assert recounts(house) == [(bo, 1), (bo, 0)]
    assert await mentions(house, house.bo) == 0
    assert all(ack.message_id < first["id"] for ack in heard(house, "MESSAGE_ACK"))


@pytest.mark.parametrize("how", ["everyone", "role", "answer"])
async def test_so_is_one_that_came_in_another_way(house: House, how: str) -> None:
    dee = await member_with(house, "dee", 0, mentionable=True)
    roles = await ok(house, house.ada, "GET", f"/guilds/{house.guild}/roles")
    mine = next(role["id"] for role in roles if role["id"] != str(house.guild))
    asked = await said(house, dee)
    more: dict[str, Any] = {"message_reference": {"message_id": asked["id"]}} if how == "answer" else {}
    content = {"everyone": "@everyone", "role": f"<@&{mine}>", "answer": "yes"}[how]
    message = await said(house, house.ada, content, **more)
    assert await mentions(house, dee) == 1
    house.heard.clear()

    await ok(house, house.ada, "DELETE", f"{messages(house)}/{message['id']}")

    assert (frozenset({dee}), 0) in recounts(house)


async def test_nobody_hears_of_what_they_had_read_or_cannot_see(house: House) -> None:
    dee = await member_with(house, "dee", 0)
    message = await said(house, house.ada, f"for <@{house.bo}> and <@{dee}>")
    await ok(house, house.bo, "POST", f"{messages(house)}/{message['id']}/ack")
    await ok(
        house,
        house.ada,
        "PUT",
        f"/channels/{house.general}/permissions/{dee}",
        json={"type": 1, "deny": "1024"},
    )
    house.heard.clear()

    await ok(house, house.ada, "DELETE", f"{messages(house)}/{message['id']}")

    assert recounts(house) == []
