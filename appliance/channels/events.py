"""What others hear about channels.

GuildVisibility, said once for whoever delivers: `ChannelCreated` and `ChannelDeleted` name the accounts that see the channel, so
they need no `VisibilityChanged` and none is emitted with them; whoever keeps a guild's `GuildVisibility` must read it again after
either. `VisibilityChanged` is for channels that stay (roles, overwrites, owner) and is emitted before the update it belongs to.
"""

from typing import ClassVar

from appliance.channels.model import Channel, Conversation
from appliance.events import ChannelEvent, Intent, PeopleEvent
from appliance.ids import ChannelId, GuildId


class ChannelCreated(PeopleEvent, frozen=True, kw_only=True):
    """There is a new channel; said to those who see it."""

    name: ClassVar[str] = "CHANNEL_CREATE"
    intent: ClassVar[Intent] = Intent.GUILDS
    changes_visibility: ClassVar[bool] = True
    guild_id: GuildId
    channel_id: ChannelId
    payload: Channel


class ChannelUpdated(ChannelEvent, frozen=True, kw_only=True):
    """A channel is called otherwise, stands elsewhere, or opens to others."""

    name: ClassVar[str] = "CHANNEL_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILDS
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGES
    payload: Channel


class ChannelDeleted(PeopleEvent, frozen=True, kw_only=True):
    """A channel is gone, with all that was in it; said to those who saw it."""

    name: ClassVar[str] = "CHANNEL_DELETE"
    intent: ClassVar[Intent] = Intent.GUILDS
    changes_visibility: ClassVar[bool] = True
    ends_access: ClassVar[bool] = True
    guild_id: GuildId
    channel_id: ChannelId
    payload: Channel


class ConversationOpened(PeopleEvent, frozen=True, kw_only=True):
    """A conversation is in the list of one of its recipients now: it is new, or they had closed it."""

    name: ClassVar[str] = "CHANNEL_CREATE"
    intent: ClassVar[Intent] = Intent.DIRECT_MESSAGES
    payload: Conversation
