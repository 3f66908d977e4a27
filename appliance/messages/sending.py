"""Sending a message and editing it.

This is the path that a household waits on, so it asks the database for as little as it can: the gate and the message;
more only when the message answers or mentions somebody, or is in a conversation that somebody has closed.
"""

import json
from collections.abc import Collection

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from appliance import access
from appliance.access import ChannelAccess, ThreadAccess
from appliance.access.model import ChannelType
from appliance.access.permissions import Permission
from appliance.accounts import people
from appliance.accounts.callers import Caller
from appliance.accounts.model import User
from appliance.embeds import service as embeds
from appliance.errors import ApplianceError, Forbidden, Invalid, TooMany, parse_id
from appliance.guilds import queries as guild_queries
from appliance.ids import AccountId, ChannelId, MessageId, MessageRef
from appliance.limits import Group
from appliance.messages import (
    attaching,
    emoji,
    extras,
    links,
    mentions,
    queries,
    reading,
    recipients,
    text_channel,
    updates,
    view,
)
from appliance.messages.events import MessageCreated
from appliance.messages.mentions import Told
from appliance.messages.model import (
    PLAIN,
    REPLY,
    VOICE_MESSAGE,
    AllowedMentions,
    Message,
    MessageEdit,
    MessageReference,
    NewMessage,
    Part,
)
from appliance.messages.queries import MessageRow, NewRow
from appliance.messages.state import MessageState
from appliance.messages.text_channel import MessageNotFound
from appliance.storage import Reader, Transaction
from appliance.text import lines
from appliance.threads import membership, threads

SEND = Group("send", 1.0, 10, "channel_id")
"""Five messages in five seconds, ten at once, over HTTP and over the gateway together."""

LONGEST = 2000
"""Code points after NFC and trimming, as the public API has it."""

_NO_NONCE = (UNSET, None, "")
_UNHURRIED = Permission.MANAGE_MESSAGES | Permission.MANAGE_CHANNELS
_UNHURRIED_IN_THREADS = _UNHURRIED | Permission.MANAGE_THREADS


class ReplyCrossesChannels(Invalid):
    problem_key = "reply_crosses_channels"
    problem = "An answer stays in the channel."
    kind = "MESSAGE_REFERENCE_CANNOT_CROSS"


class ReplyCrossesGuilds(Invalid):
    problem_key = "reply_crosses_guilds"
    problem = "An answer stays in the space."
    kind = "MESSAGE_REFERENCE_CANNOT_CROSS"


class RepliedMessageUnknown(Invalid):
    problem_key = "replied_message_unknown"
    problem = "Unknown message"
    kind = "REPLIES_UNKNOWN_MESSAGE"


class EmptyMessage(ApplianceError):
    status = 400
    code = 50006
    key = "empty_message"
    message = "There is nothing in this message. Write something first."


class NotYourMessage(Forbidden):
    code = 50005
    key = "not_your_message"
    message = "Only the person who wrote a message can change it."


class CannotEditPoll(Invalid):
    code = 520003
    key = "cannot_edit_poll"
    problem = "A poll stays as it was asked. End it and ask another one."


class CannotReply(Forbidden):
    code = 160002
    key = "cannot_reply"
    message = "You cannot answer here, because you may not read what was said before."


class SlowMode(TooMany):
    code = 20016
    key = "slow_mode"
    message = "This channel takes it slowly. You can write again in {wait}."


def clean(content: str | None, *, is_alone: bool = True) -> str:
    """A text as it is kept, empty only if it is not alone; `EmptyMessage` or `Invalid` if it cannot be. Clients escape it."""
    text = lines.message_or_none(content or "", "content", LONGEST)
    if text is None and is_alone:
        raise EmptyMessage
    return text or ""


