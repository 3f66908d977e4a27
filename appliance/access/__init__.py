"""Who may do what, and who sees what: the one gate and the one visibility, for every kind of channel.

Every service asks `require` (a channel) or `require_guild` first, in the transaction that writes.
"""

from appliance.access.channel_access import (
    CannotWriteToThem,
    ChannelAccess,
    ChannelNotFound,
    GuildChannelAccess,
    NotAThread,
    NotInConversations,
    NotInThreads,
    ThreadAccess,
    ThreadLocked,
    require,
    require_guild_channel,
    require_thread,
)
from appliance.access.membership import GuildNotFound, Membership, membership, require_guild
from appliance.access.people import may_write_to, share_a_guild
from appliance.access.readable import Readable, readable_conversations, readable_in_guild
from appliance.access.visibility import (
    ConversationVisibility,
    GuildVisibility,
    visibility_of_conversation,
    visibility_of_guild,
)

__all__ = [
    "CannotWriteToThem",
    "ChannelAccess",
    "ChannelNotFound",
    "ConversationVisibility",
    "GuildChannelAccess",
    "GuildNotFound",
    "GuildVisibility",
    "Membership",
    "NotAThread",
    "NotInConversations",
    "NotInThreads",
    "Readable",
    "ThreadAccess",
    "ThreadLocked",
    "may_write_to",
    "membership",
    "readable_conversations",
    "readable_in_guild",
    "require",
    "require_guild",
    "require_guild_channel",
    "require_thread",
    "share_a_guild",
    "visibility_of_conversation",
    "visibility_of_guild",
]
