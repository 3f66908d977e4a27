"""The gate and the visibility of direct messages and groups, on a real database."""

import pytest

from appliance import access
from appliance.access import CannotWriteToThem, ChannelNotFound, NotInConversations
from appliance.access.permissions import IN_CONVERSATION, READ_ONLY, Permission
from appliance.accounts.callers import Caller
from appliance.ids import AccountId, ChannelId, MessageId
from appliance.storage import Transaction
from tests.integration.chat import group, ok, pair, recipient, refused, relate
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

FRIEND, BLOCKED = 1, 2
WRITING = (Permission.SEND_MESSAGES, Permission.ADD_REACTIONS, Permission.CONNECT)


async def may(tx: Transaction, who: AccountId, channel_id: ChannelId) -> Permission:
    return (await access.require(tx, Caller(who), channel_id)).permissions


async def test_recipients_may_do_what_is_fixed_and_others_find_nothing(server: Server) -> None:
    async with server.database.transaction() as tx:
        two = await pair(tx, server.ada, server.bo)
        three = await group(tx, server.ada, server.bo, server.cy)

        for who in (server.ada, server.bo):
            assert await may(tx, who, two) == await may(tx, who, three) == IN_CONVERSATION
        # A group may have people in it who share nothing.
        assert await may(tx, server.cy, three) == IN_CONVERSATION
        with pytest.raises(ChannelNotFound):
            await may(tx, server.cy, two)
        found = await access.require(tx, Caller(server.ada), two)
        assert (found.guild_id, found.channel_type, found.rate_limit, found.timed_out) == (None, 1, 0, False)


async def test_history_from_is_that_of_the_recipient(server: Server) -> None:
    async with server.database.transaction() as tx:
        channel_id = await group(tx, server.ada, server.bo)
        await recipient(tx, channel_id, server.cy, since=77)

        begins = [
            (await access.require(tx, Caller(one), channel_id)).history_from
            for one in (server.ada, server.cy)
        ]

    assert begins == [MessageId(0), MessageId(77)]


@pytest.mark.parametrize("blocker", ["ada", "bo"])
async def test_a_block_leaves_both_of_them_only_reading_and_says_the_same_to_both(
    server: Server, blocker: str
) -> None:
    one, other = (server.ada, server.bo) if blocker == "ada" else (server.bo, server.ada)
    async with server.database.transaction() as tx:
        two = await pair(tx, server.ada, server.bo)
        three = await group(tx, server.ada, server.bo)
        assert await may(tx, server.ada, two) == IN_CONVERSATION
        await relate(tx, one, other, BLOCKED)

        for who in (server.ada, server.bo):
            assert await may(tx, who, two) == READ_ONLY
            for permission in WRITING:
                with pytest.raises(CannotWriteToThem):
                    await access.require(tx, Caller(who), two, permission)
            assert await may(tx, who, three) == IN_CONVERSATION
        assert not await access.may_write_to(tx, Caller(server.ada), server.bo)
        assert not await access.may_write_to(tx, Caller(server.bo), server.ada)


async def test_strangers_write_to_one_another_once_they_are_friends(server: Server) -> None:
    async with server.database.transaction() as tx:
        two = await pair(tx, server.bo, server.cy)
        assert await may(tx, server.bo, two) == READ_ONLY
        assert not await access.may_write_to(tx, Caller(server.bo), server.cy)
        assert not await access.share_a_guild(tx, server.bo, server.cy)

        for one, other in ((server.bo, server.cy), (server.cy, server.bo)):
            await relate(tx, one, other, FRIEND)

        for one, other in ((server.bo, server.cy), (server.cy, server.bo)):
            assert await may(tx, one, two) == IN_CONVERSATION
            assert await access.may_write_to(tx, Caller(one), other)
        assert await access.share_a_guild(tx, server.ada, server.bo)
        assert not await access.may_write_to(tx, Caller(server.ada), server.ada)
        assert not await access.may_write_to(tx, Caller(server.ada), AccountId(1))


async def test_a_request_to_be_friends_lets_nobody_write(server: Server) -> None:
    async with server.database.transaction() as tx:
        two = await pair(tx, server.bo, server.cy)
        await relate(tx, server.bo, server.cy, 4)
        await relate(tx, server.cy, server.bo, 3)

        assert await may(tx, server.bo, two) == await may(tx, server.cy, two) == READ_ONLY
        assert not await access.may_write_to(tx, Caller(server.cy), server.bo)