async def send(
    tx: Transaction,
    state: MessageState,
    caller: Caller,
    channel_id: ChannelId,
    new: NewMessage,
    nonce: str | None = None,
) -> Message:
    """Send a message (SEND_MESSAGES); a `nonce` of the last five minutes is answered with its message.

    `new.nonce` counts as one only with `enforce_nonce`: bot libraries send one without meaning that.
    """
    author = await text_channel.require(tx, caller, channel_id, Permission.SEND_MESSAGES)
    if nonce is None and new.enforce_nonce and new.nonce not in _NO_NONCE:
        nonce = str(new.nonce)
    if nonce is not None and (said := await _said_before(tx, state, author, nonce)):
        return replace(said, nonce=new.nonce or UNSET)
    more = extras.NOTHING if new.is_text_alone() else await extras.read(tx, author, caller, new)
    content = clean(new.content, is_alone=not more.shows_something)
    content = await emoji.with_own_alone(tx, author, content) if "<" in content else content
    asked = new.message_reference
    original = None if asked is None else await _original(tx, author, asked)
    is_plain = original is None and "@" not in content
    told = Told() if is_plain else await _whom(tx, author, content, new.allowed_mentions, original)
    if author.rate_limit:
        # Last of all that can be refused: what is not sent takes nobody's time.
        await _take_time(tx, state, author)
    row = NewRow(
        message_id=MessageId(tx.new_id()),
        channel_id=channel_id,
        author_id=caller.account_id,
        type=REPLY if original else PLAIN,
        content=content,
        reference_id=original.message_id if original else None,
        mention_everyone=told.everyone,
        mention_roles=told.roles,
        nonce=nonce,
        flags=more.flags,
        parts=more.parts,
        embeds=embeds.kept(more.embeds),
    )
    await queries.add(tx, row)
    if nonce is not None:
        state.nonces.note((caller.account_id, channel_id, nonce), row.message_id)
    if told.by_name or told.otherwise:
        await queries.add_mentions(tx, MessageRef(channel_id, row.message_id), told.by_name, told.otherwise)
    state.read_cursors.advance(caller.account_id, channel_id, row.message_id)
    nonce_said = UNSET if new.nonce is None else new.nonce
    mentioned = await _users(tx, told.by_name) if told.by_name else []
    answered = await _answered(tx, author, original) if original is not None else UNSET
    heard = view.new(author, row, nonce_said, mentioned, answered)
    if more is not extras.NOTHING:
        heard = await extras.write(tx, state, more, heard)
    if author.channel_type != ChannelType.TEXT:
        await _open_again(tx, author, told.by_name)
    tx.emit(MessageCreated(guild_id=author.guild_id, channel_id=channel_id, payload=heard))
    state.typing.forget(caller.account_id, channel_id)
    return heard


async def _open_again(tx: Transaction, author: ChannelAccess, named: Collection[AccountId]) -> None:
    """A conversation that somebody has closed comes back to them, and an archived thread opens."""
    if isinstance(author, ThreadAccess):
        await threads.wrote(tx, author, named)
    elif author.guild_id is None:
        await recipients.reopen(tx, author.channel_id)


async def _said_before(
    tx: Transaction, state: MessageState, author: ChannelAccess, nonce: str
) -> Message | None:
    message_id = state.nonces.find((author.account_id, author.channel_id, nonce))
    if message_id is None:
        return None
    row = await tx.one(queries.MESSAGE, channel_id=author.channel_id, message_id=message_id)
    return (await view.load(tx, author, [row]))[0] if row else None


async def _take_time(tx: Transaction, state: MessageState, author: ChannelAccess) -> None:
    """Slow mode: `SlowMode` with the seconds that are left, unless the author looks after the channel."""
    if author.permissions & (_UNHURRIED_IN_THREADS if isinstance(author, ThreadAccess) else _UNHURRIED):
        return
    left = await state.slow_mode.left(tx, (author.account_id, author.channel_id), author.rate_limit)
    if left > 0:
        raise SlowMode(seconds=left)
    state.slow_mode.wrote((author.account_id, author.channel_id))


async def _original(tx: Transaction, author: ChannelAccess, asked: MessageReference) -> MessageRow | None:
    """The message that is answered, which must be in the same channel."""
    if not author.may(Permission.READ_MESSAGE_HISTORY):
        raise CannotReply
    message_id = parse_id(asked.message_id, "message_reference.message_id")
    if asked.channel_id is not None and parse_id(asked.channel_id, "message_reference") != author.channel_id:
        raise ReplyCrossesChannels("message_reference")
    if asked.guild_id is not None and parse_id(asked.guild_id, "message_reference") != author.guild_id:
        raise ReplyCrossesGuilds("message_reference")
    row = await tx.one(queries.MESSAGE, channel_id=author.channel_id, message_id=message_id)
    if row is not None and row.message_id < author.history_from:
        row = None
    if row is None and asked.fail_if_not_exists is not False:
        raise RepliedMessageUnknown("message_reference")
    return row


async def _whom(
    reader: Reader,
    author: ChannelAccess,
    content: str,
    wanted: AllowedMentions | None,
    original: MessageRow | None,
) -> Told:
    """Whom a text mentions, and the author of what is answered unless that is not wanted."""
    named = mentions.allowed(mentions.parse(content), wanted)
    if original is not None and (wanted is None or wanted.replied_user):
        named = replace(named, users=named.users | {original.author_id})
    if not named:
        return Told()
    if author.guild_id is None:
        conversation = await access.visibility_of_conversation(reader, author.channel_id)
        return Told(by_name=named.users & conversation.members)
    look = await access.visibility_of_guild(reader, author.guild_id)
    roles = await reader.all(guild_queries.ROLES, guild_id=author.guild_id) if named.roles else []
    called = mentions.resolve(named, look, author.channel_id, roles, author.permissions)
    if isinstance(author, ThreadAccess) and membership.may_invite(author):
        # Whoever is named in a thread comes into it.
        return replace(called, by_name=named.users & look.audience(author.parent_id))
    return called


