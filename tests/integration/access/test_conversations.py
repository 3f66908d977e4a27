"""The gate and the visibility of direct messages and groups, on a real database."""

import pytest

from appliance import access
from appliance.access import CannotWriteToThem, ChannelNotFound, NotInConversations
from appliance.access.permissions import IN_CONVERSATION, READ_ONLY, Permission
from appliance.accounts.callers import Caller
from appliance.ids import AccountId, ChannelId, MessageId
from appliance.storage import Transaction
from tests.integration.chat import group, ok, pair, recipient, refused, relate
from tests.integration.conftest import House

pytestmark = pytest.mark.anyio

FRIEND, BLOCKED = 1, 2
WRITING = (Permission.SEND_MESSAGES, Permission.ADD_REACTIONS, Permission.CONNECT)


async def may(tx: Transaction, who: AccountId, channel_id: ChannelId) -> Permission:
    return (await access.require(tx, Caller(who), channel_id)).permissions


async def test_recipients_may_do_what_is_fixed_and_others_find_nothing(house: House) -> None:
    async with house.database.transaction() as tx:
        two = await pair(tx, house.ada, house.bo)
        three = await group(tx, house.ada, house.bo, house.cy)

        for who in (house.ada, house.bo):
            assert await may(tx, who, two) == await may(tx, who, three) == IN_CONVERSATION
        # A group may have people in it who share nothing.
        assert await may(tx, house.cy, three) == IN_CONVERSATION
        with pytest.raises(ChannelNotFound):
            await may(tx, house.cy, two)
        found = await access.require(tx, Caller(house.ada), two)
        assert (found.guild_id, found.channel_type, found.rate_limit, found.timed_out) == (None, 1, 0, False)


async def test_history_from_is_that_of_the_recipient(house: House) -> None:
    async with house.database.transaction() as tx:
        channel_id = await group(tx, house.ada, house.bo)
        await recipient(tx, channel_id, house.cy, since=77)

        begins = [
            (await access.require(tx, Caller(one), channel_id)).history_from for one in (house.ada, house.cy)
        ]

    assert begins == [MessageId(0), MessageId(77)]


@pytest.mark.parametrize("blocker", ["ada", "bo"])
async def test_a_block_leaves_both_of_them_only_reading_and_says_the_same_to_both(
    house: House, blocker: str
) -> None:
    one, other = (house.ada, house.bo) if blocker == "ada" else (house.bo, house.ada)
    async with house.database.transaction() as tx:
        two = await pair(tx, house.ada, house.bo)
        three = await group(tx, house.ada, house.bo)
        assert await may(tx, house.ada, two) == IN_CONVERSATION
        await relate(tx, one, other, BLOCKED)

        for who in (house.ada, house.bo):
            assert await may(tx, who, two) == READ_ONLY
            for permission in WRITING:
                with pytest.raises(CannotWriteToThem):
                    await access.require(tx, Caller(who), two, permission)
            assert await may(tx, who, three) == IN_CONVERSATION
        assert not await access.may_write_to(tx, Caller(house.ada), house.bo)
        assert not await access.may_write_to(tx, Caller(house.bo), house.ada)


async def test_strangers_write_to_one_another_once_they_are_friends(house: House) -> None:
    async with house.database.transaction() as tx:
        two = await pair(tx, house.bo, house.cy)
        assert await may(tx, house.bo, two) == READ_ONLY
        assert not await access.may_write_to(tx, Caller(house.bo), house.cy)
        assert not await access.share_a_guild(tx, house.bo, house.cy)

        for one, other in ((house.bo, house.cy), (house.cy, house.bo)):
            await relate(tx, one, other, FRIEND)

        for one, other in ((house.bo, house.cy), (house.cy, house.bo)):
            assert await may(tx, one, two) == IN_CONVERSATION
            assert await access.may_write_to(tx, Caller(one), other)
        assert await access.share_a_guild(tx, house.ada, house.bo)
        assert not await access.may_write_to(tx, Caller(house.ada), house.ada)
        assert not await access.may_write_to(tx, Caller(house.ada), AccountId(1))