async def test_what_only_spaces_have_is_refused_in_words(server: Server) -> None:
    async with server.database.transaction() as tx:
        three = await group(tx, server.ada, server.bo)

        for permission in (Permission.MANAGE_MESSAGES, Permission.MENTION_EVERYONE, Permission.MOVE_MEMBERS):
            with pytest.raises(NotInConversations):
                await access.require(tx, Caller(server.ada), three, permission)
        with pytest.raises(NotInConversations):
            await access.require_guild_channel(tx, Caller(server.ada), three)
        with pytest.raises(ChannelNotFound):
            await access.require_guild_channel(tx, Caller(server.cy), three)


async def test_whom_a_block_keeps_from_hearing_of_somebody(server: Server) -> None:
    async with server.database.transaction() as tx:
        three = await group(tx, server.ada, server.bo, server.cy)
        await relate(tx, server.ada, server.bo, BLOCKED)

        seen = await access.visibility_of_conversation(tx, three)
        nowhere = await access.visibility_of_conversation(tx, server.general)

    assert seen.members == seen.audience() == {server.ada, server.bo, server.cy}
    assert seen.audience(server.bo) == {server.bo, server.cy}
    assert seen.audience(server.ada) == {server.ada, server.cy}
    assert seen.audience(server.cy) == seen.members
    assert not nowhere.members


async def test_recipients_look_at_a_conversation_and_nobody_else_does(server: Server) -> None:
    async with server.database.transaction() as tx:
        two = await pair(tx, server.ada, server.bo)
        named = await group(tx, server.ada, server.bo, server.cy, name="Holiday")
        nameless = await group(tx, server.bo, server.ada)

    shown = await ok(server, server.ada, "GET", f"/channels/{two}")
    assert shown.keys() == {"id", "type", "last_message_id", "recipients", "flags"}
    assert (shown["id"], shown["type"], shown["last_message_id"], shown["flags"]) == (str(two), 1, None, 0)
    assert [one["id"] for one in shown["recipients"]] == [str(server.bo)]

    shown = await ok(server, server.bo, "GET", f"/channels/{named}")
    assert (shown["type"], shown["name"], shown["icon"]) == (3, "Holiday", None)
    assert shown["owner_id"] == str(server.ada)
    assert {one["id"] for one in shown["recipients"]} == {str(server.ada), str(server.cy)}
    assert (await ok(server, server.ada, "GET", f"/channels/{nameless}"))["name"] is None

    told = await refused(server, server.cy, "GET", f"/channels/{two}")
    assert told == (404, 10003, "channel_not_found")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/permissions/{bo}", {"type": 1, "allow": "0", "deny": "2048"}),
        ("DELETE", "/permissions/{bo}", None),
        ("GET", "/invites", None),
        ("POST", "/invites", {}),
        ("GET", "/webhooks", None),
    ],
)
async def test_a_group_has_nothing_that_belongs_to_a_space(
    server: Server, method: str, path: str, body: dict[str, object] | None
) -> None:
    async with server.database.transaction() as tx:
        channel_id = await group(tx, server.ada, server.bo)

    more = {} if body is None else {"json": body}
    told = await refused(
        server, server.ada, method, f"/channels/{channel_id}{path.format(bo=server.bo)}", **more
    )

    assert told == (403, 50003, "not_in_conversations")


async def test_a_channel_of_a_space_goes_into_no_conversation(server: Server) -> None:
    async with server.database.transaction() as tx:
        channel_id = await group(tx, server.ada, server.bo)

    for method, path, body in (
        ("PATCH", f"/channels/{server.general}", {"parent_id": str(channel_id)}),
        ("POST", f"/guilds/{server.guild}/channels", {"name": "attic", "parent_id": str(channel_id)}),
        ("PATCH", f"/guilds/{server.guild}", {"system_channel_id": str(channel_id)}),
        ("PATCH", f"/guilds/{server.guild}/members/{server.bo}", {"channel_id": str(channel_id)}),
    ):
        reply = await server.request(server.ada, method, path, json=body)
        assert reply.status_code == 400, (path, reply.text)
    moved = [{"id": str(channel_id), "position": 0}]
    told = await refused(server, server.ada, "PATCH", f"/guilds/{server.guild}/channels", json=moved)
    assert told == (404, 10003, "channel_not_found")
