"""Messages in direct messages and groups: who reads what, what is unread, and what others hear of it."""

from typing import Any

import msgspec
import pytest

from appliance.channels.events import ConversationOpened
from appliance.ids import AccountId, ChannelId
from appliance.messages import system
from appliance.messages.events import MessageCreated, MessageUpdated, OldMessageUpdated, TypingStarted
from appliance.messages.model import NAME_CHANGED, RECIPIENT_ADDED, RECIPIENT_REMOVED
from appliance.messages.reading import read_states
from appliance.messages.state import MessageState
from tests.integration import chat
from tests.integration.chat import heard, kinds, ok, refused
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

BLOCKED = 2


@pytest.fixture
async def pair(server: Server) -> ChannelId:
    """Ada's and Bo's direct message."""
    async with server.database.transaction() as tx:
        return await chat.pair(tx, server.ada, server.bo)


@pytest.fixture
async def group(server: Server) -> ChannelId:
    """Ada's group with Bo and Cy, who shares no space with them."""
    async with server.database.transaction() as tx:
        return await chat.group(tx, server.ada, server.bo, server.cy)


async def say(server: Server, who: AccountId, channel: ChannelId, content: str = "Soup?", **more: Any) -> Any:
    return await ok(server, who, "POST", f"/channels/{channel}/messages", json={"content": content, **more})


async def history(server: Server, who: AccountId, channel: ChannelId, query: str = "") -> list[str]:
    page = await ok(server, who, "GET", f"/channels/{channel}/messages{query}")
    return [message["content"] for message in page]


async def unread(server: Server, who: AccountId, channel: ChannelId) -> int:
    async with server.database.read() as reader:
        states = await read_states(reader, server.messages.read_cursors, who, visible=())
    [count] = [state.mention_count for state in states if state.id == str(channel)]
    return count


async def comes_later(server: Server, channel: ChannelId, name: str = "dora") -> AccountId:
    """Somebody who comes into a group now, and reads only what is written from now on."""
    account = await server.account(name)
    async with server.database.transaction() as tx:
        await chat.recipient(tx, channel, account, since=tx.new_id())
    return account


async def block(server: Server, one: AccountId, other: AccountId) -> None:
    async with server.database.transaction() as tx:
        await chat.relate(tx, one, other, BLOCKED)


async def close(server: Server, channel: ChannelId, account: AccountId) -> None:
    async with server.database.transaction() as tx:
        await tx.run(
            "UPDATE recipient SET is_open = 0 WHERE channel_id = :channel AND account_id = :account",
            channel=channel, account=account,
        )  # fmt: skip


def on_the_wire(event: Any) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(event.payload))
    return decoded


async def test_both_write_and_read_and_nobody_else(server: Server, pair: ChannelId) -> None:
    server.heard.clear()
    message = await say(server, server.ada, pair, "Are you up?")
    await say(server, server.bo, pair, "I am.")

    assert "guild_id" not in message
    assert [await history(server, who, pair) for who in (server.ada, server.bo)] == [
        ["I am.", "Are you up?"]
    ] * 2
    for method, rest in (
        ("GET", ""),
        ("GET", f"/{message['id']}"),
        ("POST", ""),
        ("PATCH", f"/{message['id']}"),
        ("DELETE", f"/{message['id']}"),
        ("PUT", f"/{message['id']}/reactions/🍲/@me"),
        ("POST", f"/{message['id']}/ack"),
    ):
        more = {} if method in {"GET", "DELETE", "PUT"} else {"json": {"content": "me too"}}
        path = f"/channels/{pair}/messages{rest}"
        assert await refused(server, server.cy, method, path, **more) == (404, 10003, "channel_not_found")


