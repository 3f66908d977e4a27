"""Taking messages back: one's own, or anybody's with MANAGE_MESSAGES."""

from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import BadLength, Forbidden, parse_id
from appliance.ids import ChannelId, GuildId, MessageId, MessageRef, text_or_none
from appliance.messages import queries, reading, text_channel
from appliance.messages.events import GoneMessage, GoneMessages, MessageDeleted, MessagesDeleted
from appliance.messages.model import BulkDelete
from appliance.messages.read_cursors import ReadCursors
from appliance.storage import Transaction

FEWEST, MOST = 2, 100


async def delete(
    tx: Transaction, read_cursors: ReadCursors, caller: Caller, channel_id: ChannelId, message_id: MessageId
) -> None:
    """Remove a message; answers to it stay, without it."""
    member = await text_channel.require(tx, caller, channel_id)
    author_id = await text_channel.author_of(tx, channel_id, message_id)
    if author_id != caller.account_id and not member.may(Permission.MANAGE_MESSAGES):
        raise Forbidden(permission=Permission.MANAGE_MESSAGES.name)
    last = await _remove(tx, read_cursors, member.guild_id, channel_id, [message_id])
    payload = GoneMessage(str(message_id), str(channel_id), str(member.guild_id), last)
    tx.emit(MessageDeleted(guild_id=member.guild_id, channel_id=channel_id, payload=payload))


async def delete_many(
    tx: Transaction, read_cursors: ReadCursors, caller: Caller, channel_id: ChannelId, these: BulkDelete
) -> None:
    """Remove 2 to 100 messages of a channel at once; ids that it does not have are passed over."""
    member = await text_channel.require(tx, caller, channel_id, Permission.MANAGE_MESSAGES)
    wanted = {parse_id(sent, "messages") for sent in these.messages}
    if not FEWEST <= len(wanted) <= MOST:
        raise BadLength("messages", shortest=FEWEST, longest=MOST)
    rows = await tx.all(queries.THESE, channel_id=channel_id, ids=queries.id_list(wanted))
    found = [row.id for row in rows if row.id is not None]
    if not found:
        return
    last = await _remove(tx, read_cursors, member.guild_id, channel_id, found)
    payload = GoneMessages([str(id_) for id_ in found], str(channel_id), str(member.guild_id), last)
    tx.emit(MessagesDeleted(guild_id=member.guild_id, channel_id=channel_id, payload=payload))


async def _remove(
    tx: Transaction,
    read_cursors: ReadCursors,
    guild_id: GuildId,
    channel_id: ChannelId,
    message_ids: list[MessageId],
) -> str | None:
    """Take messages out, and the mentions in them; the channel's last message then, as clients are told."""
    mentioned = await tx.all(queries.COUNTED, ids=queries.id_list(message_ids))
    await queries.remove(tx, message_ids)
    await reading.recount(
        tx,
        read_cursors,
        guild_id,
        MessageRef(channel_id, max(message_ids)),
        {row.account_id for row in mentioned},
    )
    return text_or_none(await reading.newest(tx, channel_id))