async def test_a_request_to_be_friends_lets_nobody_write(house: House) -> None:
    async with house.database.transaction() as tx:
        two = await pair(tx, house.bo, house.cy)
        await relate(tx, house.bo, house.cy, 4)
        await relate(tx, house.cy, house.bo, 3)

        assert await may(tx, house.bo, two) == await may(tx, house.cy, two) == READ_ONLY
        assert not await access.may_write_to(tx, Caller(house.cy), house.bo)


async def test_what_only_spaces_have_is_refused_in_words(house: House) -> None:
    async with house.database.transaction() as tx:
        three = await group(tx, house.ada, house.bo)

        for permission in (Permission.MANAGE_MESSAGES, Permission.MENTION_EVERYONE, Permission.MOVE_MEMBERS):
            with pytest.raises(NotInConversations):
                await access.require(tx, Caller(house.ada), three, permission)
        with pytest.raises(NotInConversations):
            await access.require_guild_channel(tx, Caller(house.ada), three)
        with pytest.raises(ChannelNotFound):
            await access.require_guild_channel(tx, Caller(house.cy), three)


async def test_whom_a_block_keeps_from_hearing_of_somebody(house: House) -> None:
    async with house.database.transaction() as tx:
        three = await group(tx, house.ada, house.bo, house.cy)
        await relate(tx, house.ada, house.bo, BLOCKED)

        seen = await access.visibility_of_conversation(tx, three)
        nowhere = await access.visibility_of_conversation(tx, house.general)

    assert seen.members == seen.audience() == {house.ada, house.bo, house.cy}
    assert seen.audience(house.bo) == {house.bo, house.cy}
    assert seen.audience(house.ada) == {house.ada, house.cy}
    assert seen.audience(house.cy) == seen.members
    assert not nowhere.members


async def test_recipients_look_at_a_conversation_and_nobody_else_does(house: House) -> None:
    async with house.database.transaction() as tx:
        two = await pair(tx, house.ada, house.bo)
        named = await group(tx, house.ada, house.bo, house.cy, name="Holiday")
        nameless = await group(tx, house.bo, house.ada)

    shown = await ok(house, house.ada, "GET", f"/channels/{two}")
    assert shown.keys() == {"id", "type", "last_message_id", "recipients", "flags"}
    assert (shown["id"], shown["type"], shown["last_message_id"], shown["flags"]) == (str(two), 1, None, 0)
    assert [one["id"] for one in shown["recipients"]] == [str(house.bo)]

    shown = await ok(house, house.bo, "GET", f"/channels/{named}")
    assert (shown["type"], shown["name"], shown["icon"]) == (3, "Holiday", None)
    assert shown["owner_id"] == str(house.ada)
    assert {one["id"] for one in shown["recipients"]} == {str(house.ada), str(house.cy)}
    assert (await ok(house, house.ada, "GET", f"/channels/{nameless}"))["name"] is None

    told = await refused(house, house.cy, "GET", f"/channels/{two}")
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
    house: House, method: str, path: str, body: dict[str, object] | None
) -> None:
    async with house.database.transaction() as tx:
        channel_id = await group(tx, house.ada, house.bo)

    more = {} if body is None else {"json": body}
    told = await refused(
        house, house.ada, method, f"/channels/{channel_id}{path.format(bo=house.bo)}", **more
    )

    assert told == (403, 50003, "not_in_conversations")


async def test_a_channel_of_a_space_goes_into_no_conversation(house: House) -> None:
    async with house.database.transaction() as tx:
        channel_id = await group(tx, house.ada, house.bo)

    for method, path, body in (
        ("PATCH", f"/channels/{house.general}", {"parent_id": str(channel_id)}),
        ("POST", f"/guilds/{house.guild}/channels", {"name": "attic", "parent_id": str(channel_id)}),
        ("PATCH", f"/guilds/{house.guild}", {"system_channel_id": str(channel_id)}),
        ("PATCH", f"/guilds/{house.guild}/members/{house.bo}", {"channel_id": str(channel_id)}),
    ):
        reply = await house.request(house.ada, method, path, json=body)
        assert reply.status_code == 400, (path, reply.text)
    moved = [{"id": str(channel_id), "position": 0}]
    told = await refused(house, house.ada, "PATCH", f"/guilds/{house.guild}/channels", json=moved)
    assert told == (404, 10003, "channel_not_found")
