"""Opening and closing conversations.

Of two people there is one direct message, whoever opens it first and from however many devices. Closing takes a
conversation out of one's own list and deletes nothing.
"""

import json

import msgspec
from msgspec import UnsetType

from appliance import access
from appliance.access.model import ChannelType
from appliance.accounts.callers import Caller
from appliance.channels import channels
from appliance.channels import queries as channel_queries
from appliance.channels import view as channels_view
from appliance.channels.events import ConversationOpened
from appliance.channels.model import Channel, ChannelEdit, Conversation, LastMessage
from appliance.conversations import groups, queries
from appliance.conversations.events import ConversationClosed
from appliance.conversations.groups import CannotBeginWithThem
from appliance.conversations.model import NewConversation
from appliance.errors import Invalid, parse_id
from appliance.events import ConversationChanged
from appliance.ids import AccountId, ChannelId
from appliance.storage import Reader, Transaction
from appliance.threads import threads
from appliance.threads.model import Thread


class NobodyNamed(Invalid):
    problem_key = "nobody_named"
    problem = "Say with whom."
    kind = "BASE_TYPE_REQUIRED"


async def listing(reader: Reader, caller: Caller) -> list[Conversation]:
    """The conversations in the caller's list."""
    return await view(reader, caller.account_id)


async def view(reader: Reader, account_id: AccountId) -> list[Conversation]:
    """An account's open conversations as READY has them. Three queries."""
    rows = await reader.all(queries.OPEN, account_id=account_id)
    people: dict[ChannelId, list[channel_queries.RecipientRow]] = {row.id: [] for row in rows}
    for one in await reader.all(channel_queries.RECIPIENTS, ids=json.dumps(list(people))):
        people[one.channel_id].append(one)
    last = {
        row.channel_id: LastMessage(str(row.message_id), str(row.author_id), row.type, row.content)
        for row in await reader.all(queries.LAST_MESSAGES, account_id=account_id)
    }
    return [
        msgspec.structs.replace(
            channels_view.conversation_wire(row, people[row.id], account_id),
            hearth_last_message=last.get(row.id),
        )
        for row in rows
    ]


async def open_(tx: Transaction, caller: Caller, new: NewConversation) -> Conversation:
    """Open the direct message with somebody, or make a group; `CannotBeginWithThem` if one may not write to them.

    A direct message that there is already is opened even if nothing can be written in it any more.
    """
    others = _others(caller, new)
    if len(others) == 1:
        channel_id = await _open_pair(tx, caller, others[0])
    else:
        channel_id = await groups.make(tx, caller, others)
    return await channels_view.conversation(tx, channel_id, caller.account_id)


def _others(caller: Caller, new: NewConversation) -> list[AccountId]:
    """Who is named, each once and without the caller; `Invalid` if nobody is, `CannotBeginWithThem` if only the caller."""
    if new.recipients:
        named = [AccountId(parse_id(one, "recipients")) for one in new.recipients]
    elif new.recipient_id is None or isinstance(new.recipient_id, UnsetType):
        raise NobodyNamed("recipients")
    else:
        named = [AccountId(parse_id(new.recipient_id, "recipient_id"))]
    others = [one for one in dict.fromkeys(named) if one != caller.account_id]
    if not others:
        raise CannotBeginWithThem
    return others


async def _open_pair(tx: Transaction, caller: Caller, other: AccountId) -> ChannelId:
    me = caller.account_id
    pair = await tx.one(queries.PAIR, account_id=me, low_id=min(me, other), high_id=max(me, other))
    if pair is not None and pair.is_open:
        return pair.channel_id
    if pair is not None:
        channel_id = pair.channel_id
        await queries.set_open(tx, channel_id, me, is_open=True)
    else:
        if not await access.may_write_to(tx, caller, other):
            raise CannotBeginWithThem
        channel_id = ChannelId(tx.new_id())
        await queries.add_pair(tx, channel_id, me, other)
        tx.emit(ConversationChanged(channel_id=channel_id, account_ids=frozenset({me, other})))
    shown = await channels_view.conversation(tx, channel_id, me)
    tx.emit(ConversationOpened(account_ids=frozenset({me}), payload=shown))
    return channel_id


async def get(reader: Reader, caller: Caller, channel_id: ChannelId) -> Channel | Thread | Conversation:
    """A channel of any kind, as the caller sees it."""
    found = await access.require(reader, caller, channel_id)
    if found.guild_id is None:
        return await channels_view.conversation(reader, channel_id, caller.account_id)
    if isinstance(found, access.ThreadAccess):
        return await threads.get(reader, caller, channel_id)
    return await channels.get(reader, caller, channel_id)


async def edit(
    tx: Transaction, caller: Caller, channel_id: ChannelId, change: ChannelEdit
) -> Channel | Thread | Conversation:
    """Change a channel of any kind: in a guild as `channels.edit` and `threads.edit` have it, of a group its name."""
    found = await access.require(tx, caller, channel_id)
    if found.guild_id is None:
        return await groups.rename(tx, caller, channel_id, change)
    if isinstance(found, access.ThreadAccess):
        return await threads.edit(tx, caller, channel_id, change)
    return await channels.edit(tx, caller, channel_id, change)


async def delete(tx: Transaction, caller: Caller, channel_id: ChannelId) -> Channel | Thread | Conversation:
    """Delete a guild's channel or thread, close a direct message for oneself, or leave a group."""
    found = await access.require(tx, caller, channel_id)
    if found.channel_type == ChannelType.PAIR:
        return await _close(tx, caller, channel_id)
    if found.channel_type == ChannelType.GROUP:
        return await groups.leave(tx, caller, channel_id)
    if isinstance(found, access.ThreadAccess):
        return await threads.delete(tx, caller, channel_id)
    return await channels.delete(tx, caller, channel_id)


async def _close(tx: Transaction, caller: Caller, channel_id: ChannelId) -> Conversation:
    shown = await channels_view.conversation(tx, channel_id, caller.account_id)
    if await queries.set_open(tx, channel_id, caller.account_id, is_open=False):
        tx.emit(ConversationClosed(account_ids=frozenset({caller.account_id}), payload=shown))
    return shown
