"""The gate of `access` for what only text channels have."""

from appliance import access
from appliance.access import GuildChannelAccess
from appliance.access.model import ChannelType
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import ApplianceError, NotFound
from appliance.ids import AccountId, ChannelId, MessageId
from appliance.messages import queries
from appliance.storage import Reader


class NotATextChannel(ApplianceError):
    status = 400
    code = 50008
    key = "not_a_text_channel"
    message = "Messages belong in a text channel; this is a room or a category."


class MessageNotFound(NotFound):
    code = 10008
    key = "message_not_found"
    message = "This message is gone, or was never here."


async def require(
    reader: Reader, caller: Caller, channel_id: ChannelId, permission: Permission = Permission.VIEW_CHANNEL
) -> GuildChannelAccess:
    """The caller in a text channel, allowed all of `permission`; otherwise an error, as `access.require`."""
    member = await access.require_guild_channel(reader, caller, channel_id, permission)
    if member.channel_type != ChannelType.TEXT:
        raise NotATextChannel
    return member


async def author_of(reader: Reader, channel_id: ChannelId, message_id: MessageId) -> AccountId:
    """Who wrote a message of this channel; `MessageNotFound` if there is none."""
    author_id = await queries.author_of(reader, channel_id, message_id)
    if author_id is None:
        raise MessageNotFound
    return author_id
