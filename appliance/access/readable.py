"""What somebody may read at this moment, of many channels at once: for whoever looks through all of them."""

from collections.abc import Mapping

from appliance.access import queries
from appliance.access.membership import require_guild
from appliance.access.permissions import Permission
from appliance.access.visibility import visibility_of_member
from appliance.accounts.callers import Caller
from appliance.ids import ChannelId, GuildId, MessageId
from appliance.storage import Reader

_NEEDED = int(Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY)

type Readable = Mapping[ChannelId, MessageId]
"""Channels, each with the smallest id that may be read there: 0 but for somebody who came into a group later."""


async def readable_in_guild(reader: Reader, caller: Caller, guild_id: GuildId) -> Readable:
    """The channels and threads of a guild that the caller sees and whose history they may read; `GuildNotFound`.

    Two queries, three with private threads.
    """
    seen = await visibility_of_member(reader, await require_guild(reader, caller, guild_id))
    return {
        channel: MessageId(0)
        for channel in (*seen.channels, *seen.threads)
        if not _NEEDED & ~int(seen.permissions(caller.account_id, channel))
    }


async def readable_conversations(reader: Reader, caller: Caller) -> Readable:
    """The caller's conversations. One query."""
    rows = await reader.all(queries.CONVERSATIONS_OF, account_id=caller.account_id)
    return {row.channel_id: row.history_from for row in rows}
