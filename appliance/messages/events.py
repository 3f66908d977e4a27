"""What others hear about messages."""

from typing import ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from appliance.access.model import Member
from appliance.events import ChannelEvent, Intent, PeopleEvent
from appliance.ids import ChannelId
from appliance.messages.model import Emoji, HeardMessage


class MessageCreated(ChannelEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "MESSAGE_CREATE"
    intent: ClassVar[Intent] = Intent.GUILD_MESSAGES
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGES
    payload: HeardMessage


class MessageUpdated(ChannelEvent, frozen=True, kw_only=True):
    """The text is another, or it is pinned or no longer; said with all of the message but its reactions, which differ from reader to reader (`me`)."""

    name: ClassVar[str] = "MESSAGE_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILD_MESSAGES
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGES
    payload: HeardMessage


class OldMessageUpdated(PeopleEvent, frozen=True, kw_only=True):
    """As `MessageUpdated`, of a message that only some of a group may read: the others came into it later."""

    name: ClassVar[str] = "MESSAGE_UPDATE"
    intent: ClassVar[Intent] = Intent.DIRECT_MESSAGES
    channel_id: ChannelId
    payload: HeardMessage


class GoneMessage(msgspec.Struct, frozen=True, kw_only=True):
    """`hearth_last_message_id`: the channel's last message now, without which clients cannot tell whether it is still unread."""

    id: str
    channel_id: str
    guild_id: str | UnsetType = UNSET
    hearth_last_message_id: str | None


class MessageDeleted(ChannelEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "MESSAGE_DELETE"
    intent: ClassVar[Intent] = Intent.GUILD_MESSAGES
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGES
    payload: GoneMessage


class GoneMessages(msgspec.Struct, frozen=True, kw_only=True):
    ids: list[str]
    channel_id: str
    guild_id: str | UnsetType = UNSET
    hearth_last_message_id: str | None


class MessagesDeleted(ChannelEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "MESSAGE_DELETE_BULK"
    intent: ClassVar[Intent] = Intent.GUILD_MESSAGES
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGES
    payload: GoneMessages


class PinsChange(msgspec.Struct, frozen=True, kw_only=True):
    """`last_pin_timestamp`: when the newest pin was set, or null where nothing is pinned any more."""

    channel_id: str
    guild_id: str | UnsetType = UNSET
    last_pin_timestamp: str | None


class PinsChanged(ChannelEvent, frozen=True, kw_only=True):
    """A message was pinned or taken down; not said when a pinned message is deleted."""

    name: ClassVar[str] = "CHANNEL_PINS_UPDATE"
    intent: ClassVar[Intent] = Intent.GUILDS
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGES
    payload: PinsChange


class Acked(msgspec.Struct, frozen=True, kw_only=True):
    channel_id: str
    message_id: str
    mention_count: int
    manual: bool


class MessageAcked(PeopleEvent, frozen=True, kw_only=True):
    """Somebody has read up to a message, or is mentioned less often since: their devices follow."""

    name: ClassVar[str] = "MESSAGE_ACK"
    intent: ClassVar[Intent] = Intent.ALWAYS
    payload: Acked


class Reacted(msgspec.Struct, frozen=True, kw_only=True):
    user_id: str
    channel_id: str
    message_id: str
    guild_id: str | UnsetType = UNSET
    emoji: Emoji
    member: Member | UnsetType = UNSET
    message_author_id: str | UnsetType = UNSET
    burst: bool = False
    burst_colors: tuple[()] | UnsetType = UNSET
    type: int = 0


class ReactionAdded(ChannelEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "MESSAGE_REACTION_ADD"
    intent: ClassVar[Intent] = Intent.GUILD_MESSAGE_REACTIONS
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGE_REACTIONS
    payload: Reacted


class ReactionRemoved(ChannelEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "MESSAGE_REACTION_REMOVE"
    intent: ClassVar[Intent] = Intent.GUILD_MESSAGE_REACTIONS
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGE_REACTIONS
    payload: Reacted


class Unreacted(msgspec.Struct, frozen=True, kw_only=True):
    """`emoji` is absent where all reactions went."""

    channel_id: str
    message_id: str
    guild_id: str | UnsetType = UNSET
    emoji: Emoji | UnsetType = UNSET


class ReactionsRemoved(ChannelEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "MESSAGE_REACTION_REMOVE_ALL"
    intent: ClassVar[Intent] = Intent.GUILD_MESSAGE_REACTIONS
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGE_REACTIONS
    payload: Unreacted


class EmojiRemoved(ChannelEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "MESSAGE_REACTION_REMOVE_EMOJI"
    intent: ClassVar[Intent] = Intent.GUILD_MESSAGE_REACTIONS
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGE_REACTIONS
    payload: Unreacted


class Typing(msgspec.Struct, frozen=True, kw_only=True):
    """`timestamp` in seconds since 1970."""

    channel_id: str
    guild_id: str | UnsetType = UNSET
    user_id: str
    timestamp: int
    member: Member | UnsetType = UNSET


class TypingStarted(ChannelEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "TYPING_START"
    intent: ClassVar[Intent] = Intent.GUILD_MESSAGE_TYPING
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGE_TYPING
    payload: Typing
