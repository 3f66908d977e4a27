"""What others hear about polls."""

from typing import ClassVar

from msgspec import UNSET, Struct, UnsetType

from appliance.events import ChannelEvent, Intent


class Voted(Struct, frozen=True, kw_only=True):
    user_id: str
    channel_id: str
    message_id: str
    guild_id: str | UnsetType = UNSET
    answer_id: int


class PollVoteAdded(ChannelEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "MESSAGE_POLL_VOTE_ADD"
    intent: ClassVar[Intent] = Intent.GUILD_MESSAGE_POLLS
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGE_POLLS
    payload: Voted


class PollVoteRemoved(ChannelEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "MESSAGE_POLL_VOTE_REMOVE"
    intent: ClassVar[Intent] = Intent.GUILD_MESSAGE_POLLS
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGE_POLLS
    payload: Voted