async def test_an_event_of_a_conversation_names_no_guild_and_no_member(
    server: Server, pair: ChannelId
) -> None:
    server.heard.clear()
    message = await say(server, server.ada, pair)
    path = f"/channels/{pair}/messages/{message['id']}"
    await ok(server, server.ada, "PATCH", path, json={"content": "Tea?"})
    await ok(server, server.bo, "PUT", f"{path}/reactions/🍲/@me")
    await ok(server, server.bo, "DELETE", f"{path}/reactions/🍲/@me")
    await ok(server, server.bo, "POST", f"/channels/{pair}/typing")
    await ok(server, server.ada, "DELETE", path)

    of_the_pair = [event for event in server.heard if hasattr(event, "guild_id")]
    assert [event.name for event in of_the_pair] == [  # type: ignore[attr-defined]  # each has one
        "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE", "TYPING_START",
        "MESSAGE_DELETE",
    ]  # fmt: skip
    assert all(event.guild_id is None and event.channel_id == pair for event in of_the_pair)  # type: ignore[attr-defined]
    assert all(not {"guild_id", "member"} & on_the_wire(event).keys() for event in of_the_pair)
    assert on_the_wire(of_the_pair[0])["channel_type"] == 1
    [typing] = [event for event in server.heard if isinstance(event, TypingStarted)]
    assert typing.actor_id == server.bo


async def test_who_comes_later_reads_nothing_from_before(server: Server, group: ChannelId) -> None:
    old = await say(server, server.ada, group, "old")
    dora = await comes_later(server, group)
    new = await say(server, server.ada, group, "new")
    await say(server, server.bo, group, "newer")

    assert await history(server, dora, group) == ["newer", "new"]
    for query in (f"?around={old['id']}", f"?after={int(old['id']) - 1}", f"?around={new['id']}"):
        assert "old" not in await history(server, dora, group, query)
    assert await history(server, dora, group, f"?before={new['id']}") == []
    assert await history(server, server.cy, group, f"?before={new['id']}") == ["old"]
    path = f"/channels/{group}/messages/{old['id']}"
    gone = (404, 10008, "message_not_found")
    assert await refused(server, dora, "GET", path) == gone
    assert await refused(server, dora, "GET", f"{path}/reactions/🍲") == gone
    assert await refused(server, dora, "PUT", f"{path}/reactions/🍲/@me") == gone
    assert await refused(server, dora, "DELETE", f"{path}/reactions/🍲/@me") == gone
    assert await refused(server, dora, "DELETE", path) == gone
    answer = {"content": "what?", "message_reference": {"message_id": old["id"]}}
    assert (await refused(server, dora, "POST", f"/channels/{group}/messages", json=answer))[0] == 400


async def test_who_comes_back_cannot_touch_what_they_wrote_before(server: Server, group: ChannelId) -> None:
    own = await say(server, server.bo, group, "mine")
    async with server.database.transaction() as tx:
        await tx.run("DELETE FROM recipient WHERE account_id = :bo", bo=server.bo)
        await chat.recipient(tx, group, server.bo, since=tx.new_id())

    path = f"/channels/{group}/messages/{own['id']}"
    assert (await refused(server, server.bo, "PATCH", path, json={"content": "x"}))[0] == 404
    assert (await refused(server, server.bo, "DELETE", path))[0] == 404
    assert await unread(server, server.bo, group) == 0


async def test_an_answer_to_something_old_does_not_show_it_to_who_came_later(
    server: Server, group: ChannelId
) -> None:
    old = await say(server, server.ada, group, "a secret")
    seen = await say(server, server.bo, group, "yes", message_reference={"message_id": old["id"]})
    dora = await comes_later(server, group)
    server.heard.clear()
    answer = await say(server, server.bo, group, "still", message_reference={"message_id": old["id"]})
    await ok(
        server, server.bo, "PATCH", f"/channels/{group}/messages/{answer['id']}", json={"content": "still so"}
    )

    assert seen["referenced_message"]["content"] == "a secret"
    assert "guild_id" not in seen["message_reference"]
    assert [type(event) for event in server.heard] == [MessageCreated, MessageUpdated]
    for event in server.heard:
        wire = on_the_wire(event)
        assert wire["message_reference"]["message_id"] == old["id"]
        assert "referenced_message" not in wire
    [shown] = await ok(server, dora, "GET", f"/channels/{group}/messages")
    assert shown["referenced_message"] is None
    whole = await ok(server, server.cy, "GET", f"/channels/{group}/messages/{answer['id']}")
    assert whole["referenced_message"]["content"] == "a secret"


