"""Messages as clients see them, a page of any length in three queries."""

import json
from collections import defaultdict
from collections.abc import Sequence

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from appliance.access import ChannelAccess, ThreadAccess
from appliance.accounts.model import User
from appliance.embeds import service as embeds
from appliance.embeds.model import Embed
from appliance.files import view as files_view
from appliance.files.model import Attachment
from appliance.ids import AccountId, ChannelId, GuildId, MessageId, iso, iso_or_none, made_at, text_or_unset
from appliance.messages import emoji, queries
from appliance.messages.model import (
    ANSWERS,
    SUPPRESS_EMBEDS,
    THREAD_CREATED,
    THREAD_STARTER,
    CountDetails,
    HeardMessage,
    Message,
    Nonce,
    Part,
    Reaction,
    Reference,
)
from appliance.messages.queries import MessageRow, NewRow
from appliance.polls import service as polls
from appliance.polls.model import Poll
from appliance.previews import view as previews_view
from appliance.storage import Reader
from appliance.threads import view as threads_view
from appliance.threads.model import Thread


def wire(
    guild_id: GuildId | None,
    row: MessageRow,
    mentions: Sequence[User] = (),
    reactions: Sequence[Reaction] = (),
    attachments: Sequence[Attachment] = (),
    parent_id: ChannelId | None = None,
) -> Message:
    """A message as it goes over the wire, without the one that it answers; `parent_id` is that of a thread's channel."""
    return Message(
        id=str(row.message_id),
        channel_id=str(row.channel_id),
        guild_id=text_or_unset(guild_id),
        author=author_of(row),
        content=row.content,
        timestamp=iso(made_at(row.message_id)),
        edited_timestamp=iso_or_none(row.edited_at),
        mention_everyone=bool(row.mention_everyone),
        mentions=list(mentions),
        mention_roles=[str(role_id) for role_id in json.loads(row.mention_roles)],
        attachments=attachments,
        embeds=() if row.flags & SUPPRESS_EMBEDS else embeds.shown(row.embeds),
        reactions=reactions,
        pinned=bool(row.is_pinned),
        type=row.type,
        flags=row.flags,
        message_reference=_reference(guild_id, row, parent_id),
    )


def author_of(row: MessageRow) -> User:
    """The author as everybody may know them."""
    return User(
        id=str(row.author_id), username=row.username, global_name=row.display_name, bot=bool(row.is_bot)
    )


def new(
    author: ChannelAccess,
    row: NewRow,
    nonce: Nonce | UnsetType,
    mentions: list[User],
    answered: Message | UnsetType,
) -> HeardMessage:
    """A message that was just said, without asking the database for it."""
    return HeardMessage(
        id=str(row.message_id),
        channel_id=str(row.channel_id),
        guild_id=text_or_unset(author.guild_id),
        author=author.user,
        content=row.content,
        timestamp=iso(made_at(row.message_id)),
        edited_timestamp=None,
        mention_everyone=row.mention_everyone,
        mentions=mentions,
        mention_roles=[str(role_id) for role_id in row.mention_roles],
        type=row.type,
        flags=row.flags,
        nonce=nonce,
        message_reference=_reference(author.guild_id, row, parent_of(author)),
        referenced_message=answered,
        member=author.shown,
        channel_type=author.channel_type,
    )


def without_member(message: Message) -> Message:
    """The message as its author is answered, who is told nothing new about themselves."""
    return (
        replace(message, member=UNSET, channel_type=UNSET) if isinstance(message, HeardMessage) else message
    )


def parent_of(where: ChannelAccess) -> ChannelId | None:
    """The channel of a thread, None of what is none."""
    return where.parent_id if isinstance(where, ThreadAccess) else None


def _reference(
    guild_id: GuildId | None, row: MessageRow | NewRow, parent_id: ChannelId | None
) -> Reference | UnsetType:
    if row.reference_id is None:
        return UNSET
    guild = text_or_unset(guild_id)
    if row.type == THREAD_CREATED:
        return Reference(channel_id=str(row.reference_id), guild_id=guild)
    # Where a thread began is in the channel that it is in.
    channel_id = parent_id if row.type == THREAD_STARTER and parent_id is not None else row.channel_id
    return Reference(message_id=str(row.reference_id), channel_id=str(channel_id), guild_id=guild)


