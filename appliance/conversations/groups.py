"""Who is in a group, whose it is and what it is called.

What a newcomer would get wrong: whoever comes in reads only what is written from then on, also if they were in it before.
So whoever is added again gets a new beginning, and never their old one back.
"""

from collections.abc import Collection, Sequence

import msgspec
from msgspec import UnsetType

from appliance import access
from appliance.access.model import ChannelType
from appliance.accounts import people
from appliance.accounts.callers import Caller
from appliance.accounts.model import AccountRow, User
from appliance.channels import queries as channel_queries
from appliance.channels import view as channels_view
from appliance.channels.events import ConversationOpened
from appliance.channels.model import ChannelEdit, Conversation
from appliance.channels.queries import ConversationRow
from appliance.conversations import queries
from appliance.conversations.events import (
    ConversationClosed,
    ConversationUpdated,
    RecipientAdded,
    RecipientRemoved,
)
from appliance.conversations.model import RecipientChange
from appliance.errors import Forbidden, Invalid, LimitReached, NotFound
from appliance.events import ConversationChanged
from appliance.ids import AccountId, ChannelId, MessageId
from appliance.messages import system
from appliance.messages.model import NAME_CHANGED, RECIPIENT_ADDED, RECIPIENT_REMOVED
from appliance.storage import Reader, Transaction
from appliance.text import lines

MOST_RECIPIENTS = 10
"""In a group, with whoever makes it."""
LONGEST_NAME = 100


class CannotBeginWithThem(Forbidden):
    """One answer whether somebody is unknown, is not there or has a block, so that it tells nothing of anybody."""

    code = 50007
    key = "cannot_begin_with_them"
    message = "You can write to people with whom you share a space, and to friends."


class TooManyRecipients(LimitReached):
    code = 30004
    key = "too_many_recipients"
    message = "At most {limit} people can be in a group, and you are one of them."


class NoBotsInGroups(Forbidden):
    code = 20001
    key = "no_bots_in_groups"
    message = "Groups are for people. Bots can be written to one by one."


class NotAGroup(Forbidden):
    code = 50003
    key = "not_a_group"
    message = "Only a group can have a name and more people. Make a group with them instead."


class NotTheGroupsOwner(Forbidden):
    key = "not_the_groups_owner"
    message = "Only whoever owns the group can take somebody out of it."


class RecipientNotFound(NotFound):
    code = 10013
    key = "recipient_not_found"
    message = "This person is not in the group."


class OnlyAName(Invalid):
    problem_key = "only_a_name"
    problem = "A group has a name and nothing else to set."


async def make(tx: Transaction, caller: Caller, others: Sequence[AccountId]) -> ChannelId:
    """A group of the caller and the others, which the caller owns."""
    if caller.is_bot:
        raise NoBotsInGroups
    if len(others) >= MOST_RECIPIENTS:
        raise TooManyRecipients(limit=MOST_RECIPIENTS)
    for account_id in others:
        await _person_to_write_to(tx, caller, account_id)
    channel_id = ChannelId(tx.new_id())
    await queries.add_group(tx, channel_id, caller.account_id, others)
    everybody = await channels_view.recipients(tx, channel_id)
    _tell_server(tx, channel_id, [one.id for one in everybody])
    await _open_for(tx, channel_id, [one.id for one in everybody])
    return channel_id


async def add(tx: Transaction, caller: Caller, channel_id: ChannelId, account_id: AccountId) -> None:
    """Take somebody to whom one may write into a group; nothing if they are in it."""
    await _require_group(tx, caller, channel_id)
    before = await channels_view.recipients(tx, channel_id)
    if account_id in {one.id for one in before}:
        return
    if len(before) >= MOST_RECIPIENTS:
        raise TooManyRecipients(limit=MOST_RECIPIENTS)
    user = await _person_to_write_to(tx, caller, account_id)
    next_message = await tx.one(queries.NEXT_MESSAGE, channel_id=channel_id)
    history_from = next_message.history_from if next_message else MessageId(0)
    await queries.add_recipients(tx, channel_id, [account_id], history_from)
    _tell_server(tx, channel_id, [account_id, *(one.id for one in before)])
    await _open_for(tx, channel_id, [account_id])
    change = RecipientChange(str(channel_id), user)
    tx.emit(RecipientAdded(account_ids=_ids(before), payload=change))
    await system.add(tx, channel_id, caller.account_id, RECIPIENT_ADDED, [account_id])