async def test_an_edit_of_something_old_is_told_only_to_who_may_read_it(
    server: Server, group: ChannelId
) -> None:
    old = await say(server, server.ada, group, "a secret")
    dora = await comes_later(server, group)
    server.heard.clear()

    await ok(server, server.ada, "PATCH", f"/channels/{group}/messages/{old['id']}", json={"content": "hush"})

    [event] = server.heard
    assert isinstance(event, OldMessageUpdated)
    assert event.account_ids == {server.ada, server.bo, server.cy}
    assert dora not in event.account_ids
    assert event.name == MessageUpdated.name


async def test_a_message_reopens_a_conversation_for_those_who_closed_it(
    server: Server, pair: ChannelId
) -> None:
    await close(server, pair, server.bo)
    server.heard.clear()

    message = await say(server, server.ada, pair)
    await say(server, server.ada, pair)

    assert kinds(server) == [ConversationOpened, MessageCreated, MessageCreated]
    opened = server.heard[0]
    assert isinstance(opened, ConversationOpened)
    assert opened.account_ids == {server.bo}
    assert opened.payload.id == str(pair)
    assert opened.payload.last_message_id == message["id"]
    assert [user.username for user in opened.payload.recipients] == ["ada"]
    # Closed again, and the question has been remembered meanwhile.
    await close(server, pair, server.ada)
    await close(server, pair, server.bo)
    server.heard.clear()
    await say(server, server.bo, pair)
    assert kinds(server) == [ConversationOpened, ConversationOpened, MessageCreated]


async def test_every_message_of_another_counts_until_it_is_read(server: Server, pair: ChannelId) -> None:
    first = await say(server, server.ada, pair)
    await say(server, server.ada, pair)

    assert await unread(server, server.bo, pair) == 2
    assert await unread(server, server.ada, pair) == 0
    server.heard.clear()
    await ok(server, server.bo, "POST", f"/channels/{pair}/messages/{first['id']}/ack", json={})
    assert [ack.mention_count for ack in heard(server, "MESSAGE_ACK")] == [1]
    # As after a start, and the cursors were written meanwhile.
    await server.messages.read_cursors.save(server.database)
    server.messages = MessageState()
    assert await unread(server, server.bo, pair) == 1
    await say(server, server.bo, pair, "Yes.")
    assert await unread(server, server.bo, pair) == 0
    assert await unread(server, server.ada, pair) == 1


async def test_what_was_deleted_is_not_unread(server: Server, group: ChannelId) -> None:
    message = await say(server, server.ada, group)
    await say(server, server.ada, group)
    await ok(server, server.cy, "POST", f"/channels/{group}/messages/{MAX}/ack", json={})
    server.heard.clear()

    await ok(server, server.ada, "DELETE", f"/channels/{group}/messages/{message['id']}")

    acks = [event for event in server.heard if getattr(event, "name", "") == "MESSAGE_ACK"]
    assert [(event.account_ids, event.payload.mention_count) for event in acks] == [({server.bo}, 1)]  # type: ignore[attr-defined]


MAX = 2**63 - 1


async def test_what_was_before_ones_time_is_not_unread(server: Server, group: ChannelId) -> None:
    await say(server, server.ada, group)
    dora = await comes_later(server, group)
    assert await unread(server, dora, group) == 0

    await say(server, server.ada, group)

    assert await unread(server, dora, group) == 1
    assert await unread(server, server.bo, group) == 2


async def test_only_recipients_can_be_mentioned(server: Server, pair: ChannelId) -> None:
    message = await say(
        server, server.ada, pair, f"<@{server.bo}> <@{server.cy}> @everyone <@&{server.guild}>"
    )

    assert [user["username"] for user in message["mentions"]] == ["bo"]
    assert not message["mention_everyone"]
    assert message["mention_roles"] == []
    assert await unread(server, server.bo, pair) == 1
    answer = await say(server, server.bo, pair, "yes", message_reference={"message_id": message["id"]})
    assert [user["username"] for user in answer["mentions"]] == ["ada"]
    assert answer["referenced_message"]["id"] == message["id"]


