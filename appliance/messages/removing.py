"""Deleting messages: one's own, or anybody's with MANAGE_MESSAGES."""

from appliance import access
from appliance.access import ChannelAccess, ThreadAccess
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import BadLength, parse_id
from appliance.ids import ChannelId, MessageId, text_or_none, text_or_unset
from appliance.messages import queries, reading, text_channel
from appliance.messages.events import GoneMessage, GoneMessages, MessageDeleted, MessagesDeleted
from appliance.messages.model import DELETABLE, BulkDelete
from appliance.messages.read_cursors import ReadCursors
from appliance.storage import Transaction
from appliance.threads import queries as thread_queries

FEWEST, MOST = 2, 100


async def delete(
    tx: Transaction, read_cursors: ReadCursors, caller: Caller, channel_id: ChannelId, message_id: MessageId
) -> None:
    """Remove a message; answers to it stay, without it."""
    where = await text_channel.require(tx, caller, channel_id)
    row = await text_channel.author_of(tx, where, message_id)
    if row.author_id != caller.account_id:
        where.check(Permission.MANAGE_MESSAGES)
    text_channel.require_written(row.type, DELETABLE)
    text_channel.require_to_delete(where)
    last = await _remove(tx, read_cursors, where, [message_id])
    payload = GoneMessage(
        id=str(message_id),
        channel_id=str(channel_id),
        guild_id=text_or_unset(where.guild_id),
        hearth_last_message_id=last,
    )
    tx.emit(MessageDeleted(guild_id=where.guild_id, channel_id=channel_id, payload=payload))


async def delete_many(
    tx: Transaction, read_cursors: ReadCursors, caller: Caller, channel_id: ChannelId, these: BulkDelete
) -> None:
    """Remove 2 to 100 messages of a channel at once; ids that it does not have are passed over."""
    where = await text_channel.require(tx, caller, channel_id, Permission.MANAGE_MESSAGES)
    text_channel.require_to_delete(where)
    wanted = {parse_id(sent, "messages") for sent in these.messages}
    if not FEWEST <= len(wanted) <= MOST:
        raise BadLength("messages", shortest=FEWEST, longest=MOST)
    rows = await tx.all(queries.THESE, channel_id=channel_id, ids=queries.id_list(wanted))
    found = [row.id for row in rows if row.id is not None]
    if not found:
        return
    last = await _remove(tx, read_cursors, where, found)
    payload = GoneMessages(
        ids=[str(id_) for id_ in found],
        channel_id=str(channel_id),
        guild_id=text_or_unset(where.guild_id),
        hearth_last_message_id=last,
    )
    tx.emit(MessagesDeleted(guild_id=where.guild_id, channel_id=channel_id, payload=payload))


async def _remove(
    tx: Transaction, read_cursors: ReadCursors, where: ChannelAccess, message_ids: list[MessageId]
) -> str | None:
    """Delete messages with their mentions; the channel's last message then, as clients are told."""
    if where.guild_id is None:
        # There each message counts for everybody.
        conversation = await access.visibility_of_conversation(tx, where.channel_id)
        counted = set(conversation.members)
    else:
        rows = await tx.all(queries.COUNTED, ids=queries.id_list(message_ids))
        counted = {row.account_id for row in rows}
    await queries.remove(tx, message_ids)
    if isinstance(where, ThreadAccess):
        thread_queries.count_removed(tx, where.channel_id, len(message_ids))
    await reading.recount(tx, read_cursors, where, max(message_ids), counted)
    return text_or_none(await reading.newest(tx, where.channel_id))
