"""What is in no guild, on the gateway: conversations reach their recipients, friends see each other, a block parts people."""

from typing import Any

import pytest

from appliance.events import ConversationChanged
from appliance.ids import AccountId, ChannelId
from appliance.messages.events import MessageDeleted, TypingStarted
from tests.integration.gateway.conftest import Box, Client

pytestmark = pytest.mark.anyio

RELATIONSHIPS = "/users/@me/relationships"
FRIEND, BLOCKED = 1, 2


async def conversation(box: Box, *recipients: AccountId) -> ChannelId:
    """A group that is in the database, and of which nobody has been told."""
    async with box.database.transaction() as tx:
        channel_id = ChannelId(tx.new_id())
        await tx.run(
            "INSERT INTO channel (id, guild_id, type, name, position) VALUES (:id, NULL, 3, '', 0)",
            id=channel_id,
        )
        await tx.run(
            "INSERT INTO conversation (channel_id, owner_id) VALUES (:id, :owner)",
            id=channel_id, owner=recipients[0],
        )  # fmt: skip
        for account in recipients:
            await add(tx, channel_id, account)
    return channel_id


async def add(tx: Any, channel_id: ChannelId, account: AccountId) -> None:
    await tx.run(
        "INSERT INTO recipient (channel_id, account_id, joined_at) VALUES (:channel, :account, :now)",
        channel=channel_id, account=account, now=tx.now,
    )  # fmt: skip


def deleted(channel_id: ChannelId, number: int) -> MessageDeleted:
    """As plain an event of a channel as there is."""
    gone: Any = {"id": str(number), "channel_id": str(channel_id)}
    return MessageDeleted(guild_id=None, channel_id=channel_id, payload=gone)


def typing(channel_id: ChannelId, actor: AccountId) -> TypingStarted:
    payload: Any = {"channel_id": str(channel_id), "user_id": str(actor)}
    return TypingStarted(guild_id=None, channel_id=channel_id, actor_id=actor, payload=payload)


async def heard(client: Client) -> str:
    gone = await client.until("MESSAGE_DELETE")
    assert "guild_id" not in gone
    return str(gone["id"])


async def befriend(box: Box, one: AccountId, other: AccountId, name: str, back: str) -> None:
    for who, whom in ((one, back), (other, name)):
        asked = await box.request(who, "POST", RELATIONSHIPS, json={"username": whom})
        assert asked.status_code == 204, asked.text


async def test_what_happens_in_a_conversation_is_heard_by_its_recipients_only(box: Box) -> None:
    channel = await conversation(box, box.ada, box.cy)
    ada, bo, cy = [await box.online(one) for one in (box.ada, box.bo, box.cy)]

    box.bus.publish([deleted(channel, 1), deleted(channel, 2)])

    assert [await heard(ada), await heard(ada)] == ["1", "2"]
    assert [await heard(cy), await heard(cy)] == ["1", "2"]
    await box.says(box.ada, "in the guild")
    await bo.until("MESSAGE_CREATE")
    assert "MESSAGE_DELETE" not in {frame["t"] for frame in bo.frames}


async def test_recipients_come_and_go_in_the_order_of_the_commits(box: Box) -> None:
    channel = await conversation(box, box.ada, box.cy)
    ada, bo, cy = [await box.online(one) for one in (box.ada, box.bo, box.cy)]
    async with box.database.transaction() as tx:
        tx.emit(deleted(channel, 1))
    async with box.database.transaction() as tx:
        await add(tx, channel, box.bo)
        await tx.run(
            "DELETE FROM recipient WHERE channel_id = :channel AND account_id = :account",
            channel=channel, account=box.cy,
        )  # fmt: skip
        tx.emit(ConversationChanged(channel_id=channel, account_ids=frozenset({box.bo, box.cy})))
        tx.emit(deleted(channel, 2))

    assert [await heard(ada), await heard(ada)] == ["1", "2"]
    assert await heard(bo) == "2"
    assert await heard(cy) == "1"
    await cy.nothing()