@pytest.mark.parametrize("who_blocks", ["ada", "bo"])
async def test_between_two_of_whom_one_blocks_the_other_only_reading_is_left(
    server: Server, pair: ChannelId, who_blocks: str
) -> None:
    message = await say(server, server.ada, pair)
    await ok(server, server.bo, "PUT", f"/channels/{pair}/messages/{message['id']}/reactions/🍲/@me")
    one, other = (server.ada, server.bo) if who_blocks == "ada" else (server.bo, server.ada)
    await block(server, one, other)

    path = f"/channels/{pair}/messages"
    no = (403, 50007, "cannot_write_to_them")
    for who in (server.ada, server.bo):
        assert await refused(server, who, "POST", path, json={"content": "please"}) == no
        assert await refused(server, who, "POST", f"/channels/{pair}/typing") == no
        assert await refused(server, who, "PUT", f"{path}/{message['id']}/reactions/🍲/@me") == no
        assert await refused(server, who, "PUT", f"{path}/{message['id']}/reactions/🎈/@me") == no
        assert await history(server, who, pair) == ["Soup?"]
    assert await refused(server, server.ada, "PATCH", f"{path}/{message['id']}", json={"content": "x"}) == no


async def test_in_a_group_a_block_keeps_nobody_from_writing(server: Server, group: ChannelId) -> None:
    await block(server, server.bo, server.ada)

    await say(server, server.ada, group, f"<@{server.bo}>")

    assert await history(server, server.bo, group) == [f"<@{server.bo}>"]


async def test_nobody_looks_after_the_messages_of_others(server: Server, pair: ChannelId) -> None:
    ids = [(await say(server, server.ada, pair))["id"] for _ in range(2)]
    path = f"/channels/{pair}/messages"
    no = (403, 50003, "not_in_conversations")

    assert await refused(server, server.bo, "DELETE", f"{path}/{ids[0]}") == no
    assert await refused(server, server.ada, "POST", f"{path}/bulk-delete", json={"messages": ids}) == no
    assert await refused(server, server.bo, "DELETE", f"{path}/{ids[0]}/reactions") == no
    await ok(server, server.ada, "DELETE", f"{path}/{ids[0]}")


async def test_what_is_sent_again_is_there_once(server: Server, pair: ChannelId) -> None:
    first = await say(server, server.ada, pair, nonce="n1", enforce_nonce=True)
    again = await say(server, server.ada, pair, nonce="n1", enforce_nonce=True)

    assert first["id"] == again["id"]
    assert await history(server, server.bo, pair) == ["Soup?"]


async def test_what_happened_to_a_group_stands_among_its_messages(server: Server, group: ChannelId) -> None:
    server.heard.clear()
    async with server.database.transaction() as tx:
        await system.add(tx, group, server.ada, RECIPIENT_ADDED, [server.cy])
        await system.add(tx, group, server.ada, RECIPIENT_REMOVED, [server.bo])
        await system.add(tx, group, server.ada, NAME_CHANGED, content="Choir")

    told = [on_the_wire(event) for event in server.heard]
    assert kinds(server) == [MessageCreated] * 3
    page = await ok(server, server.cy, "GET", f"/channels/{group}/messages")
    for wires in (told, page[::-1]):
        assert [
            (
                one["type"],
                one["author"]["username"],
                [user["username"] for user in one["mentions"]],
                one["content"],
            )
            for one in wires
        ] == [(1, "ada", ["cy"], ""), (2, "ada", ["bo"], ""), (4, "ada", [], "Choir")]
        assert all("guild_id" not in one for one in wires)
    assert [await unread(server, who, group) for who in (server.ada, server.cy)] == [0, 3]
    path = f"/channels/{group}/messages/{page[0]['id']}"
    stays = (403, 50021, "system_message")
    assert await refused(server, server.ada, "PATCH", path, json={"content": "x"}) == stays
    assert await refused(server, server.ada, "DELETE", path) == stays
    await say(server, server.bo, group, "nice", message_reference={"message_id": page[0]["id"]})


async def test_what_a_blocked_person_writes_is_counted_nowhere(server: Server, group: ChannelId) -> None:
    async with server.database.transaction() as tx:
        await chat.relate(tx, server.bo, server.ada, BLOCKED)
    await say(server, server.ada, group)
    assert (await unread(server, server.bo, group), await unread(server, server.cy, group)) == (0, 1)
    await say(server, server.cy, group)

    assert await unread(server, server.bo, group) == 1
