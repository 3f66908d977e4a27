"""Telling that a message's files are known better than before, which nobody has done: no edit, and no author needed."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from appliance.access import ChannelAccess
from appliance.access.permissions import Permission
from appliance.files.queries import MessageRefRow
from appliance.ids import AccountId, ChannelId, GuildId, MessageId
from appliance.messages import queries, updates, view
from appliance.messages.queries import MessageRow
from appliance.storage import Select, Transaction

_NOBODY = AccountId(0)


class ChannelRow(msgspec.Struct, frozen=True):
    guild_id: GuildId | None
    type: int


CHANNEL = Select(ChannelRow, "SELECT guild_id, type FROM channel WHERE id = :channel_id")


async def refresh(tx: Transaction, messages: Sequence[MessageRefRow]) -> None:
    """Say these messages anew to all who see them (MESSAGE_UPDATE), as they are now."""
    for message in messages:
        await queries.forget_files(tx, message.message_id)
        row = await tx.one(queries.MESSAGE, channel_id=message.channel_id, message_id=message.message_id)
        channel = await tx.one(CHANNEL, channel_id=message.channel_id)
        if row is not None and channel is not None:
            where = _of_nobody(message.channel_id, channel, row)
            await updates.tell(tx, where, row)


def _of_nobody(channel_id: ChannelId, channel: ChannelRow, row: MessageRow) -> ChannelAccess:
    """The channel as somebody sees it who has done nothing there."""
    return ChannelAccess(
        account_id=_NOBODY,
        guild_id=channel.guild_id,
        channel_id=channel_id,
        channel_type=channel.type,
        rate_limit=0,
        permissions=Permission(0),
        history_from=MessageId(0),
        timed_out=False,
        user=view.author_of(row),
        shown=UNSET,
    )