async def _answered(tx: Transaction, author: ChannelAccess, original: MessageRow) -> Message | UnsetType:
    if await recipients.who_may_not_read(tx, author, original.message_id):
        return UNSET
    [answered] = await view.load(tx, author, [replace(original, reference_id=None)])
    return answered


async def _users(reader: Reader, account_ids: Collection[AccountId]) -> list[User]:
    found = await people.users(reader, account_ids)
    return [found[account_id] for account_id in sorted(found)]


async def edit(
    tx: Transaction,
    state: MessageState,
    caller: Caller,
    channel_id: ChannelId,
    message_id: MessageId,
    change: MessageEdit,
) -> Message:
    """Change one's own message or its files; with MANAGE_MESSAGES whether anybody's shows its embeds.

    Mentions are read anew, but nobody is called a second time.
    """
    needed = Permission.VIEW_CHANNEL if change.is_of_flags_alone() else Permission.SEND_MESSAGES
    author = await text_channel.require(tx, caller, channel_id, needed)
    old = await tx.one(queries.MESSAGE, channel_id=channel_id, message_id=message_id)
    if old is None or old.message_id < author.history_from:
        raise MessageNotFound
    text_channel.require_written(old.type)
    text_channel.require_open(author)
    if old.author_id != caller.account_id:
        _require_to_suppress(author, change)
    parts = await attaching.change(tx, author, old, change.attachments)
    new = _changed(author, caller, replace(old, parts=parts), change)
    if new == old and change.attachments is UNSET:
        [message] = await view.load(tx, author, [old])
        return message
    if not change.is_of_flags_alone():
        new = replace(new, edited_at=tx.now)
    if new.content != old.content:
        new = await _mention_anew(tx, state, author, new, change.allowed_mentions)
        if new.parts & Part.PREVIEWS:
            new = await links.drop_gone(tx, new)
    await queries.change(tx, new)
    return await updates.tell(tx, author, new)


def _require_to_suppress(author: ChannelAccess, change: MessageEdit) -> None:
    """Of somebody else's message only the flags can be changed, with MANAGE_MESSAGES."""
    if not change.is_of_flags_alone():
        raise NotYourMessage
    author.check(Permission.MANAGE_MESSAGES)


def _changed(author: ChannelAccess, caller: Caller, old: MessageRow, change: MessageEdit) -> MessageRow:
    """The message with what is to be changed; the same row if nothing is."""
    new = old
    if not isinstance(change.flags, UnsetType):
        new = replace(new, flags=extras.changed_flags(old.flags, change.flags))
    if change.embeds is not UNSET or change.embed is not UNSET:
        kept = embeds.kept(extras.read_embeds(author, caller, change.embeds, change.embed))
        new = replace(new, embeds=kept)
    if not isinstance(change.content, UnsetType):
        new = replace(new, content=clean(change.content, is_alone=not _has_more(new)))
    elif not (new.content or _has_more(new)):
        raise EmptyMessage
    if (new.content, new.embeds) != (old.content, old.embeds):
        _require_changeable(old)
    return new


def _has_more(row: MessageRow) -> bool:
    """Whether there is something to see beside the text. A preview goes with its link, and a thread is no part of a message."""
    return bool(row.embeds or row.parts & (Part.ATTACHMENTS | Part.POLL))


def _require_changeable(old: MessageRow) -> None:
    if old.parts & Part.POLL:
        raise CannotEditPoll
    if old.flags & VOICE_MESSAGE:
        raise attaching.NotAVoiceMessage


async def _mention_anew(
    tx: Transaction,
    state: MessageState,
    author: ChannelAccess,
    new: MessageRow,
    wanted: AllowedMentions | None,
) -> MessageRow:
    """Read anew whom a changed text mentions; the row with it."""
    new = replace(new, content=await emoji.with_own_alone(tx, author, new.content))
    before = await tx.all(queries.MENTIONS, message_id=new.message_id)
    original = None
    if new.reference_id is not None:
        original = await tx.one(
            queries.MESSAGE, channel_id=new.channel_id, message_id=new.reference_id
        )  # fmt: skip
    if original is not None and original.author_id not in {row.account_id for row in before}:
        # Who was not mentioned by the answer is not mentioned by its edit.
        original = None
    told = await _whom(tx, author, new.content, wanted, original)
    await queries.remove_mentions(tx, new.message_id)
    counted = {row.account_id for row in before if row.counted}
    message = MessageRef(new.channel_id, new.message_id)
    await queries.add_mentions(tx, message, told.by_name, told.otherwise, counted)
    if author.guild_id is not None:
        freed = counted - told.by_name - told.otherwise
        await reading.recount(tx, state.read_cursors, author, new.message_id, freed)
    return replace(new, mention_everyone=told.everyone, mention_roles=json.dumps(told.roles))