async def remove(tx: Transaction, caller: Caller, channel_id: ChannelId, account_id: AccountId) -> None:
    """Take somebody out of a group (its owner), or leave it oneself."""
    if account_id == caller.account_id:
        await leave(tx, caller, channel_id)
        return
    row = await _require_group(tx, caller, channel_id)
    if row.owner_id != caller.account_id:
        raise NotTheGroupsOwner
    await _take_out(tx, caller, row, account_id)


async def leave(tx: Transaction, caller: Caller, channel_id: ChannelId) -> Conversation:
    """Leave a group. It goes to whoever has been in it longest, and with the last one it ends."""
    row = await _require_group(tx, caller, channel_id)
    return await _take_out(tx, caller, row, caller.account_id)


async def rename(tx: Transaction, caller: Caller, channel_id: ChannelId, change: ChannelEdit) -> Conversation:
    """Call a group otherwise; an empty name takes its name from it."""
    row = await _require_group(tx, caller, channel_id)
    for field in ChannelEdit.__struct_fields__:
        if field != "name" and getattr(change, field) not in (msgspec.UNSET, None):
            raise OnlyAName(field)
    if not isinstance(change.name, UnsetType):
        name = lines.one_line_or_none(change.name, "name", LONGEST_NAME) or ""
        if name != row.name:
            await queries.set_name(tx, channel_id, name)
            await _tell_of_change(tx, channel_id)
            await system.add(tx, channel_id, caller.account_id, NAME_CHANGED, content=name)
    return await channels_view.conversation(tx, channel_id, caller.account_id)


async def _take_out(
    tx: Transaction, caller: Caller, row: ConversationRow, account_id: AccountId
) -> Conversation:
    before = await channels_view.recipients(tx, row.id)
    gone = next((one for one in before if one.id == account_id), None)
    if gone is None:
        raise RecipientNotFound
    shown = channels_view.conversation_wire(row, before, account_id)
    stay = [one for one in before if one.id != account_id]
    await queries.remove_recipient(tx, row.id, account_id)
    _tell_server(tx, row.id, [one.id for one in before])
    tx.emit(ConversationClosed(account_ids=frozenset({account_id}), payload=shown))
    if not stay:
        await queries.remove(tx, row.id)
        return shown
    tx.emit(RecipientRemoved(account_ids=_ids(stay), payload=RecipientChange(str(row.id), User.of(gone))))
    if row.owner_id == account_id:
        await queries.set_owner(tx, row.id, stay[0].id)
        await _tell_of_change(tx, row.id)
    await system.add(tx, row.id, caller.account_id, RECIPIENT_REMOVED, [account_id])
    return shown


async def _require_group(reader: Reader, caller: Caller, channel_id: ChannelId) -> ConversationRow:
    """The group, if the caller is in it; `ChannelNotFound` otherwise, and `NotAGroup` for another channel."""
    found = await access.require(reader, caller, channel_id)
    row = await reader.one(channel_queries.CONVERSATION, channel_id=channel_id)
    if row is None or found.channel_type != ChannelType.GROUP:
        raise NotAGroup
    return row


async def _person_to_write_to(reader: Reader, caller: Caller, account_id: AccountId) -> User:
    if not await access.may_write_to(reader, caller, account_id):
        raise CannotBeginWithThem
    user = await people.user(reader, account_id)
    if user.bot:
        raise NoBotsInGroups
    return user


async def _open_for(tx: Transaction, channel_id: ChannelId, account_ids: Collection[AccountId]) -> None:
    for account_id in account_ids:
        shown = await channels_view.conversation(tx, channel_id, account_id)
        tx.emit(ConversationOpened(account_ids=frozenset({account_id}), payload=shown))


async def _tell_of_change(tx: Transaction, channel_id: ChannelId) -> None:
    """Show everybody in a group what it is now."""
    row = await tx.one(channel_queries.CONVERSATION, channel_id=channel_id)
    if row is None:
        return
    everybody = await channels_view.recipients(tx, channel_id)
    for one in everybody:
        shown = channels_view.conversation_wire(row, everybody, one.id)
        tx.emit(ConversationUpdated(account_ids=frozenset({one.id}), payload=shown))


def _ids(rows: Collection[AccountRow]) -> frozenset[AccountId]:
    return frozenset(row.id for row in rows)


def _tell_server(tx: Transaction, channel_id: ChannelId, account_ids: Collection[AccountId]) -> None:
    """Who is in a conversation has changed, of whom these are or were."""
    tx.emit(ConversationChanged(channel_id=channel_id, account_ids=frozenset(account_ids)))