async def load(reader: Reader, where: ChannelAccess, rows: Sequence[MessageRow]) -> list[Message]:
    """The messages of these rows with everything about them, as the caller may see it, in the same order.

    At most three queries, two for files if there are any, three for polls, two for previews, and one if there is a thread at one of them.
    """
    asked = {row.reference_id for row in rows if row.reference_id is not None and row.type in ANSWERS}
    asked = {original for original in asked if original >= where.history_from}
    originals = await reader.all(queries.MESSAGES, ids=queries.id_list(asked)) if asked else []
    everything = [*rows, *originals]
    ids = queries.id_list({row.message_id for row in everything})
    mentions = await _mentions(reader, ids)
    reactions = await _reactions(reader, where.account_id, ids)
    with_files = {row.message_id for row in everything if row.parts & Part.ATTACHMENTS}
    attachments = await files_view.of_messages(reader, with_files)
    parent_id = parent_of(where)
    shown = {
        row.message_id: wire(
            where.guild_id,
            row,
            mentions[row.message_id],
            reactions[row.message_id],
            attachments[row.message_id],
            parent_id,
        )
        for row in everything
    }
    for message_id, poll in (await _polls(reader, where.account_id, everything)).items():
        shown[message_id] = replace(shown[message_id], poll=poll)
    for message_id, cards in (await _previews(reader, everything)).items():
        shown[message_id] = replace(shown[message_id], embeds=[*shown[message_id].embeds, *cards])
    answering = [_answering(shown[row.message_id], row, shown) for row in rows]
    return await _with_threads(reader, where, rows, answering)


async def _with_threads(
    reader: Reader, where: ChannelAccess, rows: Sequence[MessageRow], messages: list[Message]
) -> list[Message]:
    threads = {row.message_id: thread_of(row) for row in rows if row.parts & Part.THREAD}
    if not threads:
        return messages
    found = await threads_view.load(reader, threads.values(), where.account_id)
    return [
        replace(message, thread=found.get(threads.get(row.message_id, 0), UNSET))
        for row, message in zip(rows, messages, strict=True)
    ]


def thread_for_all(message: Message) -> Thread | UnsetType:
    """A message's thread as many are told of it."""
    return UNSET if isinstance(message.thread, UnsetType) else replace(message.thread, member=UNSET)


def thread_of(row: MessageRow) -> int:
    """The id of the thread at a message: the message's own, unless it only says that there is one."""
    return row.reference_id or 0 if row.type == THREAD_CREATED else row.message_id


def _answering(message: Message, row: MessageRow, shown: dict[MessageId, Message]) -> Message:
    if row.reference_id is None or row.type not in ANSWERS:
        return message
    return replace(message, referenced_message=shown.get(row.reference_id))


async def _polls(reader: Reader, me: AccountId, rows: Sequence[MessageRow]) -> dict[MessageId, Poll]:
    ids = {row.message_id for row in rows if row.parts & Part.POLL}
    return await polls.load(reader, queries.id_list(ids), me) if ids else {}


async def _previews(reader: Reader, rows: Sequence[MessageRow]) -> dict[MessageId, list[Embed]]:
    ids = {row.message_id for row in rows if row.parts & Part.PREVIEWS and not row.flags & SUPPRESS_EMBEDS}
    return await previews_view.of_messages(reader, ids)


async def _mentions(reader: Reader, ids: str) -> defaultdict[MessageId, list[User]]:
    found: defaultdict[MessageId, list[User]] = defaultdict(list)
    for row in await reader.all(queries.MENTIONED, ids=ids):
        found[row.message_id].append(User.of(row))
    return found


async def _reactions(reader: Reader, me: AccountId, ids: str) -> defaultdict[MessageId, list[Reaction]]:
    found: defaultdict[MessageId, list[Reaction]] = defaultdict(list)
    rows = await reader.all(queries.REACTIONS, ids=ids, me=me)
    signs = await emoji.shown(reader, {row.emoji for row in rows})
    for row in rows:
        reaction = Reaction(
            count=row.number,
            count_details=CountDetails(row.number),
            me=bool(row.mine),
            emoji=signs[row.emoji],
        )
        found[row.message_id].append(reaction)
    return found
