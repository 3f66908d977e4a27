"""Reactions: an emoji under a message. Only a new kind needs ADD_REACTIONS; joining one that is there does not."""

import msgspec
from msgspec import UNSET

from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.accounts.model import User
from appliance.errors import LimitReached
from appliance.ids import AccountId, ChannelId, MessageId, text_or_unset
from appliance.messages import emoji as emoji_of
from appliance.messages import queries, text_channel
from appliance.messages.events import (
    EmojiRemoved,
    Reacted,
    ReactionAdded,
    ReactionRemoved,
    ReactionsRemoved,
    Unreacted,
)
from appliance.messages.model import Emoji
from appliance.storage import Reader, Transaction

MAX_KINDS = 20


class Page(msgspec.Struct, frozen=True):
    """So many people, after one of them."""

    after: AccountId
    limit: int


class TooManyKinds(LimitReached):
    code = 30010
    key = "too_many_reactions"
    message = "A message can have at most {limit} different reactions."


async def _shown(reader: Reader, kind: str) -> Emoji:
    return (await emoji_of.shown(reader, [kind]))[kind]


async def add(
    tx: Transaction, caller: Caller, channel_id: ChannelId, message_id: MessageId, emoji: str
) -> None:
    """React to a message; doing so again changes nothing."""
    kind = emoji_of.kept(emoji)
    if kind is None:
        raise emoji_of.UnknownEmoji
    where = await text_channel.require_to_respond(tx, caller, channel_id, Permission.ADD_REACTIONS)
    author = await text_channel.author_of(tx, where, message_id)
    text_channel.require_open(where)
    kinds = await tx.all(queries.REACTIONS, ids=queries.id_list([message_id]), me=caller.account_id)
    if kind not in {one.emoji for one in kinds}:
        await emoji_of.require_usable(tx, where, kind)
        where.check(Permission.ADD_REACTIONS)
        if len(kinds) >= MAX_KINDS:
            raise TooManyKinds(limit=MAX_KINDS)
    if not await queries.add_reaction(tx, message_id, kind, caller.account_id):
        return
    payload = Reacted(
        user_id=str(caller.account_id),
        channel_id=str(channel_id),
        message_id=str(message_id),
        guild_id=text_or_unset(where.guild_id),
        emoji=await _shown(tx, kind),
        member=where.member(),
        message_author_id=str(author.author_id),
        burst_colors=(),
    )
    tx.emit(ReactionAdded(guild_id=where.guild_id, channel_id=channel_id, payload=payload))


async def remove(
    tx: Transaction,
    caller: Caller,
    channel_id: ChannelId,
    message_id: MessageId,
    emoji: str,
    account_id: AccountId,
) -> None:
    """Take a reaction back, somebody else's with MANAGE_MESSAGES; one that is not there changes nothing."""
    own = account_id == caller.account_id
    needed = Permission.VIEW_CHANNEL if own else Permission.MANAGE_MESSAGES
    where = await text_channel.require(tx, caller, channel_id, needed)
    await text_channel.author_of(tx, where, message_id)
    text_channel.require_open(where)
    emoji = emoji_of.kept_or_same(emoji)
    if not await queries.remove_reaction(tx, message_id, emoji, account_id):
        return
    payload = Reacted(
        user_id=str(account_id),
        channel_id=str(channel_id),
        message_id=str(message_id),
        guild_id=text_or_unset(where.guild_id),
        emoji=await _shown(tx, emoji),
    )
    tx.emit(ReactionRemoved(guild_id=where.guild_id, channel_id=channel_id, payload=payload))


async def clear(
    tx: Transaction, caller: Caller, channel_id: ChannelId, message_id: MessageId, emoji: str | None = None
) -> None:
    """Take all reactions from a message, or all of one emoji (MANAGE_MESSAGES)."""
    where = await text_channel.require(tx, caller, channel_id, Permission.MANAGE_MESSAGES)
    await text_channel.author_of(tx, where, message_id)
    text_channel.require_open(where)
    emoji = None if emoji is None else emoji_of.kept_or_same(emoji)
    if not await queries.remove_reactions(tx, message_id, emoji):
        return
    payload = Unreacted(
        channel_id=str(channel_id),
        message_id=str(message_id),
        guild_id=text_or_unset(where.guild_id),
        emoji=UNSET if emoji is None else await _shown(tx, emoji),
    )
    gone = ReactionsRemoved if emoji is None else EmojiRemoved
    tx.emit(gone(guild_id=where.guild_id, channel_id=channel_id, payload=payload))


async def who(
    reader: Reader,
    caller: Caller,
    channel_id: ChannelId,
    message_id: MessageId,
    emoji: str,
    page: Page,
) -> list[User]:
    """Who reacted with an emoji, in the order of their ids."""
    where = await text_channel.require(reader, caller, channel_id, Permission.READ_MESSAGE_HISTORY)
    await text_channel.author_of(reader, where, message_id)
    kept = emoji_of.kept_or_same(emoji)
    rows = await reader.all(
        queries.REACTORS, message_id=message_id, emoji=kept, after=page.after, limit=page.limit
    )
    return [User.of(row) for row in rows]
