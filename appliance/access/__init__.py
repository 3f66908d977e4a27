"""Who may do what, and who sees what: the one gate and the one visibility, for every kind of channel.

Every service asks `require` (a channel) or `require_guild` first, in the transaction that writes.
"""

from appliance.access.channel_access import ChannelAccess, ChannelNotFound, require
from appliance.access.membership import GuildNotFound, Membership, require_guild
from appliance.access.visibility import GuildVisibility, visibility_of_guild

__all__ = [
    "ChannelAccess",
    "ChannelNotFound",
    "GuildNotFound",
    "GuildVisibility",
    "Membership",
    "require",
    "require_guild",
    "visibility_of_guild",
]