async def test_what_was_missed_is_told_to_those_who_are_still_recipients(box: Box) -> None:
    channel = await conversation(box, box.ada, box.cy)
    ada, cy = [await box.online(one) for one in (box.ada, box.cy)]
    box.bus.publish([deleted(channel, 1)])
    assert [await heard(ada), await heard(cy)] == ["1", "1"]
    for client in (ada, cy):
        client.cut()

    box.bus.publish([deleted(channel, 2)])
    async with box.database.transaction() as tx:
        await tx.run("DELETE FROM recipient WHERE account_id = :account", account=box.cy)
        tx.emit(ConversationChanged(channel_id=channel, account_ids=frozenset({box.cy})))

    for client in (ada, cy):
        await client.connect()
        await client.resume()
    assert await heard(ada) == "2"
    assert await cy.next_event() == "RESUMED"


async def test_a_bot_hears_a_conversation_by_the_intents_of_conversations(box: Box) -> None:
    bot_id, deaf = await box.bot()
    channel = await conversation(box, box.ada, AccountId(int(bot_id)))
    await deaf.identify(intents=1 << 9)
    listening = box.client_of(box.bo)
    listening.token = deaf.token
    await (await listening.connect()).identify(intents=1 << 12)

    box.bus.publish([deleted(channel, 1)])

    assert await heard(listening) == "1"
    await deaf.nothing()


@pytest.mark.parametrize("blocker", ["ada", "bo"])
async def test_between_whom_there_is_a_block_typing_is_not_seen(box: Box, blocker: str) -> None:
    channel = await conversation(box, box.ada, box.bo, box.cy)
    who, whom = (box.ada, box.bo) if blocker == "ada" else (box.bo, box.ada)
    bo, cy = [await box.online(one) for one in (box.bo, box.cy)]
    await box.online(box.ada)
    blocked = await box.request(who, "PUT", f"{RELATIONSHIPS}/{whom}", json={"type": BLOCKED})
    assert blocked.status_code == 204, blocked.text

    box.bus.publish([typing(channel, box.ada)])
    await box.request(box.ada, "POST", f"/channels/{box.general}/typing")
    box.bus.publish([deleted(channel, 1)])

    assert (await cy.until("TYPING_START"))["user_id"] == str(box.ada)
    await heard(bo)
    assert "TYPING_START" not in {frame["t"] for frame in bo.frames}


async def test_between_whom_there_is_a_block_nobody_is_seen_to_be_here(box: Box) -> None:
    ada, bo = [await box.online(one) for one in (box.ada, box.bo)]
    await box.request(box.ada, "PUT", f"{RELATIONSHIPS}/{box.bo}", json={"type": BLOCKED})

    # As if the other had gone, in the guild that both are in.
    for client, other in ((ada, box.bo), (bo, box.ada)):
        while (gone := await client.until("PRESENCE_UPDATE"))["status"] != "offline":
            pass
        assert (gone["user"]["id"], gone["guild_id"]) == (str(other), str(box.guild))
    fresh = await (await box.client_of(box.bo).connect()).identify()
    assert str(box.ada) not in {one["user"]["id"] for one in fresh["guilds"][0]["presences"]}
    await bo.say(3, {"status": "dnd", "since": None, "activities": [], "afk": False})
    await ada.nothing()

    await box.request(box.ada, "DELETE", f"{RELATIONSHIPS}/{box.bo}")

    assert (await ada.until("PRESENCE_UPDATE"))["status"] == "dnd"
    while (came := await bo.until("PRESENCE_UPDATE"))["user"]["id"] == str(box.bo):
        pass
    assert (came["user"]["id"], came["status"]) == (str(box.ada), "online")


async def test_friends_who_share_no_guild_see_each_other(box: Box) -> None:
    ada = await box.online(box.ada)
    await befriend(box, box.ada, box.cy, "ada", "cy")
    assert (await ada.until("RELATIONSHIP_ADD"))["user"]["username"] == "cy"

    cy = await box.client_of(box.cy).connect()
    ready = await cy.identify()

    assert [(one["id"], one["type"]) for one in ready["relationships"]] == [(str(box.ada), FRIEND)]
    assert [(one["user"]["id"], one["status"]) for one in ready["presences"]] == [(str(box.ada), "online")]
    while (came := await ada.until("PRESENCE_UPDATE"))["status"] != "online":
        pass
    assert came["user"]["id"] == str(box.cy)
    assert "guild_id" not in came
