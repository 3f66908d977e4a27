"""Telling of a message that has changed, whatever of it did: its text, what hangs on it, whether it is pinned."""

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from appliance.access import ChannelAccess
from appliance.access.model import Member
from appliance.guilds import members
from appliance.guilds import queries as guild_queries
from appliance.messages import recipients, view
from appliance.messages.events import MessageUpdated, OldMessageUpdated
from appliance.messages.model import HeardMessage, Message
from appliance.messages.queries import MessageRow
from appliance.polls import service as polls
from appliance.storage import Reader, Transaction


async def tell(tx: Transaction, where: ChannelAccess, row: MessageRow) -> Message:
    """Tell those who may read a message, as it is stored now, that it has changed; the message as the caller sees it."""
    [message] = await view.load(tx, where, [row])
    fields = {field: getattr(message, field) for field in Message.__struct_fields__}
    heard = HeardMessage(**fields, member=await _author(tx, where, row), channel_type=where.channel_type)
    # Whether a reaction or a vote is one's own, or one follows a thread, differs from reader to reader: it is left to those who know.
    heard = replace(heard, reactions=UNSET, thread=view.thread_for_all(message))
    if not isinstance(message.poll, UnsetType):
        heard = replace(heard, poll=polls.for_everybody(message.poll))
    if row.reference_id is not None and await recipients.who_may_not_read(tx, where, row.reference_id):
        heard = replace(heard, referenced_message=UNSET)
    if await recipients.who_may_not_read(tx, where, row.message_id):
        readers = await recipients.who_may_read(tx, where, row.message_id)
        tx.emit(OldMessageUpdated(account_ids=readers, channel_id=where.channel_id, payload=heard))
    else:
        tx.emit(MessageUpdated(guild_id=where.guild_id, channel_id=where.channel_id, payload=heard))
    return message


async def _author(reader: Reader, where: ChannelAccess, row: MessageRow) -> Member | UnsetType:
    """The author as events carry a member; nothing in a conversation, and of somebody who has left."""
    if where.guild_id is None or row.author_id == where.account_id:
        return where.shown
    rows = await reader.all(guild_queries.MEMBER, guild_id=where.guild_id, account_id=row.author_id)
    shown = members.wire(rows)
    return replace(shown[0], user=UNSET) if shown else UNSET
